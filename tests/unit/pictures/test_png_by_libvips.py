"""PNG by libvips gives what Pillow gives, to the pixel and to the error, whatever the file is."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import zlib
from functools import cache
from pathlib import Path

import pytest
from PIL import Image

from imagedesk.pictures import decoding, libvips, png_decoder
from imagedesk.pictures.guarded_reader import GuardedPictureReader
from imagedesk.pictures.opening import open_picture
from tests.generated_pictures import make_picture, mutated, wide_profile, with_sound_checksums
from tests.unit.pictures.png_chunks import chunks_of, joined, png, words
from tests.unit.pictures.test_hostile_files import check_answer, refusal

pytest.importorskip("pyvips")
MUTATIONS, LONG_MUTATIONS = 400, 20_000
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
# Colour type, bits, and whether libvips is to read it.
SAMPLES = [
    *((GREY, bits, bits >= 8) for bits in (1, 2, 4, 8, 16)),
    *((PALETTE, bits, False) for bits in (1, 2, 4, 8)),
    (RGB, 8, True),
    (RGB, 16, True),
    (GREY_ALPHA, 8, True),
    (GREY_ALPHA, 16, False),
    (RGBA, 8, True),
    (RGBA, 16, True),
]
Answer = tuple[str, ...] | tuple[str, tuple[int, int], bytes, str]


class Readers:
    """The same bytes by either reader, as Pillow has them and as they are shown; counts what libvips read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.outcomes: list[bool] = []
        fill = png_decoder.PngDecoder._filled

        def counted(decoder: png_decoder.PngDecoder) -> bool:
            self.outcomes.append(fill(decoder))
            return self.outcomes[-1]

        monkeypatch.setattr(png_decoder.PngDecoder, "_filled", counted)

    def pillow(self, data: bytes) -> Answer:
        return self._read(data, sys.maxsize)

    def libvips(self, data: bytes) -> Answer:
        return self._read(data, 0)

    def _read(self, data: bytes, least_pixels: int) -> Answer:
        self._monkeypatch.setattr(png_decoder, "LEAST_PIXELS", least_pixels)
        try:
            with open_picture(None, data) as (image, _mime):
                image.load()
                info = sorted((str(name), str(value)) for name, value in image.info.items())
                return image.mode, image.size, image.tobytes(), f"{info} {dict(image.getexif())}"
        except Exception as error:  # noqa: BLE001  of whatever kind Pillow has
            said = str(error).partition(" <_io.")[0]
            return type(error).__name__, said, decoding.as_bad_picture(error).message


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> Readers:
    monkeypatch.setattr(decoding.PngImagePlugin, "MAX_TEXT_CHUNK", 8 * 1024 * 1024)
    return Readers(monkeypatch)


@cache
def filtered(kind: int, bits: int, width: int = 61, height: int = 47) -> bytes:
    """Rows of noise, each of the five filters in turn."""
    rng, row = random.Random(kind * 100 + bits), (width * bits * CHANNELS[kind] + 7) // 8
    return b"".join(bytes([line % 5]) + rng.randbytes(row) for line in range(height))


def sample(kind: int, bits: int, *chunks: tuple[bytes, bytes]) -> bytes:
    palette = [(b"PLTE", random.Random(1).randbytes(3 * 2**bits))] if kind == PALETTE else []
    return png((61, 47), bits, kind, filtered(kind, bits), *palette, *chunks)


@pytest.mark.parametrize(("kind", "bits", "by_libvips"), SAMPLES)
@pytest.mark.parametrize("extra", ["none", "transparent", "gamma", "significant bits"])
def test_all_kinds_of_samples_are_the_same(
    readers: Readers, kind: int, bits: int, by_libvips: bool, extra: str
) -> None:
    colour = bytes(range(2 ** min(bits, 8) // 2)) if kind == PALETTE else words(*[7] * CHANNELS[kind])
    chunks = {
        "none": [],
        "transparent": [] if kind in {GREY_ALPHA, RGBA} else [(b"tRNS", colour)],
        "gamma": [(b"gAMA", (100_000).to_bytes(4, "big"))],
        "significant bits": [(b"sBIT", bytes([1] * (3 if kind == PALETTE else CHANNELS[kind])))],
    }[extra]
    data = sample(kind, bits, *chunks)
    assert readers.libvips(data) == readers.pillow(data)
    assert readers.outcomes == ([True] if by_libvips else [])


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_profile_camera_data_and_text_stay(readers: Readers, mode: str) -> None:
    data = make_picture("png", 61, 47, mode=mode, camera=True, orientation=6, icc=wide_profile())
    parts = chunks_of(data)
    data = joined([*parts[:-1], (b"tEXt", b"Title\0<b>behind</b>"), parts[-1]])
    assert readers.libvips(data) == readers.pillow(data)
    assert "behind" in str(readers.libvips(data))


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "I;16"])
def test_interlaced_pictures_are_the_same(readers: Readers, mode: str) -> None:
    data = interlaced(mode)
    assert readers.libvips(data) == readers.pillow(data)
    assert readers.outcomes == [True]


def interlaced(mode: str) -> bytes:
    """Adam7: seven pictures of every eighth, fourth and second pixel ("PNG Specification", W3C, 8.2)."""
    image = Image.open(io.BytesIO(make_picture("png", 61, 47, seed=3, mode=mode)))
    bits, kind = (16, GREY) if mode == "I;16" else (8, {"L": GREY, "RGB": RGB, "RGBA": RGBA}[mode])
    image.load()
    rows = b""
    passes = (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)
    for left, top, across, down in passes:
        for y in range(top, 47, down):
            values = [image.getpixel((x, y)) for x in range(left, 61, across)]
            if mode == "I;16":
                rows += b"\0" + words(*(int(value) for value in values))  # type: ignore[arg-type]
            else:
                rows += b"\0" + b"".join(bytes(v if isinstance(v, tuple) else (int(v or 0),)) for v in values)
    return png((61, 47), bits, kind, rows, interlace=1)


def test_an_animation_stays_pillows(readers: Readers) -> None:
    data = make_picture("png", 61, 47, frames=3)
    assert readers.libvips(data) == readers.pillow(data)
    assert readers.outcomes == []


STREAM = zlib.compress(filtered(RGB, 8))
ROWS, ROW = filtered(RGB, 8), 1 + 61 * 3
WOUNDS = {
    "a wrong checksum of the pixels": [STREAM[:-1] + bytes([STREAM[-1] ^ 1])],
    "no checksum of the pixels": [STREAM[:-4]],
    "bytes behind the pixels": [STREAM + b"abc"],
    "a row too many": [zlib.compress(ROWS + ROWS[:ROW])],
    "a row too few": [zlib.compress(ROWS[:-ROW])],
    "a byte too few": [zlib.compress(ROWS[:-1])],
    "an unknown filter in the last row": [zlib.compress(ROWS[:-ROW] + b"\x09" + ROWS[1 - ROW :])],
    "a wrong header of the stream": [b"\x78\x9d" + STREAM[2:]],
    "pieces": [STREAM[:100], b"", STREAM[100:]],
    "a piece of garbage": [STREAM, b"garbage"],
}


@pytest.mark.parametrize("wound", WOUNDS)
def test_a_damaged_stream_is_answered_as_pillow_answers(readers: Readers, wound: str) -> None:
    parts = chunks_of(sample(RGB, 8))
    data = joined([parts[0], *((b"IDAT", piece) for piece in WOUNDS[wound]), parts[-1]])
    assert readers.libvips(data) == readers.pillow(data)


@pytest.mark.parametrize("end", [*range(-30, 0), 60, 400, 4000])
def test_a_cut_file_is_answered_as_pillow_answers(readers: Readers, end: int) -> None:
    data = sample(RGBA, 8)[:end]
    assert readers.libvips(data) == readers.pillow(data)


def test_mutations_are_answered_as_pillow_answers(readers: Readers, request: pytest.FixtureRequest) -> None:
    kinds = [sample(kind, bits) for kind, bits, by_libvips in SAMPLES if by_libvips]
    kinds += [make_picture("png", 40, 30, camera=True), interlaced("RGB")]
    for seed in range(LONG_MUTATIONS if request.config.getoption("--long") else MUTATIONS):
        data = mutated(kinds[seed % len(kinds)], seed)
        data = with_sound_checksums(data) if seed % 2 else data
        assert readers.libvips(data) == readers.pillow(data), f"seed {seed}"
    assert {True, False} == set(readers.outcomes)


@cache
def large() -> bytes:
    return make_picture("png", 1000, 600, seed=5, camera=True)


def test_mutations_of_large_pictures_end_no_decoder(
    reader: GuardedPictureReader, request: pytest.FixtureRequest
) -> None:
    """Large enough for libvips, in the guarded process."""
    for seed in range(LONG_MUTATIONS if request.config.getoption("--long") else MUTATIONS // 4):
        data = mutated(large(), seed)
        data = with_sound_checksums(data) if seed % 2 else data
        check_answer(refusal(lambda data=data: reader.pixels(data, 64)), seed)


def test_a_decoder_process_loads_it_for_a_large_picture_only(tmp_path: Path) -> None:
    """And it keeps no thread, which would live on with the priority of the one that started it."""
    (tmp_path / "large.png").write_bytes(large())
    (tmp_path / "small.png").write_bytes(make_picture("png"))
    code = """
import os, sys
from imagedesk.pictures.opening import open_picture
def look(name):
    with open_picture(os.fsencode(os.path.join(sys.argv[1], name)), b"") as (image, _):
        image.load()
look("small.png")
assert "pyvips" not in sys.modules
look("large.png")
assert "pyvips" in sys.modules
assert sys.platform != "linux" or len(os.listdir("/proc/self/task")) == 1
"""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, env=environment, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("loader", ["jpegload", "webpload", "tiffload", "svgload", "gifload", "csvload", "vipsload"])
def test_nothing_but_png_is_read(tmp_path: Path, loader: str) -> None:
    pyvips = libvips.library()
    assert pyvips is not None
    Image.new("RGB", (9, 9)).save(tmp_path / "a.jpg")
    with pytest.raises((pyvips.Error, AttributeError)):
        getattr(pyvips.Image, loader)(str(tmp_path / "a.jpg"))
    with pytest.raises(pyvips.Error):
        pyvips.Image.new_from_file(str(tmp_path / "a.jpg"))


def test_without_the_library_pillow_reads(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as absent:
        absent.setitem(sys.modules, "pyvips", None)
        libvips.library.cache_clear()
        assert libvips.library() is None
        answer = readers.libvips(large())
    libvips.library.cache_clear()
    assert readers.outcomes == []
    assert answer == readers.libvips(large())


def test_a_file_much_larger_than_its_picture_is_left_to_pillow(readers: Readers) -> None:
    data = sample(RGB, 8) + bytes(17_000_000)
    assert readers.libvips(data) == readers.pillow(data)
    assert readers.outcomes == [False]
