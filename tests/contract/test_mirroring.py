"""A catalogue mirrors any store, while others write to it: first load, what is left of one, and the comparison."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.catalogue.sync import LibrarySync
from imagedesk.catalogue.sync_report import SyncProgress
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import Cancelled
from imagedesk.core.image_record import ImageRecord, timestamp
from imagedesk.core.ports import RecordStore
from tests.contract.record_pages import add_all
from tests.fakes.sample_records import sample_record

COUNT = 60
NOW = datetime.now(UTC)


def fresh_record(number: int) -> ImageRecord:
    """Uploaded by Bo, seconds ago."""
    return sample_record(1000 + number, "bo", created_at=timestamp(NOW + timedelta(milliseconds=number)))


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imagedesk.stores.aws.records._SCAN_PAGE", 5)
    monkeypatch.setattr("imagedesk.stores.embedded.records.MAX_LIMIT", 5)
    monkeypatch.setattr("tests.fakes.record_store.SCAN_PAGE", 5)
    monkeypatch.setattr("imagedesk.catalogue.first_load._FIRST_SHOWN", 5)


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Catalogue]:
    catalogue = Catalogue(tmp_path / "mirror.sqlite", durable=False)
    yield catalogue
    catalogue.close()


def stored(records: RecordStore) -> dict[str, ImageRecord]:
    return {record.image_id: record for page in records.scan() for record in page.records}


def mirrored(catalogue: Catalogue) -> dict[str, ImageRecord]:
    return catalogue.get_many(list(catalogue.all_ids()))


def full(records: RecordStore, catalogue: Catalogue, tell: Callable[[SyncProgress], None] = lambda _: None) -> None:
    LibrarySync(records, catalogue).full(tell, CancelToken())


def test_a_first_load_holds_all_that_was_there_and_all_that_came_meanwhile(
    records: RecordStore, mirror: Catalogue
) -> None:
    add_all(records, map(sample_record, range(COUNT)))
    told: list[SyncProgress] = []

    def upload(progress: SyncProgress) -> None:
        told.append(progress)
        records.add(fresh_record(len(told)))

    full(records, mirror, upload)
    expected = stored(records)
    expected.pop(fresh_record(len(told)).image_id, None)  # told of behind the last look, maybe
    found = mirrored(mirror)
    assert {image_id: found.get(image_id) for image_id in expected} == expected
    assert len(told) > 3


def test_a_load_that_was_broken_off_again_and_again_ends_with_what_the_store_holds(
    records: RecordStore, mirror: Catalogue
) -> None:
    add_all(records, map(sample_record, range(COUNT)))
    for _ in range(100):
        cancel, seen = CancelToken(), list[int]()

        def stop_at_the_third(progress: SyncProgress, cancel: CancelToken = cancel, seen: list[int] = seen) -> None:
            seen.append(progress.seen)
            if len(seen) == 3:
                cancel.cancel()

        try:
            LibrarySync(records, mirror).full(stop_at_the_third, cancel)
            break
        except Cancelled:
            continue
    assert mirror.last_read() is not None
    assert mirrored(mirror) == stored(records)


def test_under_writers_the_comparison_behind_a_load_ends_with_what_the_store_holds(
    records: RecordStore, mirror: Catalogue
) -> None:
    add_all(records, map(sample_record, range(COUNT)))
    stopped = threading.Event()

    def write() -> None:
        for number in range(COUNT):
            if stopped.is_set():
                return
            records.add(fresh_record(number))
            records.delete(sample_record(number).image_id, "ann")
            seen = sample_record(COUNT - 1 - number // 2)
            if number % 2 and number < COUNT // 2:
                records.edit(seen, {"edited": number}, timestamp(NOW), "ann")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        full(records, mirror)
    finally:
        stopped.set()
        writer.join()
    full(records, mirror)
    assert mirrored(mirror) == stored(records)
