"""Files that are no pictures, or damaged ones, or bombs: a sentence each, and the next picture is read as ever."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path

import pytest
from PIL import Image

from imagedesk.core.errors import (
    BadPicture,
    EmptyFile,
    NotAnImage,
    TooManyPixels,
    UnreadableFile,
    UnreadableImage,
)
from imagedesk.pictures.guarded_reader import GuardedPictureReader
from tests.generated_pictures import (
    EMPTY,
    HEIC,
    KINDS,
    PDF,
    SVG,
    TEXT,
    VIDEO,
    ZIP,
    make_picture,
    mutated,
    png_bomb,
    png_of_one_colour,
    truncated,
    with_sound_checksums,
)

MUTATIONS, LONG_MUTATIONS = 320, 14_286  # of each type
FRAME_MUTATIONS = 60


@pytest.mark.parametrize(
    ("data", "error", "sentence"),
    [
        (TEXT, NotAnImage, "Not an image: the file holds text. Nothing was uploaded."),
        (SVG, NotAnImage, "Not an image: the file is an SVG drawing. Nothing was uploaded."),
        (PDF, NotAnImage, "Not an image: the file is a PDF document. Nothing was uploaded."),
        (ZIP, NotAnImage, "Not an image: the file is a ZIP archive or an office document. Nothing was uploaded."),
        (VIDEO, NotAnImage, "Not an image: the file is a video. Nothing was uploaded."),
        (EMPTY, EmptyFile, "The file is empty. Nothing was uploaded."),
    ],
)
def test_what_is_no_picture_is_named(
    reader: GuardedPictureReader, data: bytes, error: type[BadPicture], sentence: str
) -> None:
    with pytest.raises(error) as caught:
        reader.prepare(data)
    assert caught.value.message == sentence
    with pytest.raises(error) as caught:
        reader.facts(data)
    assert caught.value.message == sentence.removesuffix(" Nothing was uploaded.")


def test_the_name_does_not_decide(reader: GuardedPictureReader, tmp_path: Path) -> None:
    renamed = tmp_path / "notes.png"
    renamed.write_bytes(TEXT)
    with pytest.raises(NotAnImage):
        reader.prepare(renamed)
    renamed.write_bytes(make_picture("gif"))
    assert reader.prepare(renamed).facts.content_type == "image/gif"


def test_heic_without_its_decoder_says_what_to_install(reader: GuardedPictureReader) -> None:
    with pytest.raises(UnreadableImage) as caught:
        reader.prepare(HEIC)
    assert 'pip install "imagedesk[heic]"' in caught.value.message


@pytest.mark.parametrize("fraction", [0.3, 0.6, 0.9, 0.98])
@pytest.mark.parametrize("kind", KINDS)
def test_a_truncated_file_is_unreadable(reader: GuardedPictureReader, kind: str, fraction: float) -> None:
    with pytest.raises(UnreadableImage) as caught:
        reader.prepare(truncated(make_picture(kind, 200, 150, seed=2), fraction))
    assert caught.value.message.startswith("Damaged image: ")


@pytest.mark.parametrize("kind", ["gif", "png", "webp", "tiff"])
def test_an_animation_that_ends_early_is_unreadable(reader: GuardedPictureReader, kind: str) -> None:
    whole = make_picture(kind, 120, 90, frames=6)
    with pytest.raises(UnreadableImage):
        reader.prepare(truncated(whole, 0.7))


@pytest.mark.parametrize("kind", ["jpeg", "png", "gif"])
def test_garbage_behind_a_picture_is_no_damage(reader: GuardedPictureReader, kind: str) -> None:
    assert reader.prepare(make_picture(kind) + os.urandom(5000)).facts.width == 64


def test_a_bomb_is_refused_from_its_header(reader: GuardedPictureReader) -> None:
    bomb = png_bomb(200)
    assert len(bomb) < 200_000
    for call in (reader.prepare, reader.facts, reader.pixels):
        with pytest.raises(TooManyPixels) as caught:
            call(bomb)
        assert "20000 × 10000" in caught.value.message


def test_a_webp_canvas_is_refused_before_its_decoder_allocates_it(reader: GuardedPictureReader) -> None:
    largest = (16383 - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + (10).to_bytes(4, "little") + bytes(4) + largest + largest
    with pytest.raises(TooManyPixels):
        reader.facts(b"RIFF" + len(body).to_bytes(4, "little") + body)


def test_a_second_page_that_is_a_bomb_is_refused(reader: GuardedPictureReader) -> None:
    pages = [Image.new("1", size) for size in ((10, 10), (20_000, 10_000))]
    buffer = io.BytesIO()
    pages[0].save(buffer, "TIFF", save_all=True, append_images=pages[1:], compression="group4")
    with pytest.raises(TooManyPixels):
        reader.prepare(buffer.getvalue())


def test_a_large_but_allowed_picture_is_read_within_the_limits(reader: GuardedPictureReader) -> None:
    assert reader.prepare(png_of_one_colour(12_000, 5_000)).facts.height == 5_000


def test_a_camera_raw_file_in_tiff_clothes_is_refused(reader: GuardedPictureReader) -> None:
    data = make_picture("tiff", tiffinfo={254: 1})
    with pytest.raises(NotAnImage) as caught:
        reader.prepare(data)
    assert "camera raw" in caught.value.message


class TestPaths:
    def test_a_vanished_file(self, reader: GuardedPictureReader, tmp_path: Path) -> None:
        with pytest.raises(UnreadableFile) as caught:
            reader.prepare(tmp_path / "gone.jpg")
        assert "not there any more" in caught.value.message

    def test_a_folder(self, reader: GuardedPictureReader, tmp_path: Path) -> None:
        with pytest.raises(UnreadableFile):
            reader.pixels(tmp_path)

    @pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")
    def test_a_pipe_that_nobody_writes_to(self, reader: GuardedPictureReader, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.png")
        with pytest.raises(UnreadableFile):
            reader.prepare(tmp_path / "pipe.png")

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
    def test_a_file_that_may_not_be_read(self, reader: GuardedPictureReader, tmp_path: Path) -> None:
        locked = tmp_path / "locked.png"
        locked.write_bytes(make_picture("png"))
        locked.chmod(0)
        with pytest.raises(UnreadableFile) as caught:
            reader.prepare(locked)
        assert "may not read" in caught.value.message

    def test_a_name_that_no_system_takes(self, reader: GuardedPictureReader, tmp_path: Path) -> None:
        for name in ("a\0b.png", "x" * 5000):
            with pytest.raises(UnreadableFile):
                reader.prepare(tmp_path / name)

    @pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes")
    def test_a_name_of_odd_bytes_works(self, reader: GuardedPictureReader, tmp_path: Path) -> None:
        for name in (b"caf\xe9\n\xff.png", "ünï\u202ecode 🖼.png".encode()):
            odd = tmp_path / os.fsdecode(name)
            odd.write_bytes(make_picture("png"))
            assert reader.prepare(odd).facts.width == 64


def refusal(look: Callable[[], object]) -> str:
    """The sentence that refuses the picture, empty when it was read."""
    try:
        look()
    except BadPicture as error:
        return error.message
    return ""


def check_answer(answer: str, seed: int) -> None:
    assert "ended the decoder" not in answer, f"seed {seed} crashed the decoder"
    assert "longer than" not in answer, f"seed {seed} hung the decoder"


@cache
def whole(kind: str, width: int, height: int, frames: int) -> bytes:
    return make_picture(kind, width, height, seed=5, frames=frames, camera=frames == 1 and kind not in {"gif", "bmp"})


def wounded(kind: str, seed: int) -> bytes:
    """A mutation of one picture of the kind, every other one of an animation or of a document of several pages."""
    frames = 3 if seed % 2 == 0 and kind in {"gif", "png", "webp", "tiff"} else 1
    size = (24, 18) if frames > 1 else (40, 30)
    data = mutated(whole(kind, *size, frames), seed)
    return with_sound_checksums(data) if kind == "png" and seed % 2 == 0 else data


@pytest.mark.parametrize("kind", KINDS)
def test_mutations_are_read_or_refused_with_a_sentence(
    reader: GuardedPictureReader, kind: str, request: pytest.FixtureRequest
) -> None:
    """2,240 of all types together; 100,000 with ``--long``, which takes a few minutes."""
    count = LONG_MUTATIONS if request.config.getoption("--long") else MUTATIONS
    refused = 0
    with ThreadPoolExecutor(2) as threads:  # as many as the reader has processes
        answers = threads.map(lambda seed: refusal(partial(reader.prepare, wounded(kind, seed))), range(count))
        for seed, answer in enumerate(answers):
            check_answer(answer, seed)
            assert answer == "" or answer.endswith("Nothing was uploaded."), f"seed {seed}: {answer}"
            refused += answer != ""
    assert 0 < refused < count
    assert reader.facts(make_picture(kind, 40, 30)).width == 40


@pytest.mark.parametrize("kind", ["gif", "png", "webp", "tiff"])
def test_mutated_animations_and_pages_are_shown_or_refused(reader: GuardedPictureReader, kind: str) -> None:
    for seed in range(0, 2 * FRAME_MUTATIONS, 2):
        data = wounded(kind, seed)
        check_answer(refusal(partial(reader.animation, data, 64)), seed)
        check_answer(refusal(partial(reader.pixels, data, 64, page=1)), seed)
