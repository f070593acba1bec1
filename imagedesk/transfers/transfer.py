"""What a transfer is: one file on its way up or down, as an immutable value for queue, journal and views."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum
from operator import attrgetter
from pathlib import Path
from typing import Any

from imagedesk.core.camera_data import CameraData
from imagedesk.core.file_names import NameClash
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.metadata import Metadata


class TransferKind(StrEnum):
    UPLOAD = "upload"
    DOWNLOAD = "download"


class DuplicateAnswer(StrEnum):
    """What to do with pictures that the library has already."""

    SKIP = "skip"
    UPLOAD = "upload"


class TransferState(StrEnum):
    """WAITING and PAUSED have yet to run; a person's pause is what makes the difference. DUPLICATE ended without an
    upload: the library has the picture; a person may want it all the same."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DUPLICATE = "duplicate"

    @property
    def is_finished(self) -> bool:
        return self in _FINISHED


_FINISHED = frozenset({TransferState.DONE, TransferState.FAILED, TransferState.CANCELLED, TransferState.DUPLICATE})


@dataclass(frozen=True, slots=True)
class Transfer:
    """One row. ``total`` and ``done`` are bytes; ``reason`` is a sentence for people and ``code`` that of its error,
    both empty unless something went wrong.

    An upload has ``source``, its ``modified_ns`` at intake and, where the file is ours to delete, ``spooled``;
    ``camera_data`` is what it takes out of the file, fixed at intake. A download has ``record`` and ``target``: the
    folder, and once done the file. ``record`` of a duplicate is the image that is there already. ``anyway``: upload
    it although there is one; ``skipped``: a duplicate that nobody wants. A download of many into one archive has
    ``records`` instead, and the archive's path as its target. ``clash``: what to do where a name is taken."""

    transfer_id: int
    kind: TransferKind
    name: str
    total: int
    image_id: str
    user_id: str
    batch: int
    done: int = 0
    state: TransferState = TransferState.WAITING
    reason: str = ""
    code: str = ""
    attempts: int = 0
    metadata: Metadata | None = field(default=None, hash=False)
    source: Path | None = None
    modified_ns: int = 0
    spooled: bool = False
    record: ImageRecord | None = None
    target: Path | None = None
    anyway: bool = False
    records: tuple[ImageRecord, ...] = field(default=(), hash=False)
    clash: NameClash = NameClash.KEEP_BOTH
    camera_data: CameraData = CameraData.KEEP
    skipped: bool = False

    @property
    def is_finished(self) -> bool:
        return self.state.is_finished


_FIELDS = tuple(field.name for field in fields(Transfer))
_values_of = attrgetter(*_FIELDS)
_SETTERS = {name: getattr(Transfer, name).__set__ for name in _FIELDS}


def changed(transfer: Transfer, changes: dict[str, Any]) -> Transfer:
    """The same as ``dataclasses.replace`` in a third of its time: a control over ten thousand rows makes so many, on
    the window's thread. Raises KeyError for what is no field."""
    copy = object.__new__(Transfer)
    for put, value in zip(_SETTERS.values(), _values_of(transfer), strict=True):
        put(copy, value)
    for name, value in changes.items():
        _SETTERS[name](copy, value)
    return copy


@dataclass(frozen=True, slots=True)
class TransferSummary:
    """Counts of rows and bytes since the queue was last at rest (failed ones of before included, for they can be
    retried). ``waiting`` counts paused rows too, ``duplicate`` those that are ``skipped``; ``bytes_total`` leaves out
    what failed or was cancelled. ``speed`` is smoothed bytes a second; ``seconds_left`` is None while none can tell."""

    running: int = 0
    waiting: int = 0
    done: int = 0
    failed: int = 0
    cancelled: int = 0
    duplicate: int = 0
    skipped: int = 0
    bytes_done: int = 0
    bytes_total: int = 0
    speed: float = 0.0
    seconds_left: float | None = None
    paused: bool = False

    @property
    def files(self) -> int:
        return self.running + self.waiting + self.done + self.failed + self.cancelled + self.duplicate

    @property
    def finished(self) -> int:
        return self.done + self.failed + self.cancelled + self.duplicate

    @property
    def unanswered(self) -> int:
        """Duplicates of which nobody has said yet what becomes of them."""
        return self.duplicate - self.skipped

    @property
    def is_idle(self) -> bool:
        """Nothing runs and nothing waits to."""
        return self.running == 0 and self.waiting == 0

    @property
    def fraction(self) -> float:
        """How much of the bytes is done, 0 to 1."""
        return min(1.0, self.bytes_done / self.bytes_total) if self.bytes_total else float(self.is_idle)


@dataclass(frozen=True, slots=True)
class ChangeBatch:
    """What changed since the last batch: new or changed rows by ascending id, and the ids of those that went."""

    changed: tuple[Transfer, ...] = ()
    removed: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changed or self.removed)
