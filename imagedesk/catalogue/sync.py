"""Sync: a record store mirrored into a catalogue.

``news`` asks for what was added lately, ``verify`` looks at the images on screen, ``full`` reads everything: the first
time as fast as it can (``first_load``), later in passing, to find what others changed and deleted out of sight. Each
writes what it learns at once, so that views fill while it goes on. A store is read while others write to it and to
the catalogue: what this process committed since the reading began is newer than what was read, and is left alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence, Set
from datetime import UTC, datetime, timedelta
from itertools import islice

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.catalogue.first_load import FirstLoad
from imagedesk.catalogue.load_progress import LastRead
from imagedesk.catalogue.sync_report import SyncProgress, SyncReport, TellProgress
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.changes import LibraryChange
from imagedesk.core.image_record import ImageRecord, parse_timestamp, timestamp
from imagedesk.core.ports import RecordStore
from imagedesk.core.query import Position, StoreFilter

# Clocks of other computers differ, and an index of DynamoDB may lag behind its table.
_OVERLAP = timedelta(seconds=60)
_BATCH = 500
_LONGEST_REST = 0.1  # seconds
_EPOCH = datetime.fromtimestamp(86_400, UTC)


class LibrarySync:
    """Blocking; one call at a time, from any thread. Raises what the store raises: then what was read before stays."""

    def __init__(
        self, records: RecordStore, catalogue: Catalogue, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._records = records
        self._catalogue = catalogue
        self._clock = clock

    def full(self, tell: TellProgress, cancel: CancelToken) -> SyncReport:
        """Read everything: a first load, or what is left of one; else a comparison. Raises Cancelled."""
        is_first = self._catalogue.last_read() is None
        if is_first:
            report = FirstLoad(self._records, self._catalogue, self._clock).run(tell, cancel)
        else:
            report = self._compare(tell, cancel)
        self._catalogue.note_read(LastRead(timestamp(self._clock()), is_first))
        return report

    def since_full(self) -> tuple[float, bool] | None:
        """How many seconds ago everything was last read, and whether that was a first load; None where it never was,
        or where the clock was put back since."""
        last = self._catalogue.last_read()
        if last is None:
            return None
        seconds = (self._clock() - parse_timestamp(last.moment)).total_seconds()
        return (seconds, last.is_first) if seconds >= 0 else None

    def _compare(self, tell: TellProgress, cancel: CancelToken) -> SyncReport:
        """At low priority: page by page, and after each a rest as long as it worked."""
        report, about = SyncReport(), self._records.estimated_count()
        with self._catalogue.noting_commits() as newer:
            rows = self._catalogue.seen_rows()  # an image that comes during the scan is not among these: it stays
            for page in self._records.scan(cancel):
                cancel.raise_if_cancelled()
                began = time.thread_time()
                report += self._apply(page.records, newer) + SyncReport(skipped=page.skipped)
                rows.note(record.image_id for record in page.records)
                tell(SyncProgress(report.seen, about))
                cancel.wait(min(time.thread_time() - began, _LONGEST_REST))
        # A scan may have missed an image that was written just before: only a consistent look can say that it is gone.
        cancel.raise_if_cancelled()
        for doubtful in rows.unseen():
            report += SyncReport(removed=self.verify(doubtful).removed)
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
