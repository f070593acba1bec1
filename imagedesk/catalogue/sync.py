"""Sync: a record store mirrored into a catalogue.

``news`` asks for what was added lately, ``verify`` looks at the images on screen, ``full`` compares everything. Each
writes what it learns at once, so that views fill while it goes on. A store is read while others write to it and to
the catalogue: what this process committed since the reading began is newer than what was read, and is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.changes import LibraryChange
from imagedesk.core.image_record import ImageRecord, timestamp
from imagedesk.core.ports import RecordStore
from imagedesk.core.query import Position, StoreFilter

# Clocks of other computers differ, and an index of DynamoDB may lag behind its table.
_OVERLAP = timedelta(seconds=60)
_BATCH = 500
_EPOCH = datetime.fromtimestamp(86_400, UTC)


@dataclass(frozen=True, slots=True)
class SyncReport:
    """``seen`` images were read, ``added`` of them were new here, ``removed`` are gone from the store, ``skipped``
    items were malformed."""

    seen: int = 0
    added: int = 0
    removed: int = 0
    skipped: int = 0

    def __add__(self, other: SyncReport) -> SyncReport:
        return SyncReport(
            self.seen + other.seen,
            self.added + other.added,
            self.removed + other.removed,
            self.skipped + other.skipped,
        )


class LibrarySync:
    """Blocking; one call at a time, from any thread. Raises what the store raises: then what was read before stays."""

    def __init__(
        self, records: RecordStore, catalogue: Catalogue, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._records = records
        self._catalogue = catalogue
        self._clock = clock

    def full(self, progress: Callable[[int], None], cancel: CancelToken) -> SyncReport:
        """Read everything. ``progress`` is told how many images were seen so far. Raises Cancelled."""
        report = SyncReport()
        with self._catalogue.noting_commits() as newer:
            unseen = set(self._catalogue.all_ids())  # an image that comes during the scan is not among these: it stays
            for page in self._records.scan(cancel):
                cancel.raise_if_cancelled()
                report += self._apply(page.records, newer) + SyncReport(skipped=page.skipped)
                unseen.difference_update(record.image_id for record in page.records)
                progress(report.seen)
        # A scan may have missed an image that was written just before: only a consistent look can say that it is gone.
        doubtful = sorted(unseen)
        cancel.raise_if_cancelled()
        for start in range(0, len(doubtful), _BATCH):
            report += SyncReport(removed=self.verify(doubtful[start : start + _BATCH]).removed)
            cancel.raise_if_cancelled()
        return report

    def news(self) -> SyncReport:
        """Read what was added since the newest image here, and a minute more. In an empty catalogue: everything."""
        report = SyncReport()
        with self._catalogue.noting_commits() as newer:
            added = self._records.added_since(self._known_until())
            while batch := tuple(islice(added, _BATCH)):
                report += self._apply(batch, newer)
        return report

    def verify(self, ids: Sequence[str]) -> SyncReport:
        """Read these images anew: update those that changed, remove those that are gone."""
        with self._catalogue.noting_commits() as newer:
            found = self._records.get_many(ids)
            gone = tuple(image_id for image_id in ids if image_id not in found)
            applied = self._catalogue.apply_read(LibraryChange(updated=tuple(found.values()), removed=gone), newer)
        return SyncReport(len(found), applied.added, applied.removed)

    def _apply(self, records: Sequence[ImageRecord], newer: Set[str]) -> SyncReport:
        applied = self._catalogue.apply_read(LibraryChange(added=tuple(records)), newer)
        return SyncReport(seen=len(records), added=applied.added)

    def _known_until(self) -> str:
        """A minute before the newest image with a time that can be true: a forged one must not hide what comes."""
        now = Position(timestamp(self._clock()), "")
        for record in self._catalogue.page(StoreFilter(), _BATCH, now):
            if record.created > _EPOCH:
                return timestamp(record.created - _OVERLAP)
        return ""
