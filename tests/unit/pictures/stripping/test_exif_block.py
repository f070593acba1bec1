from __future__ import annotations

import io
import struct

import pytest
from PIL import ExifTags, Image

from imagedesk.core.camera_data import CameraData, Removed
from imagedesk.pictures.stripping import exif_block, jpeg
from imagedesk.pictures.stripping.edits import Edits, FileBytes
from tests.generated_pictures import make_picture, srgb_profile


def adobe_rgb(**options: object) -> bytes:
    """A photograph as cameras write it that are set to Adobe RGB: no profile, but a word in its Exif data."""
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(make_picture("jpeg", camera=True, orientation=6))) as picture:
        exif = picture.getexif()
        details = exif.get_ifd(ExifTags.IFD.Exif)
        details[ExifTags.Base.ColorSpace] = 0xFFFF
        details[int(ExifTags.IFD.Interop)] = {1: "R03"}
        picture.save(buffer, "JPEG", exif=exif.tobytes(), **options)
    return buffer.getvalue()


def cleaned(data: bytes) -> bytes:
    file, edits = FileBytes(io.BytesIO(data), len(data)), Edits()
    jpeg.clean(file, CameraData.ALL, edits)
    return b"".join(edits.apply(file))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("is_adobe_rgb", [True, False])
def test_a_minimal_block_is_read_as_it_was_meant(orientation: int, is_adobe_rgb: bool) -> None:
    block = exif_block.minimal(orientation, is_adobe_rgb=is_adobe_rgb)
    assert (block == b"") == (orientation == 1 and not is_adobe_rgb)
    assert exif_block.orientation_of(block) in {orientation, None}
    assert exif_block.is_adobe_rgb(block) == is_adobe_rgb
    if block:
        exif = Image.Exif()
        exif.load(b"Exif\0\0" + block)
        assert exif.get(ExifTags.Base.Orientation, 1) == orientation
        assert exif.get_ifd(ExifTags.IFD.Interop).get(1) == ("R03" if is_adobe_rgb else None)


def test_colours_that_only_exif_tells_stay_right() -> None:
    before = adobe_rgb()
    after = cleaned(before)
    with Image.open(io.BytesIO(after)) as picture:
        exif = picture.getexif()
        assert exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.ColorSpace] == 0xFFFF
        assert exif.get_ifd(ExifTags.IFD.Interop) == {1: "R03"}
        assert set(exif) == {ExifTags.Base.Orientation, int(ExifTags.IFD.Exif)}
    assert cleaned(after) == after
    with Image.open(io.BytesIO(cleaned(adobe_rgb(icc_profile=srgb_profile())))) as picture:
        assert set(picture.getexif()) == {ExifTags.Base.Orientation}


@pytest.mark.parametrize("block", [b"", b"II*\0", b"MM\0*\0\0\0\x08", bytes(40), b"II*\0\xff\xff\xff\xff" + bytes(30)])
def test_a_damaged_block_says_nothing(block: bytes) -> None:
    assert exif_block.orientation_of(block) is None
    assert not exif_block.is_adobe_rgb(block)


def test_of_a_block_whose_structures_lie_over_each_other_nothing_stays_but_the_orientation() -> None:
    packet = b'exif:GPSLatitude="59,54.832N"'
    entries = [(274, 3, 1, 6 << 16), (700, 1, 71, 8), (34853, 4, 1, 0)]  # XMP that begins where the directory does
    table = struct.pack(">H", 3) + b"".join(struct.pack(">HHII", *entry) for entry in entries) + bytes(4)
    block = b"MM\0*\0\0\0\x08" + table + packet
    after, kinds = exif_block.without_location(block)
    assert (len(after), packet in after, kinds) == (len(block), False, {Removed.CAMERA})
    assert exif_block.orientation_of(after) == 6
