"""The boxes of a HEIF or AVIF file that tell where its items are (ISO/IEC 14496-12, ISO/IEC 23008-12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from imagedesk.pictures.stripping.edits import FileBytes, Malformed
from imagedesk.pictures.stripping.ranges import Range

MAX_BOXES = 100_000
MAX_ITEMS = 70_000
MAX_EXTENTS = 1_000_000


@dataclass(frozen=True, slots=True)
class Box:
    kind: bytes
    start: int
    body: int
    stop: int


@dataclass(frozen=True, slots=True)
class Item:
    """``kind`` is Exif, mime and the like; ``ranges`` are where its bytes lie in the file."""

    kind: bytes
    ranges: tuple[Range, ...] = field(default=())


def boxes(file: FileBytes, start: int, stop: int) -> Iterator[Box]:
    """Raises Malformed for one that ends outside."""
    at = start
    for _ in range(MAX_BOXES):
        if at + 8 > stop:
            return
        size, kind, body = file.number(at, 4), file.read(at + 4, 4), at + 8
        if size == 1:
            size, body = file.number(at + 8, 8), at + 16
        elif size == 0:
            size = stop - at
        if size < body - at or at + size > stop:
            raise Malformed("a box ends outside the file")
        yield Box(kind, at, body, at + size)
        at += size
    raise Malformed("too many boxes")


def items(file: FileBytes, meta: Box) -> list[Item]:
    """Those of a ``meta`` box. Raises Malformed."""
    inner = {box.kind: box for box in boxes(file, meta.body + 4, meta.stop)}
    if b"iinf" not in inner or b"iloc" not in inner:
        return []
    places = _places(file, inner[b"iloc"], inner.get(b"idat"))
    return [Item(kind, places.get(number, ())) for number, kind in _kinds(file, inner[b"iinf"])]


def _kinds(file: FileBytes, box: Box) -> Iterator[tuple[int, bytes]]:
    """Number and kind of each item."""
    version = file.number(box.body, 1)
    first = box.body + (6 if version == 0 else 8)
    for entry in boxes(file, first, box.stop):
        version = file.number(entry.body, 1)
        if entry.kind == b"infe" and version in {2, 3}:
            width = 2 if version == 2 else 4
            at = entry.body + 4
            yield file.number(at, width), file.read(at + width + 2, 4)


class _Cursor:
    """Numbers one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def next(self, width: int) -> int:
        self._at += width
        if self._at > len(self._data):
            raise Malformed("a box is too short")
        return int.from_bytes(self._data[self._at - width : self._at], "big")


def _places(file: FileBytes, box: Box, idat: Box | None) -> dict[int, tuple[Range, ...]]:
    cursor = _Cursor(file.block(box.body, box.stop - box.body))
    version = cursor.next(4) >> 24
    sizes = cursor.next(2)
    offset, length, base, index = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15, sizes & 15 if version else 0
    count = cursor.next(2 if version < 2 else 4)
    if count > MAX_ITEMS:
        raise Malformed("too many items")
    found: dict[int, tuple[Range, ...]] = {}
    total = 0
    for _ in range(count):
        number = cursor.next(2 if version < 2 else 4)
        method = cursor.next(2) & 15 if version else 0
        cursor.next(2)
        start = cursor.next(base)
        extents = cursor.next(2)
        total += extents
        if total > MAX_EXTENTS:
            raise Malformed("too many extents")
        ranges: list[Range] = []
        for _ in range(extents):
            cursor.next(index)
            ranges.append(_range(file, start + cursor.next(offset), cursor.next(length), method, idat))
        found[number] = tuple(ranges)
    return found


def _range(file: FileBytes, start: int, length: int, method: int, idat: Box | None) -> Range:
    if method == 1 and idat is not None:
        start, end = idat.body + start, idat.stop
    elif method == 0:
        end = file.size
    else:
        raise Malformed("an item inside another")
    stop = start + length if length else end  # none given: all that is there
    if stop > end:
        raise Malformed("an item ends outside the file")
    return start, stop
