"""A block of Exif data by itself, as JPEG, PNG, WebP and HEIF carry it: a small TIFF file without pixels."""

from __future__ import annotations

import io

from imagedesk.core.camera_data import CameraData, Removed
from imagedesk.pictures.stripping.edits import Edits, FileBytes, Malformed
from imagedesk.pictures.stripping.tiff import TiffCleaning
from imagedesk.pictures.stripping.tiff_directories import Directory, Entry, TiffDirectories

_ORIENTATION, _EXIF, _COLOUR_SPACE, _INTEROPERABILITY, _INDEX = 274, 34665, 40961, 40965, 1
_UNCALIBRATED = 0xFFFF
_ADOBE_RGB = b"R03\0"  # "Design rule for Camera File system 2.0", CIPA DC-009: the picture is in Adobe RGB
_SHORT, _LONG, _TEXT = 3, 4, 2
_HEAD = b"MM\0*\0\0\0\x08"


def minimal(orientation: int, *, is_adobe_rgb: bool = False) -> bytes:
    """A block that holds what the picture needs to look right and nothing else; empty where it needs nothing."""
    first = [] if orientation == 1 else [_entry(_ORIENTATION, _SHORT, 1, orientation.to_bytes(2, "big"))]
    if is_adobe_rgb:
        details = 8 + _size(len(first) + 1)
        first.append(_entry(_EXIF, _LONG, 1, details.to_bytes(4, "big")))
        inner = [
            _entry(_COLOUR_SPACE, _SHORT, 1, _UNCALIBRATED.to_bytes(2, "big")),
            _entry(_INTEROPERABILITY, _LONG, 1, (details + _size(2)).to_bytes(4, "big")),
        ]
        return _HEAD + _table(first) + _table(inner) + _table([_entry(_INDEX, _TEXT, 4, _ADOBE_RGB)])
    return _HEAD + _table(first) if first else b""


def _size(entries: int) -> int:
    return 2 + 12 * entries + 4


def _entry(tag: int, kind: int, count: int, value: bytes) -> bytes:
    return tag.to_bytes(2, "big") + kind.to_bytes(2, "big") + count.to_bytes(4, "big") + value.ljust(4, b"\0")


def _table(entries: list[bytes]) -> bytes:
    return len(entries).to_bytes(2, "big") + b"".join(entries) + bytes(4)


def orientation_of(block: bytes) -> int | None:
    """1 to 8, None where it says none or cannot be read."""
    try:
        directories = _directories(block)
        entry = _find(next(directories.chain()), _ORIENTATION)
        values = directories.values(entry, 1) if entry is not None else []
    except (Malformed, StopIteration):
        return None
    return values[0] if values and 1 <= values[0] <= 8 else None


def is_adobe_rgb(block: bytes) -> bool:
    """Whether a camera says so in its own way, which many use instead of a colour profile."""
    try:
        directories = _directories(block)
        found: Directory | None = next(directories.chain())
        for tag in (_EXIF, _INTEROPERABILITY):
            entry = _find(found, tag) if found is not None else None
            positions = directories.values(entry, 1) if entry is not None else []
            found = directories.peek(positions[0]) if positions else None
        entry = _find(found, _INDEX) if found is not None else None
        return entry is not None and not entry.is_outside and block[entry.start : entry.start + 3] == _ADOBE_RGB[:3]
    except (Malformed, StopIteration):
        return False


def _directories(block: bytes) -> TiffDirectories:
    return TiffDirectories(FileBytes(io.BytesIO(block), len(block)))


def _find(directory: Directory, tag: int) -> Entry | None:
    return next((entry for entry in directory.entries if entry.tag == tag), None)


def without_location(block: bytes) -> tuple[bytes, set[Removed]]:
    """The block as long as before, and what was taken out. What cannot be read cannot be cleaned: of such a block
    nothing stays but the orientation, if it tells any."""
    edits = Edits()
    file = FileBytes(io.BytesIO(block), len(block))
    try:
        TiffCleaning(file, CameraData.LOCATION, edits).run()
        return (b"".join(edits.apply(file)) if edits else block), edits.removed
    except Malformed:
        left = minimal(orientation_of(block) or 1).ljust(len(block), b"\0")[: len(block)]
        return left, {Removed.CAMERA} if left != block else set()


def kinds_in(block: bytes) -> set[Removed]:
    """What would be removed with the whole of it."""
    edits = Edits()
    try:
        TiffCleaning(FileBytes(io.BytesIO(block), len(block)), CameraData.ALL, edits).run()
    except Malformed:
        return {Removed.CAMERA}
    return edits.removed
