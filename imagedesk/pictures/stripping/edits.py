"""Reading a file within its bounds, and what shall differ in the copy: edits that are written as one stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from imagedesk.core.camera_data import Removed

CHUNK = 1 << 20  # bytes copied at once
MAX_BLOCK = 64_000_000  # bytes of one block of metadata that is looked into
MAX_LOOKED_INTO = 256_000_000  # bytes of all of a file's metadata, unpacked


class Malformed(ValueError):
    """The file is not built as its format says. Never shown to a person."""


class FileBytes:
    """The bytes of a file by position. Nothing beyond the end is ever asked of it."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self.size = size
        self._looked_into = 0

    def read(self, start: int, length: int) -> bytes:
        """Exactly so many bytes. Raises Malformed where the file has fewer, OSError."""
        if start < 0 or length < 0 or start + length > self.size:
            raise Malformed("the file ends early")
        self._file.seek(start)
        data = self._file.read(length)
        if len(data) != length:
            raise Malformed("the file ends early")
        return data

    def block(self, start: int, length: int) -> bytes:
        """Like ``read``, for metadata, which is never huge."""
        if length > MAX_BLOCK:
            raise Malformed("a block of metadata is too large")
        self.look_into(length)
        return self.read(start, length)

    def look_into(self, length: int) -> None:
        """So many bytes of metadata are searched. Raises Malformed where there is no end to it."""
        self._looked_into += length
        if self._looked_into > MAX_LOOKED_INTO:
            raise Malformed("there is too much metadata")

    def number(self, start: int, length: int) -> int:
        """A big-endian number."""
        return int.from_bytes(self.read(start, length), "big")

    def growing(self, start: int) -> Iterator[tuple[int, bytes]]:
        """Position and bytes of one piece after the other, small ones first: what is looked for is mostly near."""
        length = 64
        while start < self.size:
            chunk = self.read(start, min(length, self.size - start))
            yield start, chunk
            start += len(chunk)
            length = min(2 * length, CHUNK)

    def chunks(self, start: int, stop: int) -> Iterator[bytes]:
        while start < stop:
            chunk = self.read(start, min(CHUNK, stop - start))
            yield chunk
            start += len(chunk)


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """The bytes from ``start`` to ``stop`` become ``data``, or as many zeros where it is None."""

    start: int
    stop: int
    data: bytes | None = None


class Edits:
    """Gathers what shall change and what kinds of data that removes."""

    def __init__(self) -> None:
        self._edits: set[Edit] = set()
        self.removed: set[Removed] = set()

    def __bool__(self) -> bool:
        return bool(self._edits)

    def note(self, *kinds: Removed) -> None:
        self.removed.update(kinds)

    def replace(self, start: int, stop: int, data: bytes) -> None:
        self._edits.add(Edit(start, stop, data))

    def remove(self, start: int, stop: int) -> None:
        if stop > start:
            self._edits.add(Edit(start, stop, b""))

    def insert(self, at: int, data: bytes) -> None:
        self._edits.add(Edit(at, at, data))

    def blank(self, start: int, stop: int) -> None:
        """Zeros, in the same place."""
        if stop > start:
            self._edits.add(Edit(start, stop))

    def scatter(self, ranges: Iterable[tuple[int, int]], data: bytes) -> None:
        """Spread data over ranges that are together as long."""
        at = 0
        for start, stop in ranges:
            self.replace(start, stop, data[at : at + stop - start])
            at += stop - start

    def apply(self, file: FileBytes) -> Iterator[bytes]:
        """The whole new file, in chunks. Raises Malformed where two edits want the same bytes, OSError."""
        at = 0
        for edit in sorted(self._edits, key=lambda edit: (edit.start, edit.stop)):
            if edit.start < at:
                raise Malformed("two structures lie over each other")
            yield from file.chunks(at, edit.start)
            if edit.data is None:
                yield from _zeros(edit.stop - edit.start)
            elif edit.data:
                yield edit.data
            at = edit.stop
        yield from file.chunks(at, file.size)


def _zeros(count: int) -> Iterator[bytes]:
    while count > 0:
        yield bytes(min(CHUNK, count))
        count -= CHUNK
