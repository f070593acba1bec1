"""What an upload does with the data that cameras and programs write into a picture file, and what it removed."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

MAX_KINDS = 12  # of an item that another client wrote


class CameraData(StrEnum):
    """What stays in the file: everything, everything but where it was taken, or nothing but what shows the picture."""

    KEEP = "keep"
    LOCATION = "location"
    ALL = "all"


class Removed(StrEnum):
    """The kinds of data that were there and are not any more, as an item names them."""

    LOCATION = "location"
    CAMERA = "camera"
    DESCRIPTIONS = "descriptions"
    ATTACHMENTS = "attachments"


_WORDS = {
    Removed.LOCATION: "location",
    Removed.CAMERA: "camera data",
    Removed.DESCRIPTIONS: "descriptions",
    Removed.ATTACHMENTS: "attached files",
}


def ordered(kinds: Iterable[Removed]) -> tuple[str, ...]:
    """Each kind once, the weightiest first."""
    there = set(kinds)
    return tuple(kind.value for kind in Removed if kind in there)


def removed_text(kinds: Iterable[str]) -> str:
    """``location, camera data``: for people; a kind that only a later ImageDesk knows is shown as it is."""
    return ", ".join(_WORDS.get(kind, kind) for kind in kinds)  # type: ignore[call-overload]


def dump_removed(kinds: Iterable[str]) -> str | None:
    """The stored form, None for nothing."""
    return ",".join(kinds) or None


def read_removed(value: object) -> tuple[str, ...]:
    """The kinds in a stored item; none where it names none in a way that we can read."""
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    kinds = [part.strip() for part in parts if isinstance(part, str)]
    return tuple(kind for kind in kinds if kind.isascii() and kind.isalpha() and len(kind) <= 30)[:MAX_KINDS]
