"""Boxes as no encoder at hand writes them: items in pieces, items in the box itself, positions of every width."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image

from imagedesk.core.camera_data import CameraData, Removed
from imagedesk.pictures.stripping import exif_block, heif
from imagedesk.pictures.stripping.edits import Edits, FileBytes, Malformed
from tests.generated_pictures import make_picture
from tests.unit.pictures.stripping.tagged_pictures import LATITUDE, LONGITUDE, PLACES, XMP, coordinate_bytes

PIXELS = bytes(range(256)) * 4


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def camera_block() -> bytes:
    with Image.open(io.BytesIO(make_picture("jpeg", camera=True, gps=(LATITUDE, LONGITUDE)))) as picture:
        exif: bytes = picture.info["exif"]
    return exif.removeprefix(b"Exif\0\0")


def heic(version: int, *, wide: bool = False, overlap: bool = False) -> bytes:
    """Pixels, Exif data in two pieces, and XMP inside the ``meta`` box where the version allows it."""
    exif = b"\0\0\0\0" + camera_block()
    half = len(exif) // 2
    media = exif[:half] + PIXELS + exif[half:] + (b"" if version else XMP)
    number = ">I" if version == 2 else ">H"

    def entry(kind: bytes, item: int) -> bytes:
        head = bytes([3 if version == 2 else 2, 0, 0, 0]) + struct.pack(number, item) + b"\0\0" + kind
        return box(b"infe", head + b"\0" + (b"application/rdf+xml\0" if kind == b"mime" else b""))

    infos = box(b"iinf", bytes(4) + struct.pack(">H", 3) + entry(b"hvc1", 1) + entry(b"Exif", 2) + entry(b"mime", 3))
    idat = box(b"idat", XMP if version else b"")

    def meta(start: int) -> bytes:
        place = ">Q" if wide else ">I"

        def item(number_of: int, method: int, *extents: tuple[int, int]) -> bytes:
            head = struct.pack(number, number_of) + (struct.pack(">H", method) if version else b"") + b"\0\0"
            return (
                head
                + struct.pack(">H", len(extents))
                + b"".join(struct.pack(place, at) + struct.pack(">I", length) for at, length in extents)
            )

        first = (start, half) if overlap else (start + half, len(PIXELS))
        xmp = item(3, 1, (0, len(XMP))) if version else item(3, 0, (start + len(media) - len(XMP), len(XMP)))
        items = item(1, 0, first) + item(2, 0, (start, half), (start + half + len(PIXELS), len(exif) - half)) + xmp
        sizes = (8 if wide else 4) << 12 | 4 << 8
        count = struct.pack(number, 3)
        return box(b"meta", bytes(4) + infos + box(b"iloc", bytes([version, 0, 0, 0]) + struct.pack(">H", sizes) + count
                                                   + items) + idat)  # fmt: skip

    head = box(b"ftyp", b"heic\0\0\0\0mif1heic")
    start = len(head) + len(meta(0)) + 8
    return head + meta(start) + box(b"mdat", media) + box(b"udta", b"\xa9xyz+59.9139+010.7522/")


def cleaned(data: bytes, choice: CameraData) -> tuple[bytes, set[Removed]]:
    file, edits = FileBytes(io.BytesIO(data), len(data)), Edits()
    heif.clean(file, choice, edits)
    return b"".join(edits.apply(file)), edits.removed


@pytest.mark.parametrize("choice", [CameraData.LOCATION, CameraData.ALL])
@pytest.mark.parametrize(("version", "wide"), [(0, False), (1, False), (1, True), (2, True)])
def test_items_are_cleaned_where_they_lie(version: int, wide: bool, choice: CameraData) -> None:
    before = heic(version, wide=wide)
    after, removed = cleaned(before, choice)
    assert len(after) == len(before)
    assert after[after.index(b"mdat") :].count(PIXELS) == 1
    assert after.index(PIXELS) == before.index(PIXELS)
    looked_for = (*PLACES, *coordinate_bytes(), b"+59.9139")
    assert [place for place in looked_for if place in after] == []
    assert Removed.LOCATION in removed
    assert (b"Canon" in after) == (choice is CameraData.LOCATION)
    assert cleaned(after, choice) == (after, set())


def test_an_item_that_lies_over_the_pixels_is_refused() -> None:
    with pytest.raises(Malformed):
        cleaned(heic(1, overlap=True), CameraData.ALL)


def test_a_block_that_says_nothing_has_no_orientation() -> None:
    after, _ = cleaned(heic(1), CameraData.ALL)
    at = after.index(b"MM\0*")
    assert exif_block.orientation_of(after[at : at + 14]) is None
