"""The first load: quick, in segments, and continued wherever it was broken off, while others write to the store."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.catalogue.first_load import SEGMENTS
from imagedesk.catalogue.sync import LibrarySync
from imagedesk.catalogue.sync_report import SyncProgress, SyncReport
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import Cancelled, StoreUnavailable
from imagedesk.core.image_record import ImageRecord, timestamp
from imagedesk.core.query import WHOLE, LibraryQuery, ScanPage, Segment
from tests.fakes.record_store import SCAN_PAGE, FakeRecordStore
from tests.fakes.sample_records import sample_record

COUNT = 1000
NOW = datetime(2026, 3, 2, tzinfo=UTC)


class BusyStore(FakeRecordStore):
    """``before_page`` runs before each page of a scan, on whichever thread reads it; ``asked`` are the segments and
    cursors with which scans began."""

    def __init__(self, count: int = COUNT) -> None:
        super().__init__()
        self.asked: list[tuple[int, str | None]] = []
        self.pages = 0
        self._one = threading.Lock()
        for number in range(count):
            self.add(sample_record(number))

    def before_page(self) -> None:
        """For a test to say."""

    def scan(
        self, cancel: CancelToken | None = None, segment: Segment = WHOLE, after: str | None = None
    ) -> Iterator[ScanPage]:
        self.asked.append((segment.number, after))
        pages = super().scan(cancel, segment, after)
        while True:
            with self._one:
                self.pages += 1
                self.before_page()
            if (page := next(pages, None)) is None:
                return
            yield page


@pytest.fixture
def store() -> BusyStore:
    return BusyStore()


@pytest.fixture
def sync(store: BusyStore, catalogue: Catalogue) -> LibrarySync:
    return LibrarySync(store, catalogue, lambda: NOW)


def full(sync: LibrarySync) -> SyncReport:
    return sync.full(lambda _progress: None, CancelToken())


def shown(catalogue: Catalogue) -> dict[str, ImageRecord]:
    return {record.image_id: record for record in catalogue.rows(LibraryQuery(), 0, 10 * COUNT)}


def test_everything_is_mirrored_with_progress_and_a_count(
    store: BusyStore, catalogue: Catalogue, sync: LibrarySync
) -> None:
    told: list[SyncProgress] = []
    assert sync.full(told.append, CancelToken()) == SyncReport(seen=COUNT, added=COUNT, is_first=True)
    seen = [progress.seen for progress in told]
    assert seen == sorted(seen)
    assert told[0] == SyncProgress(0, COUNT, is_first=True)
    assert told[-1] == SyncProgress(COUNT, COUNT, is_first=True)
    assert shown(catalogue) == store.items
    assert sorted(number for number, _ in store.asked) == list(range(SEGMENTS))


def test_the_newest_are_there_before_anything_else_is_read(
    store: BusyStore, catalogue: Catalogue, sync: LibrarySync, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imagedesk.catalogue.first_load._FIRST_SHOWN", 30)

    def broken() -> None:
        raise StoreUnavailable("The network is gone.")

    monkeypatch.setattr(store, "before_page", broken)
    with pytest.raises(StoreUnavailable):
        full(sync)
    assert list(shown(catalogue)) == [sample_record(number).image_id for number in reversed(range(COUNT - 30, COUNT))]


def test_it_goes_on_behind_what_was_read_after_a_fault_and_after_a_cancellation(
    store: BusyStore, catalogue: Catalogue, sync: LibrarySync, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancel = CancelToken()

    def break_off(at: int) -> None:
        if store.pages == at:
            raise StoreUnavailable("The network is gone.")
        if store.pages == at + 2:
            cancel.cancel()

    monkeypatch.setattr(store, "before_page", lambda: break_off(9))
    with pytest.raises(StoreUnavailable):
        full(sync)
    store.pages = 9
    with pytest.raises(Cancelled):
        sync.full(lambda _progress: None, cancel)
    monkeypatch.undo()
    store.asked.clear()
    report = full(sync)
    assert shown(catalogue) == store.items
    assert report.seen == COUNT  # of all the times together
    assert len(store.asked) <= SEGMENTS
    assert len(store.asked) < SEGMENTS or any(after is not None for _, after in store.asked)


def test_a_segment_that_was_read_to_its_end_is_not_read_again(
    store: BusyStore, catalogue: Catalogue, sync: LibrarySync, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_at_the_last() -> None:
        if store.pages == COUNT // SCAN_PAGE + SEGMENTS // 2:
            raise StoreUnavailable("The network is gone.")

    monkeypatch.setattr(store, "before_page", fail_at_the_last)
    with pytest.raises(StoreUnavailable):
        full(sync)
    load = catalogue.unfinished_load()
    assert load is not None
    left = {part.segment.number for part in load.segments if not part.is_done}
    monkeypatch.undo()
    store.asked.clear()
    full(sync)
    assert {number for number, _ in store.asked} == left
    assert catalogue.unfinished_load() is None


def test_the_first_fault_ends_every_segment(
    store: BusyStore, sync: LibrarySync, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_once() -> None:
        if store.pages == 1:
            raise StoreUnavailable("The network is gone.")

    monkeypatch.setattr(store, "before_page", fail_once)
    with pytest.raises(StoreUnavailable):
        full(sync)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("first-load")]


def test_what_comes_while_it_goes_on_is_there_in_the_end(
    store: BusyStore, catalogue: Catalogue, sync: LibrarySync, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = NOW - timedelta(hours=2)  # a long upload tells a moment long before its commit

    def upload() -> None:
        number = 5000 + store.pages
        store.add(sample_record(number, created_at=timestamp(began + timedelta(seconds=number))))

    monkeypatch.setattr(store, "before_page", upload)
    full(sync)
    assert shown(catalogue) == store.items


def test_under_writers_the_comparison_behind_it_ends_with_what_the_store_holds(
    store: BusyStore, catalogue: Catalogue, sync: LibrarySync
) -> None:
    """A load cannot hear of what is deleted or edited in pages that it has read: the comparison after it does."""
    stopped = threading.Event()

    def write(seed: int) -> None:
        chance, number = random.Random(seed), 10_000 * (seed + 1)
        while not stopped.is_set():
            number += 1
            store.add(sample_record(number, created_at=timestamp(NOW + timedelta(seconds=number))))
            victim = chance.choice(list(store.items))
            store.items.pop(victim, None)
            edited = store.items.get(chance.choice(list(store.items)))
            if edited is not None:
                store.items[edited.image_id] = replace(edited, filename=f"{number}.jpg")

    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(2)]
    for writer in writers:
        writer.start()
    try:
        assert full(sync).is_first
    finally:
        stopped.set()
        for writer in writers:
            writer.join()
    assert full(sync).is_first is False
    assert shown(catalogue) == store.items


def test_an_image_deleted_here_while_its_page_was_on_its_way_does_not_come_back(
    store: BusyStore, catalogue: Catalogue, sync: LibrarySync, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone: list[str] = []
    apply = catalogue.apply_loaded

    def delete_then_apply(records, newer, progress):  # type: ignore[no-untyped-def]
        victim = records[0].image_id
        gone.append(victim)
        store.items.pop(victim)
        catalogue.add_if_absent(records[0])
        catalogue.remove_if_owned(victim, "ann")
        return apply(records, newer, progress)

    monkeypatch.setattr(catalogue, "apply_loaded", delete_then_apply)
    full(sync)
    assert gone
    assert shown(catalogue) == store.items
