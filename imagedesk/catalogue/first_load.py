"""The first load of a mirror: the newest images for the eye, then everything, in segments that are read at once.

Each page is written together with its segment's cursor, so that a process that is killed at any moment leaves a load
that the next one continues. While a page is on its way the processor is free for another: pages are made into rows one
at a time, since Python could not do more, and the window wants its share.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Set
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from itertools import islice

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.catalogue.load_progress import LoadProgress, SegmentProgress
from imagedesk.catalogue.sync_report import SyncProgress, SyncReport, TellProgress
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.changes import LibraryChange
from imagedesk.core.errors import Cancelled
from imagedesk.core.image_record import parse_timestamp, timestamp
from imagedesk.core.ports import RecordStore

SEGMENTS = 4  # enough to keep the processor busy while pages travel
_FIRST_SHOWN = 2000  # images: some screens, in two or three requests
_LONGEST_UPLOAD = timedelta(days=1)  # an image may tell a moment so long before its commit
_BATCH = 500


class FirstLoad:
    """Use it once. Raises what the store raises, and Cancelled: then the next load goes on from what was written."""

    def __init__(self, records: RecordStore, catalogue: Catalogue, clock: Callable[[], datetime]) -> None:
        self._records, self._catalogue, self._clock = records, catalogue, clock
        self._turn = threading.Lock()
        self._added = 0

    def run(self, tell: TellProgress, cancel: CancelToken) -> SyncReport:
        about = self._records.estimated_count()
        with self._catalogue.noting_commits() as newer:
            load = self._catalogue.unfinished_load() or self._begin(tell, about, newer)
            done = self._read_segments(load, newer, _Teller(tell, about, load), cancel)
            self._read_what_came(load.began, newer, cancel)
        seen, skipped = sum(part.seen for part in done), sum(part.skipped for part in done)
        return SyncReport(seen, self._added, 0, skipped, is_first=True)

    def _begin(self, tell: TellProgress, about: int | None, newer: Set[str]) -> LoadProgress:
        """What somebody looks at first is there first."""
        tell(SyncProgress(0, about, is_first=True))
        began = timestamp(self._clock())
        newest = self._records.newest(_FIRST_SHOWN)
        self._added += self._catalogue.apply_read(LibraryChange(added=tuple(newest)), newer).added
        self._catalogue.begin_load(began, SEGMENTS)
        load = self._catalogue.unfinished_load()
        assert load is not None
        return load

    def _read_segments(
        self, load: LoadProgress, newer: Set[str], teller: _Teller, cancel: CancelToken
    ) -> list[SegmentProgress]:
        """All of them, each on a thread; the first that fails ends the others at their next page."""
        ended = CancelToken()
        cancel.add_interrupt(ended.cancel)
        try:
            with ThreadPoolExecutor(len(load.segments), thread_name_prefix="first-load") as pool:
                parts = [pool.submit(self._read_segment, part, newer, teller, ended) for part in load.segments]
                wait(parts, return_when=FIRST_EXCEPTION)
                if any(part.done() and part.exception() is not None for part in parts):
                    ended.cancel()
        finally:
            cancel.remove_interrupt(ended.cancel)
        cancel.raise_if_cancelled()
        faults = [fault for part in parts if (fault := part.exception()) is not None]
        if faults:
            raise next((fault for fault in faults if not isinstance(fault, Cancelled)), faults[0])
        return [part.result() for part in parts]

    def _read_segment(
        self, progress: SegmentProgress, newer: Set[str], teller: _Teller, cancel: CancelToken
    ) -> SegmentProgress:
        if progress.is_done:
            return progress
        for page in self._records.scan(cancel, progress.segment, progress.cursor):
            progress = progress.after(page)
            with self._turn:
                cancel.raise_if_cancelled()
                self._added += self._catalogue.apply_loaded(page.records, newer, progress).added
                teller.seen_more(len(page.records))
        return progress

    def _read_what_came(self, began: str, newer: Set[str], cancel: CancelToken) -> None:
        """Images that came, meanwhile or before a process was killed, into pages that had been read. An index may lag
        behind its table: of what is not here yet, the table itself has the last word."""
        came = self._records.added_since(timestamp(parse_timestamp(began) - _LONGEST_UPLOAD))
        while batch := [record.image_id for record in islice(came, _BATCH)]:
            cancel.raise_if_cancelled()
            here = self._catalogue.get_many(batch)
            missed = self._records.get_many([image_id for image_id in batch if image_id not in here])
            self._added += self._catalogue.apply_read(LibraryChange(added=tuple(missed.values())), newer).added


class _Teller:
    """Sums up the segments; called by one at a time."""

    def __init__(self, tell: TellProgress, about: int | None, load: LoadProgress) -> None:
        self._tell, self._about = tell, about
        self._seen = sum(part.seen for part in load.segments)

    def seen_more(self, count: int) -> None:
        self._seen += count
        self._tell(SyncProgress(self._seen, self._about, is_first=True))
