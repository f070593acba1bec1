"""Removes camera data from a HEIF or AVIF file in place: every position in its boxes stays right.

Orientation is a property of the picture there (``irot``, ``imir``), not of its Exif data.
"""

from __future__ import annotations

from collections.abc import Iterator

from imagedesk.core.camera_data import CameraData, Removed
from imagedesk.pictures.stripping import exif_block, xmp
from imagedesk.pictures.stripping.edits import Edits, FileBytes, Malformed
from imagedesk.pictures.stripping.heif_boxes import Box, Item, boxes, items
from imagedesk.pictures.stripping.ranges import Range, difference, union

_METADATA = frozenset({b"Exif", b"mime", b"uri "})
_CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})
_LOOSE = frozenset({b"udta", b"uuid", b"free", b"skip"})
_EMPTY_EXIF = b"\0\0\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"
_EMPTY_XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'


def clean(file: FileBytes, choice: CameraData, edits: Edits) -> None:
    """Raises Malformed."""
    for box in _all_boxes(file, 0, file.size, 0):
        if box.kind == b"meta":
            _clean_items(file, items(file, box), choice, edits)
        elif box.kind in _LOOSE:
            _clean_loose(file, box, choice, edits)


def _all_boxes(file: FileBytes, start: int, stop: int, depth: int) -> Iterator[Box]:
    for box in boxes(file, start, stop):
        yield box
        if box.kind in _CONTAINERS and depth < len(_CONTAINERS):
            yield from _all_boxes(file, box.body, box.stop, depth + 1)


def _clean_items(file: FileBytes, found: list[Item], choice: CameraData, edits: Edits) -> None:
    pixels = union(part for item in found if item.kind not in _METADATA for part in item.ranges)
    for item in found:
        if item.kind not in _METADATA or not item.ranges:
            continue
        if _overlap(list(item.ranges), pixels):
            raise Malformed("an item lies over another")
        before = b"".join(file.block(start, stop - start) for start, stop in item.ranges)
        after = _cleaned(item, before, choice, edits)
        if after != before:
            edits.scatter(item.ranges, after)


def _overlap(ranges: list[Range], others: list[Range]) -> bool:
    left = sum(stop - start for start, stop in difference(ranges, others))
    return left != sum(stop - start for start, stop in union(ranges))


def _cleaned(item: Item, data: bytes, choice: CameraData, edits: Edits) -> bytes:
    if item.kind == b"Exif":
        return _cleaned_exif(data, choice, edits)
    empty = (_EMPTY_XMP if len(data) >= len(_EMPTY_XMP) else b"").ljust(len(data))
    if data == empty:
        return data
    if xmp.has_location(data):
        edits.note(Removed.LOCATION)
    if choice is CameraData.LOCATION:
        return xmp.without_location(data)
    edits.note(Removed.DESCRIPTIONS)
    return empty


def _cleaned_exif(data: bytes, choice: CameraData, edits: Edits) -> bytes:
    """The item tells first how far behind this number its block begins."""
    empty = _EMPTY_EXIF.ljust(len(data), b"\0")[: len(data)]
    begin = 4 + int.from_bytes(data[:4], "big")
    block = data[begin:]
    if choice is CameraData.ALL:
        if data != empty:
            edits.note(*exif_block.kinds_in(block))
        return empty
    after, kinds = exif_block.without_location(block)
    edits.note(*kinds)
    return data[:begin] + after


def _clean_loose(file: FileBytes, box: Box, choice: CameraData, edits: Edits) -> None:
    """A box of other programs, or of nothing, becomes one of nothing."""
    data = file.block(box.body, box.stop - box.body)
    if not data.strip(b"\0"):
        return
    tells_place = xmp.has_location(data) or b"\xa9xyz" in data or b"loci" in data
    if tells_place:
        edits.note(Removed.LOCATION)
    if tells_place or choice is CameraData.ALL:
        edits.note(*([Removed.DESCRIPTIONS] if choice is CameraData.ALL else []))
        edits.replace(box.start + 4, box.start + 8, b"free")
        edits.blank(box.body, box.stop)
