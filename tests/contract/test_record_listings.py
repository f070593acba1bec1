"""What every record store promises of listings, news and scans: the sentences of ``core.ports.RecordStore``."""

from __future__ import annotations

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import Cancelled
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.ports import RecordStore
from imagedesk.core.query import Position, StoreFilter
from tests.contract.record_pages import ANYTHING, add_all, flat, newest_first, paged
from tests.fakes.sample_records import sample_record

PNG, JPEG = "image/png", "image/jpeg"
MOMENT = "2026-04-04T04:04:04.000000Z"


# page


def test_an_empty_library_is_one_empty_page(records: RecordStore) -> None:
    page = records.page(ANYTHING, 10)
    assert (page.records, page.next, page.skipped) == ((), None, 0)
    assert records.page(StoreFilter("ann", PNG), 10).records == ()


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 8, 1000])
def test_pages_are_newest_first_full_and_end(records: RecordStore, limit: int) -> None:
    added = add_all(records, (sample_record(n * 5 % 7, "ab"[n % 2], (JPEG, PNG)[n % 3 == 0]) for n in range(7)))
    pages = paged(records, limit)
    assert flat(pages) == newest_first(added)
    assert len(pages) == -(-7 // limit)  # the page that reaches the end knows it


def test_many_at_one_moment_are_ordered_by_id_and_come_once(records: RecordStore) -> None:
    added = add_all(
        records, (sample_record(n, "ab"[n % 2], (JPEG, PNG)[n % 3 == 0], created_at=MOMENT) for n in range(30))
    )
    for limit in (1, 4, 30):
        assert flat(paged(records, limit)) == newest_first(added)
    assert flat(paged(records, 4, StoreFilter(user_id="a"))) == newest_first(r for r in added if r.user_id == "a")
    assert flat(paged(records, 4, StoreFilter(content_type=PNG))) == newest_first(
        r for r in added if r.content_type == PNG
    )


@pytest.mark.parametrize(
    "store_filter",
    [
        StoreFilter("ann"),
        StoreFilter("bo"),
        StoreFilter(None, PNG),
        StoreFilter(None, JPEG),
        StoreFilter("ann", PNG),
        StoreFilter("bo", JPEG),
        StoreFilter("nobody"),
        StoreFilter(None, "image/nothing"),
        StoreFilter("ann", "image/nothing"),
        StoreFilter("cy", PNG),
    ],
)
def test_a_filtered_page_is_full_unless_the_end_is_reached(records: RecordStore, store_filter: StoreFilter) -> None:
    added = add_all(
        records, (sample_record(n, "ann" if n % 5 else "bo", PNG if n % 4 == 0 else JPEG) for n in range(40))
    )
    added += add_all(records, (sample_record(n, "cy") for n in range(40, 43)))
    expected = newest_first(
        record
        for record in added
        if store_filter.user_id in {None, record.user_id} and store_filter.content_type in {None, record.content_type}
    )
    for limit in (1, 3, 100):
        assert flat(paged(records, limit, store_filter)) == expected


def test_months_and_years_apart_are_one_listing(records: RecordStore) -> None:
    moments = [f"{year}-{month:02d}-15T10:00:00.000000Z" for year in (2019, 2025, 2026) for month in (1, 2, 6, 12)]
    added = add_all(records, (sample_record(n, created_at=moment) for n, moment in enumerate(moments)))
    assert flat(paged(records, 5)) == newest_first(added)


def test_nothing_comes_twice_and_nothing_is_skipped_while_others_write(records: RecordStore) -> None:
    added = add_all(records, map(sample_record, range(20)))
    deleted: list[ImageRecord] = []

    def write(page: int) -> None:
        records.add(sample_record(100 + page))  # newer than all pages
        ahead = sample_record(12 - page)  # on a page to come
        records.delete(ahead.image_id, "ann")
        deleted.append(ahead)

    listed = flat(paged(records, 3, between=write))
    assert len(listed) == len({record.image_id for record in listed})
    assert listed == [r for r in newest_first(added) if r in listed]
    stayed = {record.image_id for record in added} - {record.image_id for record in deleted}
    assert stayed <= {record.image_id for record in listed}


def test_a_page_goes_on_when_the_last_image_of_the_page_before_is_deleted(records: RecordStore) -> None:
    added = newest_first(add_all(records, map(sample_record, range(6))))
    first = records.page(ANYTHING, 2)
    records.delete(first.records[-1].image_id, "ann")
    assert list(records.page(ANYTHING, 10, first.next).records) == added[2:]


def test_an_image_uploaded_with_a_past_time_behind_the_page_is_listed(records: RecordStore) -> None:
    add_all(records, (sample_record(n * 10) for n in range(6)))
    first = records.page(ANYTHING, 2)
    late = sample_record(15)
    records.add(late)
    assert late in records.page(ANYTHING, 10, first.next).records


def test_a_position_holds_its_moment_and_id(records: RecordStore) -> None:
    add_all(records, map(sample_record, range(5)))
    page = records.page(ANYTHING, 2)
    last = page.records[-1]
    assert page.next == Position(last.created_at, last.image_id)


# added_since


def test_added_since_begins_at_the_moment_itself(records: RecordStore) -> None:
    added = newest_first(add_all(records, map(sample_record, range(10))))
    since = sample_record(6).created_at
    assert list(records.added_since(since)) == added[:4]
    assert list(records.added_since("9999")) == []


def test_added_since_reaches_back_over_months_and_everything(records: RecordStore) -> None:
    moments = ["2023-05-05T00:00:00.000000Z", "2025-12-31T23:59:59.999999Z", "2026-01-01T00:00:00.000000Z"]
    added = newest_first(add_all(records, (sample_record(n, created_at=m) for n, m in enumerate(moments))))
    assert list(records.added_since("2025-12-01T00:00:00.000000Z")) == added[:2]
    assert list(records.added_since("")) == added


# scan


def test_a_scan_returns_everything_once(records: RecordStore) -> None:
    added = add_all(records, (sample_record(n, "ab"[n % 2], created_at=MOMENT) for n in range(50)))
    scanned = [record for page in records.scan() for record in page.records]
    assert newest_first(scanned) == newest_first(added)


def test_a_scan_of_nothing_is_nothing(records: RecordStore) -> None:
    assert [record for page in records.scan() for record in page.records] == []


def test_a_scan_is_cancelled(records: RecordStore) -> None:
    records.add(sample_record(1))
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(records.scan(cancel))
