"""File names from other people's computers, made safe for a folder of this one and for an object key.

A safe name is one path component on POSIX and on Windows ("Naming Files, Paths, and Namespaces", Microsoft Learn),
is not hidden, holds no character that reorders or hides text, and is at most 120 bytes of UTF-8.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from enum import StrEnum
from pathlib import PurePath

from imagedesk.core.plain_text import is_invisible

MAX_BYTES = 120
_FORBIDDEN = frozenset('<>:"/\\|?*%#')  # % and # besides: they end or change a URL when a person pastes one
_REPLACED = {ord(c): "_" for c in _FORBIDDEN}
_DEVICES = frozenset(
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"]
    + [f"{port}{n}" for port in ("COM", "LPT") for n in "0123456789¹²³"]
)


class NameClash(StrEnum):
    """What to do with a download where a file of its name is there already. ``skip`` downloads nothing."""

    KEEP_BOTH = "keep both"
    REPLACE = "replace"
    SKIP = "skip"


def safe_file_name(name: str, fallback: str = "image") -> str:
    """One harmless path component that still reads like ``name``; ``fallback`` if nothing of it is left."""
    visible = name.replace("\\", "/").rsplit("/", 1)[-1]
    if not (visible.isascii() and visible.isprintable()):  # those are visible and in normal form
        visible = unicodedata.normalize("NFC", "".join(c for c in visible if not is_invisible(c)))
    text = visible.translate(_REPLACED)
    text = text.strip(" .")  # Windows drops them from the end, Unix hides a name that begins with one
    stem, dot, extension = text.rpartition(".")
    if not dot:
        stem, extension = text, ""
    if stem.split(".", 1)[0].strip().upper() in _DEVICES:
        stem = f"_{stem}"
    return _shortened(stem, dot + extension) or fallback


def _shortened(stem: str, ending: str) -> str:
    if len(ending.encode()) > 16:  # no extension is that long: it is part of the name
        stem, ending = stem + ending, ""
    room = MAX_BYTES - len(ending.encode())
    short = stem.encode()[:room].decode(errors="ignore").strip(" .")
    return f"{short}{ending}" if short else ending.strip(" .")


def original_name(path: PurePath) -> str:
    """The name of a local file as shown to people; bytes that are no text become replacement characters."""
    return path.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def free_name(name: str, taken: Callable[[str], bool]) -> str:
    """``name``, or ``name (2)``, ``name (3)``, ... with the first number that is not taken."""
    if not taken(name):
        return name
    path = PurePath(name)
    number = 2
    while taken(candidate := f"{path.stem} ({number}){path.suffix}"):
        number += 1
    return candidate
