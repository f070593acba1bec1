"""Sync of a record store into a catalogue; the store here is another catalogue, which others write to meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.catalogue.sync import LibrarySync, SyncReport
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.changes import LibraryChange
from imagedesk.core.errors import Cancelled, StoreUnavailable
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.ports import no_progress
from imagedesk.core.query import LibraryQuery, Position, RecordPage, StoreFilter
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

    def scan(self, cancel: CancelToken | None = None) -> Iterator[RecordPage]:
        left = [record for record in self.items.values() if record.image_id not in self.hidden_from_scan]
        while left:
            page, left = left[:2], left[2:]
            yield RecordPage(tuple(page), None, skipped=1)
            self.between_pages()


@pytest.fixture
def store() -> TeamStore:
    return TeamStore(*map(sample_record, range(5)))


@pytest.fixture
def sync(store: TeamStore, catalogue: Catalogue) -> LibrarySync:
    return LibrarySync(store, catalogue, lambda: NOW)


def full(sync: LibrarySync) -> SyncReport:
    return sync.full(no_progress, CancelToken())


def shown(catalogue: Catalogue) -> dict[str, ImageRecord]:
    return {record.image_id: record for record in catalogue.rows(EVERYTHING, 0, 1000)}


def test_a_first_load_mirrors_everything_with_progress(
    store: TeamStore, catalogue: Catalogue, sync: LibrarySync
) -> None:
    progress: list[int] = []
    assert sync.full(progress.append, CancelToken()) == SyncReport(seen=5, added=5, removed=0, skipped=3)
    assert progress == [2, 4, 5]
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
        sync.full(no_progress, cancel)
    assert len(shown(catalogue)) == 6


def test_a_store_that_fails_midway_leaves_what_came_before(
    store: TeamStore, catalogue: Catalogue, sync: LibrarySync
) -> None:
    def fail() -> None:
        raise StoreUnavailable("The network is gone.")

    store.between_pages = fail
    with pytest.raises(StoreUnavailable):
        full(sync)
    assert len(shown(catalogue)) == 2
    store.between_pages = lambda: None
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
