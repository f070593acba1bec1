"""What sync tells: how far it has come, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """``seen`` images were read so far, of ``about`` so many where that is known. ``is_first``: of a first load."""

    seen: int
    about: int | None = None
    is_first: bool = False


TellProgress: TypeAlias = Callable[[SyncProgress], None]


@dataclass(frozen=True, slots=True)
class SyncReport:
    """``seen`` images were read, ``added`` of them were new here, ``removed`` are gone from the store, ``skipped``
    items were malformed. ``is_first``: of a first load."""

    seen: int = 0
    added: int = 0
    removed: int = 0
    skipped: int = 0
    is_first: bool = False

    def __add__(self, other: SyncReport) -> SyncReport:
        return SyncReport(
            self.seen + other.seen,
            self.added + other.added,
            self.removed + other.removed,
            self.skipped + other.skipped,
            self.is_first or other.is_first,
        )
