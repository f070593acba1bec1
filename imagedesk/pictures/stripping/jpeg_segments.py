"""The segments of a JPEG picture as they lie in its file (ITU-T T.81, Annex B)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from imagedesk.pictures.stripping.edits import FileBytes, Malformed

START_OF_SCAN, END_OF_IMAGE, COMMENT = 0xDA, 0xD9, 0xFE
MAX_SEGMENTS = 100_000
NEXT_WITHIN = 65_536  # bytes between two pictures of one file
_MARKER = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")  # what stands between coded pixels is no marker
_BEGINNING = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class Segment:
    """From its marker at ``start`` to ``stop``; its own bytes begin at ``body``."""

    marker: int
    start: int
    body: int
    stop: int

    @property
    def is_metadata(self) -> bool:
        return 0xE0 <= self.marker <= 0xEF or self.marker == COMMENT


def segments(file: FileBytes, start: int) -> Iterator[Segment]:
    """Those of the picture that begins at ``start``, its end included where it has one. Raises Malformed."""
    if file.read(start, 2) != _BEGINNING[:2]:
        raise Malformed("no JPEG")
    at = start + 2
    for _ in range(MAX_SEGMENTS):
        found = _next_marker(file, at)
        if found is None:
            return
        marker, begin, body = found
        if marker in {0x01, 0xD8}:  # stand alone
            at = body
        elif marker == END_OF_IMAGE:
            yield Segment(marker, begin, body, body)
            return
        else:
            length = file.number(body, 2)
            if length < 2 or body + length > file.size:
                raise Malformed("a segment ends outside the file")
            yield Segment(marker, begin, body + 2, body + length)
            at = body + length
    raise Malformed("too many segments")


def end_of(found: Sequence[Segment], size: int) -> int:
    """Where the picture ends; the file's end for one that is cut off."""
    return found[-1].stop if found and found[-1].marker == END_OF_IMAGE else size


def next_picture(file: FileBytes, at: int) -> int:
    """Where another picture begins soon behind ``at``; -1 where none does."""
    found = file.read(at, min(NEXT_WITHIN, file.size - at)).find(_BEGINNING)
    return at + found if found >= 0 else -1


def _next_marker(file: FileBytes, at: int) -> tuple[int, int, int] | None:
    """The marker itself, where it begins and where it ends, behind coded pixels or stray bytes."""
    before = b""
    for start, chunk in file.growing(at):
        if match := _MARKER.search(before + chunk):
            end = start - len(before) + match.end()
            return match[1][0], end - 2, end
        before = chunk[-1:]  # a marker may be cut by the chunk's end
    return None
