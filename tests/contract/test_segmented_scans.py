"""What every record store promises of reading everything in segments, and of the newest images: for a first load."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, islice

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import Cancelled
from imagedesk.core.image_record import ImageRecord, timestamp
from imagedesk.core.ports import RecordStore
from imagedesk.core.query import ScanPage, Segment
from tests.contract.record_pages import add_all, newest_first
from tests.fakes.sample_records import sample_record

COUNT, SEGMENTS = 60, 3


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a segment has several."""
    monkeypatch.setattr("imagedesk.stores.aws.records._SCAN_PAGE", 5)
    monkeypatch.setattr("imagedesk.stores.embedded.records.MAX_LIMIT", 5)
    monkeypatch.setattr("tests.fakes.record_store.SCAN_PAGE", 5)


@pytest.fixture
def added(records: RecordStore) -> list[ImageRecord]:
    return add_all(records, (sample_record(number, "ab"[number % 2]) for number in range(COUNT)))


def segment_pages(records: RecordStore, number: int, after: str | None = None) -> Iterator[ScanPage]:
    return records.scan(None, Segment(number, SEGMENTS), after)


def in_pages(pages: Iterator[ScanPage]) -> list[ImageRecord]:
    return [record for page in pages for record in page.records]


def test_segments_hold_everything_once(records: RecordStore, added: list[ImageRecord]) -> None:
    parts = [in_pages(segment_pages(records, number)) for number in range(SEGMENTS)]
    assert newest_first(chain.from_iterable(parts)) == newest_first(added)
    assert len([part for part in parts if part]) > 1


def test_a_segment_goes_on_behind_any_page(records: RecordStore, added: list[ImageRecord]) -> None:
    for number in range(SEGMENTS):
        pages = list(segment_pages(records, number))
        assert [page.cursor for page in pages].count(None) == 1
        assert pages[-1].cursor is None
        for place, page in enumerate(pages[:-1], 1):
            assert in_pages(segment_pages(records, number, page.cursor)) == in_pages(iter(pages[place:]))


def test_a_segment_goes_on_though_the_image_at_its_cursor_was_deleted(
    records: RecordStore, added: list[ImageRecord]
) -> None:
    (first,) = islice(segment_pages(records, 0), 1)
    left = in_pages(segment_pages(records, 0, first.cursor))
    for record in first.records:
        records.delete(record.image_id, record.user_id)
    assert in_pages(segment_pages(records, 0, first.cursor)) == left


def test_what_is_added_during_a_scan_is_behind_its_cursor_or_before_it(
    records: RecordStore, added: list[ImageRecord]
) -> None:
    """Never twice; and a second scan has all of it."""
    found = []
    for number, page in enumerate(records.scan()):
        records.add(sample_record(1000 + number))
        found += page.records
    ids = [record.image_id for record in found]
    assert len(ids) == len(set(ids))
    assert {record.image_id for record in added} <= set(ids)
    assert {f"ann!01HSAMPLE{1000:017d}"} <= {record.image_id for record in in_pages(records.scan())}


def test_a_segment_is_cancelled_between_pages(records: RecordStore, added: list[ImageRecord]) -> None:
    cancel = CancelToken()
    pages = records.scan(cancel, Segment(0, SEGMENTS))
    next(pages)
    cancel.cancel()
    with pytest.raises(Cancelled):
        next(pages)


def test_the_newest_come_newest_first(records: RecordStore) -> None:
    assert records.newest(5) == []
    moments = [timestamp(datetime.now(UTC) - timedelta(days=40 * number)) for number in range(9)]
    added = add_all(records, (sample_record(number, created_at=moment) for number, moment in enumerate(moments)))
    assert records.newest(5) == added[:5]
    assert records.newest(100) == added


def test_a_count_is_a_number_or_unknown(records: RecordStore, added: list[ImageRecord]) -> None:
    count = records.estimated_count()
    assert count is None or 0 <= count <= COUNT
