"""What every record store promises: the sentences of ``core.ports.RecordStore``, one test each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import AlreadyExists, Cancelled, NotFound, NotOwner
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.ports import RecordStore
from imagedesk.core.query import Position, StoreFilter
from tests.fakes.sample_records import sample_record

PNG, JPEG = "image/png", "image/jpeg"
MOMENT = "2026-04-04T04:04:04.000000Z"
ANYTHING = StoreFilter()


def add_all(records: RecordStore, new: Iterable[ImageRecord]) -> list[ImageRecord]:
    added = list(new)
    for record in added:
        records.add(record)
    return added


def newest_first(records: Iterable[ImageRecord]) -> list[ImageRecord]:
    return sorted(records, key=lambda record: (record.created_at, record.image_id), reverse=True)


def paged(
    records: RecordStore,
    limit: int,
    store_filter: StoreFilter = ANYTHING,
    between: Callable[[int], None] = lambda _page: None,
) -> list[list[ImageRecord]]:
    """All pages; ``between`` runs after each, with its number, and each but the last must be full."""
    pages: list[list[ImageRecord]] = []
    after: Position | None = None
    while True:
        page = records.page(store_filter, limit, after)
        pages.append(list(page.records))
        if page.next is None:
            return pages
        assert len(page.records) == limit
        after = page.next
        between(len(pages))


def flat(pages: list[list[ImageRecord]]) -> list[ImageRecord]:
    return [record for page in pages for record in page]


# add and get


def test_a_record_comes_back_as_it_went_in(records: RecordStore) -> None:
    full = sample_record(
        1, filename='høst 東京 😀 "x" <b>.jpg', metadata={"tags": ["a", 1, 1.5, None, True], "ü": {"n": []}}
    )
    bare = replace(sample_record(2), sha256=None, width=None, height=None, thumbnail_key=None)
    dated = replace(sample_record(3, metadata={}), updated_at=MOMENT)
    for record in (full, bare, dated):
        records.add(record)
        assert records.get(record.image_id) == record


def test_a_large_size_is_exact(records: RecordStore) -> None:
    record = sample_record(1, size=2**62 + 1)
    records.add(record)
    assert records.get(record.image_id).size == 2**62 + 1


def test_an_unknown_id_is_not_found(records: RecordStore) -> None:
    records.add(sample_record(1))
    for image_id in ("ann!unknown", "00000000-0000-0000-0000-000000000000", "ann!", "x" * 1500, "ä\n"):
        with pytest.raises(NotFound):
            records.get(image_id)


def test_the_same_item_again_is_a_success(records: RecordStore) -> None:
    record = sample_record(1)
    records.add(record)
    records.add(record)
    assert records.get(record.image_id) == record
    assert len(flat(paged(records, 10))) == 1


@pytest.mark.parametrize("difference", [{"key": "images/ann/other/x.jpg"}, {"sha256": "f" * 64}, {"sha256": None}])
def test_another_image_under_a_taken_id_is_refused(records: RecordStore, difference: dict[str, str | None]) -> None:
    first = sample_record(1)
    records.add(first)
    with pytest.raises(AlreadyExists):
        records.add(replace(first, filename="other.jpg", **difference))  # type: ignore[arg-type]
    assert records.get(first.image_id) == first


def test_of_many_who_add_one_id_at_once_one_succeeds(records: RecordStore) -> None:
    barrier, outcomes = threading.Barrier(6), list[str]()

    def add(number: int) -> None:
        barrier.wait()
        try:
            records.add(replace(sample_record(1), sha256=f"{number:064x}"))
            outcomes.append("added")
        except AlreadyExists:
            outcomes.append("refused")

    run_all(threading.Thread(target=add, args=(number,)) for number in range(6))
    assert sorted(outcomes) == ["added"] + ["refused"] * 5


def test_ids_of_older_clients_are_shown(records: RecordStore) -> None:
    record = replace(sample_record(1), image_id="3f0c5f0e-6a7f-4a43-9b43-0d7c5a0c4b11")
    records.add(record)
    assert records.get(record.image_id) == record
    assert flat(paged(records, 10)) == [record]
    with pytest.raises(NotOwner):
        records.delete(record.image_id, "bo")
    assert records.delete(record.image_id, "ann") == record


# get_many


def test_get_many_returns_those_that_are_there(records: RecordStore) -> None:
    added = add_all(records, map(sample_record, range(5)))
    wanted = [record.image_id for record in added[1:4]]
    assert records.get_many([*wanted, "ann!unknown", wanted[0]]) == {r.image_id: r for r in added[1:4]}
    assert records.get_many([]) == {}
    assert records.get_many(["ann!unknown"]) == {}


def test_get_many_takes_any_number_of_ids(records: RecordStore) -> None:
    added = add_all(records, map(sample_record, range(120)))
    found = records.get_many([record.image_id for record in added] + [f"ann!unknown{n}" for n in range(1000)])
    assert found == {record.image_id: record for record in added}


# delete


def test_only_the_owner_deletes(records: RecordStore) -> None:
    record = sample_record(1)
    records.add(record)
    for stranger in ("bo", "Ann", "an", "ann ", "ann!"):
        with pytest.raises(NotOwner):
            records.delete(record.image_id, stranger)
    assert records.get(record.image_id) == record
    assert records.delete(record.image_id, "ann") == record
    with pytest.raises(NotFound):
        records.get(record.image_id)
    assert flat(paged(records, 10)) == []


def test_not_found_is_another_error_than_not_owner(records: RecordStore) -> None:
    record = sample_record(1)
    records.add(record)
    with pytest.raises(NotFound):
        records.delete("ann!unknown", "ann")
    records.delete(record.image_id, "ann")
    for user_id in ("ann", "bo"):
        with pytest.raises(NotFound):
            records.delete(record.image_id, user_id)


def test_of_many_who_delete_at_once_one_succeeds(records: RecordStore) -> None:
    record = sample_record(1)
    records.add(record)
    barrier, outcomes = threading.Barrier(4), list[str]()

    def delete() -> None:
        barrier.wait()
        try:
            records.delete(record.image_id, "ann")
            outcomes.append("deleted")
        except NotFound:
            outcomes.append("not found")

    run_all(threading.Thread(target=delete) for _ in range(4))
    assert sorted(outcomes) == ["deleted"] + ["not found"] * 3


def run_all(threads: Iterable[threading.Thread]) -> None:
    started = list(threads)
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()


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
