"""A block of Exif data by itself, as JPEG, PNG, WebP and HEIF carry it: a small TIFF file without pixels."""

from __future__ import annotations

import io

from imagedesk.core.camera_data import CameraData, Removed
from imagedesk.pictures.stripping.edits import Edits, FileBytes, Malformed
from imagedesk.pictures.stripping.tiff import TiffCleaning
from imagedesk.pictures.stripping.tiff_directories import TiffDirectories

ORIENTATION = 274


def minimal(orientation: int) -> bytes:
    """A block that holds the orientation and nothing else; empty for the upright one."""
    if orientation == 1:
        return b""
    entry = ORIENTATION.to_bytes(2, "big") + b"\0\x03\0\0\0\x01" + orientation.to_bytes(2, "big") + b"\0\0"
    return b"MM\0*\0\0\0\x08\0\x01" + entry + bytes(4)


def orientation_of(block: bytes) -> int | None:
    """1 to 8, None where it says none or cannot be read."""
    try:
        directories = TiffDirectories(FileBytes(io.BytesIO(block), len(block)))
        first = next(directories.chain())
        entry = next((entry for entry in first.entries if entry.tag == ORIENTATION), None)
        values = directories.values(entry, 1) if entry is not None else []
    except (Malformed, StopIteration):
        return None
    return values[0] if values and 1 <= values[0] <= 8 else None


def without_location(block: bytes) -> tuple[bytes, set[Removed]]:
    """The block as long as before, and what was taken out. Raises Malformed."""
    edits = Edits()
    file = FileBytes(io.BytesIO(block), len(block))
    TiffCleaning(file, CameraData.LOCATION, edits).run()
    return (b"".join(edits.apply(file)) if edits else block), edits.removed


def kinds_in(block: bytes) -> set[Removed]:
    """What would be removed with the whole of it."""
    edits = Edits()
    try:
        TiffCleaning(FileBytes(io.BytesIO(block), len(block)), CameraData.ALL, edits).run()
    except Malformed:
        return {Removed.CAMERA}
    return edits.removed
