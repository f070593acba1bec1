"""Removes what programs write into a GIF file ("Graphics Interchange Format, Version 89a", CompuServe)."""

from __future__ import annotations

from imagedesk.core.camera_data import CameraData, Removed
from imagedesk.pictures.stripping import xmp
from imagedesk.pictures.stripping.edits import Edits, FileBytes, Malformed

_EXTENSION, _IMAGE, _END = 0x21, 0x2C, 0x3B
_COMMENT, _APPLICATION = 0xFE, 0xFF
_SHOWN = frozenset({b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"})  # how often it plays, and its colour profile
MAX_EXTENSION = 16_000_000  # bytes


def clean(file: FileBytes, choice: CameraData, edits: Edits) -> None:
    """Raises Malformed."""
    at = 13 + _table_size(file.read(10, 1)[0])
    while at < file.size:
        mark = file.read(at, 1)[0]
        if mark == _END:
            _cut(file, at + 1, edits)
            return
        if mark == _IMAGE:
            at = _behind_blocks(file, at + 11 + _table_size(file.read(at + 9, 1)[0]))
        elif mark == _EXTENSION:
            stop = _behind_blocks(file, at + 2)
            _clean_extension(file, at, stop, choice, edits)
            at = stop
        else:
            raise Malformed("no block of a GIF")


def _cut(file: FileBytes, end: int, edits: Edits) -> None:
    if any(chunk.strip(b"\0") for chunk in file.chunks(end, file.size)):
        edits.note(Removed.ATTACHMENTS)
        edits.remove(end, file.size)


def _table_size(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _behind_blocks(file: FileBytes, at: int) -> int:
    """Behind the sub-blocks that begin at ``at``; a large picture has a million."""
    for start, chunk in file.growing(at):
        while at < start + len(chunk):
            length = chunk[at - start]
            at += 1 + length
            if not length:
                return at
    raise Malformed("the file ends early")


def _clean_extension(file: FileBytes, at: int, stop: int, choice: CameraData, edits: Edits) -> None:
    kind = file.read(at + 1, 1)[0]
    name = file.read(at + 3, min(11, stop - at - 3)) if kind == _APPLICATION else b""
    if kind not in {_COMMENT, _APPLICATION} or name in _SHOWN:
        return
    tells_place = stop - at > MAX_EXTENSION or xmp.has_location(file.block(at, stop - at))
    if choice is CameraData.ALL or tells_place:
        edits.remove(at, stop)
        edits.note(Removed.LOCATION) if tells_place else None
        edits.note(Removed.DESCRIPTIONS) if choice is CameraData.ALL else None
