"""What the library check finds: one value for each thing in which table and bucket disagree, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FindingKind(StrEnum):
    """The values are the names that scripts use."""

    UNLISTED = "unlisted-picture"  # an original without item that can be finished
    LEFTOVER = "leftover-object"  # an object that no item names and that cannot be finished
    NO_ORIGINAL = "missing-original"
    NO_THUMBNAIL = "missing-thumbnail"
    UNFINISHED = "unfinished-upload"
    FORGED = "forged-item"
    MALFORMED = "malformed-item"
    NOT_CHECKED = "not-checked"


REPAIRABLE = (
    FindingKind.UNLISTED,
    FindingKind.LEFTOVER,
    FindingKind.NO_ORIGINAL,
    FindingKind.NO_THUMBNAIL,
    FindingKind.UNFINISHED,
)


class FindingState(StrEnum):
    """FOUND can be repaired by who asks, KEPT is left alone by rule; a repair ends in REPAIRED or FAILED."""

    FOUND = "found"
    KEPT = "kept"
    REPAIRED = "repaired"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """``user_id`` is whose it is, None where that cannot be told. ``size`` is bytes; ``since`` is the moment of the
    object, the upload or the item. ``detail`` says what is wrong and ``reason`` why it was kept or has failed."""

    kind: FindingKind
    detail: str
    key: str | None = None
    image_id: str | None = None
    user_id: str | None = None
    size: int | None = None
    since: datetime | None = None
    state: FindingState = FindingState.FOUND
    reason: str = ""
