"""The directories of a TIFF file, classic or BigTIFF, as they lie in its bytes ("TIFF Revision 6.0", Aldus; Adobe's
"TIFF Technical Note 1" for sub-directories).

Everything is hostile: positions may point anywhere, chains may go round in circles. Reading is bounded by counts.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from imagedesk.pictures.stripping.edits import FileBytes, Malformed

_WIDTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_NUMBERS = frozenset({3, 4, 13, 16, 18})
_MARKS = {"little": "<", "big": ">"}  # of struct
_CODES = {2: "H", 4: "I", 8: "Q"}
MAX_DIRECTORIES = 20_000
MAX_VALUES = 5_000_000  # positions of strips and tiles of all pages


@dataclass(frozen=True, slots=True)
class Entry:
    """One field. ``start`` and ``stop`` are where its values lie; ``raw`` is the entry itself. ``is_outside``: the
    values are not in the entry. ``is_whole``: they lie in the file."""

    tag: int
    kind: int
    count: int
    start: int
    stop: int
    raw: bytes
    is_outside: bool
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Directory:
    """``start`` to ``stop`` are its bytes, the pointer to the next one included."""

    start: int
    stop: int
    entries: tuple[Entry, ...]
    next_pointer: bytes
    next: int


class TiffDirectories:
    """Raises Malformed when made over what is no TIFF file."""

    def __init__(self, file: FileBytes) -> None:
        self._file = file
        head = file.read(0, 8)
        self.order: str = {b"II": "little", b"MM": "big"}.get(head[:2], "")
        if not self.order:
            raise Malformed("no TIFF")
        version = self.number(head[2:4])
        if version not in {42, 43}:
            raise Malformed("no TIFF")
        self._big = version == 43
        self._width = 8 if self._big else 4  # bytes of a position
        self.count_width = 8 if self._big else 2
        self.head = (0, 16 if self._big else 8)
        self._first = self.number(file.read(8, 8)) if self._big else self.number(head[4:8])
        self._seen: set[int] = set()
        self._values_left = MAX_VALUES

    def number(self, data: bytes) -> int:
        return int.from_bytes(data, self.order)  # type: ignore[arg-type]

    def chain(self) -> Iterator[Directory]:
        """The pages one after the other. Raises Malformed where not even the first can be read."""
        directory = self.at(self._first)
        if directory is None:
            raise Malformed("no directory")
        yield directory
        while directory.next:
            following = self.at(directory.next)
            if following is None:  # a reader stops here, too
                return
            yield following
            directory = following

    def at(self, start: int) -> Directory | None:
        """None where there is none, or where it was read already. Raises Malformed where there are far too many."""
        if start < self.head[1] or start in self._seen:
            return None
        self._seen.add(start)
        if len(self._seen) > MAX_DIRECTORIES:
            raise Malformed("too many directories")
        return self.peek(start)

    def peek(self, start: int) -> Directory | None:
        """Like ``at``, whether it was read already or not."""
        size = 4 + 2 * self._width
        try:
            count = self.number(self._file.read(start, self.count_width))
            at = start + self.count_width
            table = self._file.block(at, count * size)
            pointer = self._file.read(at + count * size, self._width)
        except Malformed:
            return None
        entries = tuple(self._entry(table[i * size : (i + 1) * size], at + i * size) for i in range(count))
        return Directory(start, at + count * size + self._width, entries, pointer, self.number(pointer))

    def values(self, entry: Entry, at_most: int | None = None) -> list[int]:
        """The whole numbers of an entry; none where it holds something else or its values are not there."""
        if entry.kind not in _NUMBERS or not entry.is_whole:
            return []
        width = _WIDTHS[entry.kind]
        count = entry.count if at_most is None else min(entry.count, at_most)
        self._values_left -= count
        if self._values_left < 0:
            raise Malformed("too many values")
        data = self._file.read(entry.start, count * width)
        return list(struct.unpack(f"{_MARKS[self.order]}{count}{_CODES[width]}", data))

    def _entry(self, raw: bytes, at: int) -> Entry:
        tag, kind = self.number(raw[:2]), self.number(raw[2:4])
        count = self.number(raw[4 : 4 + self._width])
        length = count * _WIDTHS.get(kind, 1)
        is_outside = length > self._width
        start = self.number(raw[4 + self._width :]) if is_outside else at + 4 + self._width
        return Entry(
            tag, kind, count, start, start + length, raw, is_outside, is_whole=start + length <= self._file.size
        )
