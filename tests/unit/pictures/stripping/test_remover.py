"""Camera data goes, pixels stay: for every type, and both choices."""

from __future__ import annotations

import contextlib
import io
import os
import zlib
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from imagedesk.core.camera_data import CameraData
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import BadPicture, CameraDataStays, Cancelled, DiskFull, UnreadableFile
from imagedesk.core.pictures import CleanedPicture, Source
from imagedesk.pictures.stripping import remover as module
from imagedesk.pictures.stripping.remover import CameraDataRemover
from tests.generated_pictures import KINDS, make_picture, mutated, with_sound_checksums
from tests.unit.pictures.stripping.hostile_files import HOSTILE_FILES
from tests.unit.pictures.stripping.tagged_pictures import (
    LATITUDE,
    LONGITUDE,
    OWNER,
    PLACES,
    XMP,
    chunk,
    coordinate_bytes,
    frames,
    orientation_of,
    profile_of,
    tagged,
)

CAMERAS = ("jpeg", "png", "webp", "tiff", "avif")
MUTATIONS = 400  # of each type and choice
BOTH = (CameraData.LOCATION, CameraData.ALL)


class AnyPicture:
    """A reader that finds nothing wrong."""

    def prepare(self, source: Source, cancel: CancelToken | None = None) -> object:
        return None


@pytest.fixture
def remover() -> CameraDataRemover:
    return CameraDataRemover(AnyPicture())  # type: ignore[arg-type]


def cleaned(remover: CameraDataRemover, data: bytes, choice: CameraData) -> CleanedPicture:
    with remover.cleaned(data, choice, None) as picture:
        return picture


def bytes_of(picture: CleanedPicture) -> bytes:
    assert isinstance(picture.source, bytes)
    return picture.source


def unpacked(data: bytes) -> bytes:
    """With everything that is packed inside laid open, as far as it is zlib."""
    found, at = [data], 0
    while (at := data.find(b"\x78", at)) >= 0:
        with contextlib.suppress(zlib.error):
            found.append(zlib.decompressobj().decompress(data[at:], 1_000_000))
        at += 1
    return b"\n".join(found)


@pytest.mark.parametrize("choice", BOTH)
@pytest.mark.parametrize("kind", KINDS)
def test_pixels_are_the_same_bit_by_bit(remover: CameraDataRemover, kind: str, choice: CameraData) -> None:
    before = tagged(kind)
    after = bytes_of(cleaned(remover, before, choice))
    assert list(frames(after)) == list(frames(before))


@pytest.mark.parametrize("choice", BOTH)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "bmp"])
def test_no_place_is_left_anywhere_in_the_bytes(remover: CameraDataRemover, kind: str, choice: CameraData) -> None:
    before = tagged(kind)
    picture = cleaned(remover, before, choice)
    there, left = unpacked(before), unpacked(bytes_of(picture))
    looked_for = [*PLACES, *(coordinate_bytes() if kind != "gif" else ())]
    assert any(place in there for place in looked_for)
    assert [place for place in looked_for if place in left] == []
    assert "location" in picture.removed


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "bmp"])
def test_with_all_camera_data_go_names_and_models(remover: CameraDataRemover, kind: str) -> None:
    before = tagged(kind)
    picture = cleaned(remover, before, CameraData.ALL)
    left = unpacked(bytes_of(picture))
    assert OWNER in unpacked(before)
    assert [word for word in (OWNER, b"Canon", b"Darkroom", b"2024:06:03", b"EF 50") if word in left] == []
    assert "descriptions" in picture.removed
    assert ("camera" in picture.removed) == (kind in CAMERAS)


@pytest.mark.parametrize("kind", CAMERAS)
def test_without_the_location_the_camera_is_still_told(remover: CameraDataRemover, kind: str) -> None:
    after = bytes_of(cleaned(remover, tagged(kind), CameraData.LOCATION))
    with Image.open(io.BytesIO(after)) as picture:
        exif = picture.getexif()
        assert exif[ExifTags.Base.Model] == "Canon EOS 5D"
        assert exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.LensModel] == "EF 50 mm"
        assert exif.get_ifd(ExifTags.IFD.GPSInfo) == {}
    assert OWNER in unpacked(after)


@pytest.mark.parametrize("choice", BOTH)
@pytest.mark.parametrize("orientation", [None, 3, 6])
@pytest.mark.parametrize("kind", CAMERAS)
def test_orientation_and_colour_profile_stay(
    remover: CameraDataRemover, kind: str, orientation: int | None, choice: CameraData
) -> None:
    before = tagged(kind, orientation)
    after = bytes_of(cleaned(remover, before, choice))
    assert orientation_of(after) == orientation_of(before)
    assert profile_of(after) == profile_of(before) is not None


@pytest.mark.parametrize("choice", BOTH)
@pytest.mark.parametrize("kind", KINDS)
def test_a_second_time_finds_nothing_more_and_the_bytes_are_always_the_same(
    remover: CameraDataRemover, kind: str, choice: CameraData
) -> None:
    before = tagged(kind, 6)
    once = cleaned(remover, before, choice)
    assert cleaned(remover, before, choice) == once
    again = cleaned(remover, bytes_of(once), choice)
    assert (again.source, again.removed) == (once.source, ())


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_without_camera_data_is_sent_as_it_is(remover: CameraDataRemover, kind: str) -> None:
    data = make_picture(kind, 40, 30)
    for choice in CameraData:
        assert cleaned(remover, data, choice).source is data
    assert cleaned(remover, tagged(kind), CameraData.KEEP).removed == ()


@pytest.mark.parametrize("kind", ["gif", "webp", "png"])
def test_an_animation_plays_on(remover: CameraDataRemover, kind: str) -> None:
    before = make_picture(kind, 30, 20, frames=4, loop=0, duration=70)
    for choice in BOTH:
        after = bytes_of(cleaned(remover, before, choice))
        assert list(frames(after)) == list(frames(before))
        with Image.open(io.BytesIO(after)) as picture:
            assert (picture.info["loop"], picture.n_frames) == (0, 4)  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_the_orientation_of_xmp_alone_stays(remover: CameraDataRemover, kind: str) -> None:
    turned = XMP.replace(b"photoshop:Credit", b'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="8" x:C')
    plain = make_picture(kind, 40, 30)
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(plain)) as picture:
        options: dict[str, object] = {"xmp": turned}
        if kind == "png":
            from PIL import PngImagePlugin

            info = PngImagePlugin.PngInfo()
            info.add_itxt("XML:com.adobe.xmp", turned.decode())
            options = {"pnginfo": info}
        picture.save(buffer, kind.upper(), **options)
    before = buffer.getvalue()
    assert orientation_of(before) == 8
    assert orientation_of(bytes_of(cleaned(remover, before, CameraData.ALL))) == 8


@pytest.mark.parametrize("choice", BOTH)
@pytest.mark.parametrize("kind", KINDS)
def test_mutations_are_cleaned_or_refused_and_keep_no_place_that_a_reader_finds(
    remover: CameraDataRemover, kind: str, choice: CameraData
) -> None:
    """5,600 of all types and choices together."""
    whole, done = tagged(kind, 6), 0
    for seed in range(MUTATIONS):
        data = mutated(whole, seed)
        data = with_sound_checksums(data) if kind == "png" and seed % 2 else data
        try:
            after = bytes_of(cleaned(remover, data, choice))
        except CameraDataStays:
            continue
        done += 1
        assert not reads_place(after), seed
    assert done > MUTATIONS / 10


def reads_place(data: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(data)) as picture:
            return bool(picture.getexif().get_ifd(ExifTags.IFD.GPSInfo).get(ExifTags.GPS.GPSLatitude))
    except Exception:  # noqa: BLE001  what Pillow cannot open tells no place
        return False


class TestFiles:
    def test_a_large_file_is_copied_into_the_scratch_folder_and_removed(
        self, remover: CameraDataRemover, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source, scratch = tmp_path / "a.jpg", tmp_path / "scratch"
        source.write_bytes(tagged("jpeg"))
        expected = bytes_of(cleaned(remover, source.read_bytes(), CameraData.ALL))
        monkeypatch.setattr(module, "IN_MEMORY", 100)
        with remover.cleaned(source, CameraData.ALL, scratch) as picture:
            assert isinstance(picture.source, Path)
            assert picture.source.parent == scratch
            assert picture.source.read_bytes() == expected
        assert list(scratch.iterdir()) == []

    def test_a_full_disk_or_a_cancellation_leaves_nothing(
        self, remover: CameraDataRemover, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "IN_MEMORY", 100)
        source = tmp_path / "a.jpg"
        source.write_bytes(tagged("jpeg"))
        cancel = CancelToken()
        cancel.cancel()
        with pytest.raises(Cancelled), remover.cleaned(source, CameraData.ALL, tmp_path / "scratch", cancel):
            pass
        if Path("/dev/full").exists():
            monkeypatch.setattr(module.tempfile, "mkstemp", full_disk(tmp_path))
            with pytest.raises(DiskFull), remover.cleaned(source, CameraData.ALL, tmp_path / "scratch"):
                pass
        assert list((tmp_path / "scratch").iterdir()) == []

    def test_a_vanished_file_is_told(self, remover: CameraDataRemover, tmp_path: Path) -> None:
        with pytest.raises(UnreadableFile), remover.cleaned(tmp_path / "gone.jpg", CameraData.ALL, None):
            pass

    def test_what_the_reader_refuses_has_the_readers_reason(self) -> None:
        class Refusing:
            def prepare(self, source: Source, cancel: CancelToken | None = None) -> object:
                raise BadPicture("Damaged image: it is cut off.")

        remover = CameraDataRemover(Refusing())  # type: ignore[arg-type]
        with pytest.raises(BadPicture, match="cut off"):
            cleaned(remover, tagged("png")[:60], CameraData.ALL)


def full_disk(tmp_path: Path) -> object:
    def mkstemp(**_options: object) -> tuple[int, str]:
        return os.open("/dev/full", os.O_WRONLY), str(tmp_path / "scratch" / "never")

    return mkstemp


@pytest.mark.parametrize("has_place", [True, False])
def test_a_block_in_hexadecimal_goes_only_where_it_tells_a_place(remover: CameraDataRemover, has_place: bool) -> None:
    gps = (LATITUDE, LONGITUDE) if has_place else None
    with Image.open(io.BytesIO(make_picture("jpeg", camera=True, gps=gps))) as picture:
        block: bytes = picture.info["exif"]
    text = b"\nexif\n%8d\n%s\n" % (len(block), block.hex().encode())
    png = make_picture("png")
    data = png[:33] + chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(text)) + png[33:]
    picture = cleaned(remover, data, CameraData.LOCATION)
    assert picture.removed == (("location", "camera") if has_place else ())
    assert (b"zTXt" in bytes_of(picture)) == (not has_place)


def test_the_second_picture_of_a_multi_picture_file_is_cleaned_or_cut_off(remover: CameraDataRemover) -> None:
    both = [make_picture("jpeg", seed=seed, camera=True, gps=(LATITUDE, LONGITUDE)) for seed in (1, 2)]
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(both[0])) as first, Image.open(io.BytesIO(both[1])) as second:
        first.save(buffer, "MPO", save_all=True, append_images=[second], exif=first.info["exif"])
    before = buffer.getvalue()
    assert before.count(b"Exif\0\0") == 2
    kept, one = (bytes_of(cleaned(remover, before, choice)) for choice in BOTH)
    assert list(frames(kept)) == list(frames(before))
    assert list(frames(one)) == list(frames(before))[:1]
    assert [place for place in coordinate_bytes() if place in kept + one] == []


def test_a_makers_notes_go_with_the_place_that_they_may_tell_and_stay_without_one(remover: CameraDataRemover) -> None:
    for gps in ((LATITUDE, LONGITUDE), None):
        with Image.open(io.BytesIO(make_picture("jpeg", camera=True, gps=gps))) as picture:
            exif = picture.getexif()
            exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.MakerNote] = b"Panasonic: Frognerseteren, near Oslo"
            buffer = io.BytesIO()
            picture.save(buffer, "JPEG", exif=exif.tobytes())
        after = bytes_of(cleaned(remover, buffer.getvalue(), CameraData.LOCATION))
        assert (b"Frognerseteren" in after) == (gps is None)


class TestHostileFiles:
    """Nothing takes long, however a file is built."""

    @pytest.mark.parametrize("choice", BOTH)
    @pytest.mark.parametrize("name", HOSTILE_FILES)
    def test_it_is_cleaned_or_refused(self, remover: CameraDataRemover, name: str, choice: CameraData) -> None:
        with contextlib.suppress(CameraDataStays):
            cleaned(remover, HOSTILE_FILES[name](), choice)
