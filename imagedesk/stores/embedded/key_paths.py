"""Object keys as paths below the library's folder: a key that would name anything else is refused."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

from imagedesk.core.errors import InvalidRequest
from imagedesk.core.plain_text import plain

_MAX_COMPONENT = 255  # bytes, on every usual file system


def path_of(root: Path, key: str) -> Path | None:
    """The file of the key, or None where the key is no file below ``root``, by its words or through a symbolic link."""
    parts = key.split("/")
    if len(parts) < 2 or not all(map(_is_plain, parts)):  # one part would lie beside the database
        return None
    path = root.joinpath(*parts)
    try:
        inside = path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # a circle of links
        return None
    return path if inside else None


def checked_path(root: Path, key: str) -> Path:
    """Raises InvalidRequest."""
    path = path_of(root, key)
    if path is None:
        raise InvalidRequest(f"“{plain(key)}” cannot be the place of a picture in this library.")
    return path


def _is_plain(part: str) -> bool:
    if part in {"", ".", ".."} or "\0" in part or "\\" in part:
        return False
    try:
        length = len(part.encode())
    except UnicodeEncodeError:
        return False
    return length <= _MAX_COMPONENT and not PureWindowsPath(part).drive
