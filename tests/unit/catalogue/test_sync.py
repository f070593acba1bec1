"""Sync of a record store into a catalogue; the store here is another catalogue, which others write to meanwhile."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.catalogue.sync import LibrarySync
from imagedesk.catalogue.sync_report import SyncProgress, SyncReport
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.changes import LibraryChange
from imagedesk.core.errors import Cancelled, StoreUnavailable
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.query import WHOLE, LibraryQuery, Position, RecordPage, ScanPage, Segment, StoreFilter
from tests.fakes.sample_records import sample_record

NOW = datetime(2026, 3, 2, tzinfo=UTC)
EVERYTHING = LibraryQuery()


class TeamStore:
    """A RecordStore for reading: pages of two; ``between_pages`` runs before each further page."""

    def __init__(self, *records: ImageRecord) -> None:
        self.items = {record.image_id: record for record in records}
        self.asked_since: list[str] = []
        self.hidden_from_scan: set[str] = set()
        self.between_pages: Callable[[], None] = lambda: None
        self.before_answer: Callable[[], None] = lambda: None

    def add(self, record: ImageRecord) -> None:
        self.items[record.image_id] = record

    def get(self, image_id: str) -> ImageRecord:
        return self.items[image_id]

    def get_many(self, image_ids: Sequence[str]) -> dict[str, ImageRecord]:
        found = {image_id: self.items[image_id] for image_id in image_ids if image_id in self.items}
        self.before_answer()
        return found

    def delete(self, image_id: str, user_id: str) -> ImageRecord:
        return self.items.pop(image_id)

    def page(self, store_filter: StoreFilter, limit: int, after: Position | None = None) -> RecordPage:
        raise NotImplementedError

    def added_since(self, created_at: str) -> Iterator[ImageRecord]:
        self.asked_since.append(created_at)
        newest_first = sorted(self.items.values(), key=lambda record: record.created_at, reverse=True)
        return (record for record in newest_first if record.created_at >= created_at)

    def newest(self, count: int) -> list[ImageRecord]:
        return []

    def estimated_count(self) -> int | None:
        return None

    def scan(
        self, cancel: CancelToken | None = None, segment: Segment = WHOLE, after: str | None = None
    ) -> Iterator[ScanPage]:
        left = [
            record
            for record in self.items.values()
            if record.image_id not in self.hidden_from_scan
            and int(record.image_id[-1], 36) % segment.of == segment.number
        ]
        while left:
            page, left = left[:2], left[2:]
            yield ScanPage(tuple(page), page[-1].image_id if left else None, skipped=1)
            self.between_pages()


@pytest.fixture
def store() -> TeamStore:
    return TeamStore(*map(sample_record, range(5)))


@pytest.fixture
def sync(store: TeamStore, catalogue: Catalogue) -> LibrarySync:
    return LibrarySync(store, catalogue, lambda: NOW)


def full(sync: LibrarySync) -> SyncReport:
    return sync.full(lambda _progress: None, CancelToken())


def shown(catalogue: Catalogue) -> dict[str, ImageRecord]:
    return {record.image_id: record for record in catalogue.rows(EVERYTHING, 0, 1000)}


def test_a_comparison_tells_how_far_it_has_come(store: TeamStore, catalogue: Catalogue, sync: LibrarySync) -> None:
    full(sync)
    told: list[SyncProgress] = []
    assert sync.full(told.append, CancelToken()) == SyncReport(seen=5, skipped=3)
    assert told == [SyncProgress(2), SyncProgress(4), SyncProgress(5)]
    assert shown(catalogue) == store.items


def test_a_full_comparison_removes_and_updates(store: TeamStore, catalogue: Catalogue, sync: LibrarySync) -> None:
    full(sync)
    store.delete(sample_record(0).image_id, "ann")
    edited = replace(sample_record(1), filename="edited.jpg")
    store.add(edited)
    assert full(sync) == SyncReport(seen=4, added=0, removed=1, skipped=2)
    assert shown(catalogue) == store.items


def test_a_comparison_without_differences_tells_nobody(catalogue: Catalogue, sync: LibrarySync) -> None:
    full(sync)
    version = catalogue.version
    full(sync)
    assert catalogue.version == version


def test_an_image_uploaded_during_the_scan_stays(store: TeamStore, catalogue: Catalogue, sync: LibrarySync) -> None:
    uploaded = sample_record(50)

    def upload() -> None:
        store.add(uploaded)
        catalogue.apply(LibraryChange(added=(uploaded,)))

    store.between_pages = upload
    full(sync)
    assert uploaded.image_id in shown(catalogue)


def test_an_image_deleted_during_the_scan_does_not_come_back(
    store: TeamStore, catalogue: Catalogue, sync: LibrarySync
) -> None:
    full(sync)
    last = sample_record(4).image_id

    def delete() -> None:
        store.items.pop(last, None)
        catalogue.apply(LibraryChange(removed=(last,)))

    store.between_pages = delete  # the scan has already taken its list
    full(sync)
    assert last not in shown(catalogue)


def test_an_edit_made_here_during_the_look_is_not_undone(
    store: TeamStore, catalogue: Catalogue, sync: LibrarySync
) -> None:
    full(sync)
    edited = replace(sample_record(2), filename="edited.jpg")
    deleted, uploaded = sample_record(3).image_id, sample_record(9)
    store.before_answer = lambda: catalogue.apply(LibraryChange((uploaded,), (edited,), (deleted,)))
    sync.verify([edited.image_id, deleted, uploaded.image_id])
    assert catalogue.get(edited.image_id) == edited
    assert catalogue.get(deleted) is None
    assert catalogue.get(uploaded.image_id) == uploaded


def test_what_a_scan_missed_is_looked_at_before_it_goes(
    store: TeamStore, catalogue: Catalogue, sync: LibrarySync
) -> None:
    full(sync)
    store.hidden_from_scan.add(sample_record(3).image_id)
    assert full(sync).removed == 0
    assert shown(catalogue) == store.items


def test_a_cancelled_comparison_removes_nothing(store: TeamStore, catalogue: Catalogue, sync: LibrarySync) -> None:
    full(sync)
    store.items.clear()
    store.add(sample_record(10))
    cancel = CancelToken()
    store.between_pages = cancel.cancel
    with pytest.raises(Cancelled):
        sync.full(lambda _progress: None, cancel)
    assert len(shown(catalogue)) == 6


def test_a_comparison_that_fails_midway_removes_nothing_and_is_made_again(
    store: TeamStore, catalogue: Catalogue, sync: LibrarySync
) -> None:
    def fail() -> None:
        raise StoreUnavailable("The network is gone.")

    full(sync)
    store.delete(sample_record(4).image_id, "ann")
    store.between_pages = fail
    with pytest.raises(StoreUnavailable):
        full(sync)
    assert len(shown(catalogue)) == 5
    store.between_pages = lambda: None
    full(sync)
    assert shown(catalogue) == store.items


def test_when_everything_was_read_outlives_the_process(
    store: TeamStore, catalogue: Catalogue, sync: LibrarySync
) -> None:
    assert sync.since_full() is None
    full(sync)
    assert LibrarySync(store, catalogue, lambda: NOW + timedelta(hours=1)).since_full() == (3600, True)
    full(sync)
    assert LibrarySync(store, catalogue, lambda: NOW + timedelta(hours=2)).since_full() == (7200, False)
    assert (
        LibrarySync(store, catalogue, lambda: NOW - timedelta(hours=2)).since_full() is None
    )  # the clock was put back


def test_a_comparison_rests_after_each_page_as_long_as_it_worked(
    store: TeamStore, catalogue: Catalogue, sync: LibrarySync, monkeypatch: pytest.MonkeyPatch
) -> None:
    full(sync)
    processor, rests = itertools.count(step=0.02), list[float]()
    monkeypatch.setattr("imagedesk.catalogue.sync.time.thread_time", lambda: next(processor))
    monkeypatch.setattr(CancelToken, "wait", lambda _token, seconds: rests.append(round(seconds, 6)))
    full(sync)
    assert rests == [0.02, 0.02, 0.02]


def test_an_image_that_takes_the_row_of_one_that_went_stays(
    store: TeamStore, catalogue: Catalogue, sync: LibrarySync
) -> None:
    full(sync)
    newest, come = sample_record(4).image_id, sample_record(60)

    def replace_it() -> None:
        store.items.pop(newest, None)
        catalogue.apply(LibraryChange(removed=(newest,)))
        store.add(come)
        catalogue.apply(LibraryChange(added=(come,)))

    store.between_pages = replace_it
    full(sync)
    assert shown(catalogue) == store.items


def test_news_asks_from_a_minute_before_the_newest(store: TeamStore, catalogue: Catalogue, sync: LibrarySync) -> None:
    assert sync.news() == SyncReport(seen=5, added=5)
    store.add(sample_record(100))
    assert sync.news() == SyncReport(seen=6, added=1)
    assert store.asked_since == ["", "2026-03-01T11:59:04.000000Z"]
    assert shown(catalogue) == store.items


def test_an_image_from_the_future_or_without_a_date_does_not_hide_news(
    store: TeamStore, catalogue: Catalogue, sync: LibrarySync
) -> None:
    for number, created_at in enumerate(["9999-01-01T00:00:00.000000Z", "zzz", "2026-03-01T99"]):
        store.add(sample_record(200 + number, created_at=created_at))
    sync.news()
    store.add(sample_record(100))
    assert sync.news().added == 1


def test_verify_updates_and_removes_what_is_on_screen(
    store: TeamStore, catalogue: Catalogue, sync: LibrarySync
) -> None:
    full(sync)
    edited = replace(sample_record(1), filename="edited.jpg")
    store.add(edited)
    store.delete(sample_record(0).image_id, "ann")
    report = sync.verify([sample_record(n).image_id for n in range(3)])
    assert report == SyncReport(seen=2, added=0, removed=1)
    assert shown(catalogue) == store.items
    assert sync.verify([]) == SyncReport()
