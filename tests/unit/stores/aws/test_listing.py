"""Listings newest first: every filter, full pages, positions that hold, tables of older clients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from imagedesk.core.errors import InvalidLimit
from imagedesk.core.image_record import ImageRecord, timestamp
from imagedesk.core.query import Position, StoreFilter
from imagedesk.stores.aws import listing
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.items import item_of
from imagedesk.stores.aws.records import DynamoRecords
from tests.contract.aws_servers import AwsProfileFactory
from tests.unit.stores.aws.sample_records import older_item, put_items, put_records, sample_record

FILTERS = [
    StoreFilter(),
    StoreFilter(user_id="noor"),
    StoreFilter(content_type="image/png"),
    StoreFilter(user_id="mila", content_type="image/png"),
    StoreFilter(user_id="nobody"),
    StoreFilter(user_id=""),
    StoreFilter(content_type="x" * 3000),
]
TYPES = ["image/jpeg", "image/jpeg", "image/png", "image/webp", "image/x-bmp"]


def library() -> list[ImageRecord]:
    """Sixty images of two people and four types; every third shares its moment with the two before."""
    return [
        sample_record(
            number,
            user_id="noor" if number % 4 == 0 else "mila",
            content_type=TYPES[number % 5],
            created_at=sample_record(number - number % 3).created_at,
        )
        for number in range(60)
    ]


def expected(records: list[ImageRecord], wanted: StoreFilter) -> list[ImageRecord]:
    kept = [
        record
        for record in records
        if wanted.user_id in {None, record.user_id} and wanted.content_type in {None, record.content_type}
    ]
    return sorted(kept, key=lambda record: (record.created_at, record.image_id), reverse=True)


def walked(store: DynamoRecords, wanted: StoreFilter, limit: int) -> list[ImageRecord]:
    """Every page to the end, each full but the last."""
    found: list[ImageRecord] = []
    after: Position | None = None
    while True:
        page = store.page(wanted, limit, after)
        found += page.records
        if page.next is None:
            return found
        assert len(page.records) == limit
        after = page.next


@pytest.fixture
def store(connection: AwsConnection) -> DynamoRecords:
    put_records(connection, *library())
    return DynamoRecords(connection)


@pytest.fixture
def large(store: DynamoRecords, monkeypatch: pytest.MonkeyPatch) -> DynamoRecords:
    """The same library, with scans too short to hold it."""
    monkeypatch.setattr(listing, "_SCAN_PAGE", 10)
    return store


@pytest.fixture
def without_indexes(blank_aws_profile: AwsProfileFactory) -> Iterator[DynamoRecords]:
    opened = AwsConnection(blank_aws_profile())
    opened.dynamodb().create_table(
        TableName=opened.profile.table,
        KeySchema=[{"AttributeName": "image_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "image_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    put_records(opened, *library())
    yield DynamoRecords(opened)
    opened.close()


@pytest.mark.parametrize("wanted", FILTERS)
def test_pages_together_are_the_listing(store: DynamoRecords, wanted: StoreFilter) -> None:
    for limit in (4, 1000):
        assert walked(store, wanted, limit) == expected(library(), wanted)


def test_a_library_larger_than_one_scan_is_merged_from_its_types(large: DynamoRecords) -> None:
    for limit in (7, 60):
        assert walked(large, StoreFilter(), limit) == expected(library(), StoreFilter())


@pytest.mark.parametrize("wanted", FILTERS)
def test_a_table_without_indexes_lists_by_scanning(without_indexes: DynamoRecords, wanted: StoreFilter) -> None:
    assert walked(without_indexes, wanted, 7) == expected(library(), wanted)


@pytest.mark.parametrize("wanted", FILTERS[:4])
def test_a_page_goes_on_when_the_last_image_of_the_one_before_was_deleted(
    large: DynamoRecords, wanted: StoreFilter
) -> None:
    page = large.page(wanted, 5)
    assert page.next is not None
    large.delete(page.records[-1].image_id, page.records[-1].user_id)
    rest = large.page(wanted, 1000, page.next).records
    assert [*page.records, *rest] == expected(library(), wanted)


def test_images_added_meanwhile_move_nothing(large: DynamoRecords) -> None:
    page = large.page(StoreFilter(), 20)
    large.add(sample_record(900))
    rest = large.page(StoreFilter(), 1000, page.next).records
    assert [*page.records, *rest] == expected(library(), StoreFilter())


def test_a_page_that_ends_exactly_at_the_end_says_so(store: DynamoRecords) -> None:
    assert store.page(StoreFilter(), 60).next is None
    assert store.page(StoreFilter(), 59).next is not None


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_limit_out_of_range_is_refused(store: DynamoRecords, limit: int) -> None:
    with pytest.raises(InvalidLimit):
        store.page(StoreFilter(), limit)


@pytest.mark.parametrize("scan_page", [1000, 5])
def test_older_items_list_and_malformed_ones_are_counted_once(
    connection: AwsConnection, monkeypatch: pytest.MonkeyPatch, scan_page: int
) -> None:
    monkeypatch.setattr(listing, "_SCAN_PAGE", scan_page)
    put_records(connection, *library()[:10])
    put_items(connection, older_item(1), older_item(2, size=None), older_item(3, filename={"N": "1"}), older_item(4))
    store = DynamoRecords(connection)
    pages = [store.page(StoreFilter(), 4)]
    while pages[-1].next is not None:
        pages.append(store.page(StoreFilter(), 4, pages[-1].next))
    names = [record.filename for page in pages for record in page.records]
    assert names[-2:] == ["old 4.jpg", "old 1.jpg"]
    assert len(names) == 12
    assert sum(page.skipped for page in pages) == 2


def test_a_small_library_shows_types_that_nobody_thought_of(connection: AwsConnection) -> None:
    put_records(connection, sample_record(1, content_type="image/x-camera-raw"))
    put_items(connection, older_item(1, created_at=None))
    page = DynamoRecords(connection).page(StoreFilter(), 10)
    assert [record.content_type for record in page.records] == ["image/x-camera-raw"]
    assert page.skipped == 1


def test_news_come_newest_first_across_months(connection: AwsConnection) -> None:
    now = datetime.now(UTC)
    moments = [timestamp(now - timedelta(days=days)) for days in (0, 1, 20, 40, 70, 200)]
    put_records(connection, *(sample_record(n, created_at=moment) for n, moment in enumerate(moments)))
    ahead = timestamp(now + timedelta(minutes=5))
    put_records(connection, sample_record(9, created_at=ahead))
    found = [record.created_at for record in DynamoRecords(connection).added_since(moments[4])]
    assert found == [ahead, *moments[:5]]


def test_news_since_long_ago_are_everything(store: DynamoRecords) -> None:
    assert list(store.added_since("1970-01-01T00:00:00Z")) == expected(library(), StoreFilter())
    assert list(store.added_since("no date")) == []


def test_news_of_a_table_without_indexes_are_scanned(without_indexes: DynamoRecords) -> None:
    since = sample_record(30).created_at
    assert list(without_indexes.added_since(since)) == [
        record for record in expected(library(), StoreFilter()) if record.created_at >= since
    ]


@pytest.fixture
def reads(connection: AwsConnection) -> list[int]:
    """How many items each query looks at, one number a query."""
    looked_at: list[int] = []
    hook = "after-call.dynamodb.Query"
    connection.dynamodb().meta.events.register(hook, lambda parsed, **_rest: looked_at.append(parsed["ScannedCount"]))
    return looked_at


def every_page(store: DynamoRecords, wanted: StoreFilter, limit: int) -> int:
    return len(walked(store, wanted, limit))


@pytest.mark.parametrize("wanted", [StoreFilter(user_id="mila"), StoreFilter(content_type="image/jpeg")])
def test_each_page_of_one_filter_is_one_query_that_reads_what_it_returns(
    connection: AwsConnection, reads: list[int], wanted: StoreFilter
) -> None:
    put_records(connection, *(sample_record(number) for number in range(300)))
    assert every_page(DynamoRecords(connection), wanted, 100) == 300
    assert len(reads) == 3
    assert sum(reads) <= 300 + 3 * 3


def test_a_page_of_two_filters_reads_as_many_as_its_share_needs(connection: AwsConnection, reads: list[int]) -> None:
    kinds = ("image/jpeg", "image/png", "image/webp")
    put_records(connection, *(sample_record(number, content_type=kinds[number % 3]) for number in range(900)))
    page = DynamoRecords(connection).page(StoreFilter("mila", "image/png"), 100)
    assert len(page.records) == 100
    assert sum(reads) < 400
    assert len(reads) == 2


def test_few_images_of_a_type_among_many_of_a_person_are_found_by_the_type(
    connection: AwsConnection, reads: list[int]
) -> None:
    rare = [sample_record(number, content_type="image/tiff") for number in range(0, 600, 60)]
    theirs = [sample_record(number, "noor", "image/tiff") for number in range(1000, 1005)]
    put_records(connection, *(sample_record(number) for number in range(600) if number % 60), *rare, *theirs)
    for wanted, limit in ((StoreFilter("mila", "image/tiff"), 4), (StoreFilter("mila", "image/tiff"), 100)):
        reads.clear()
        assert walked(DynamoRecords(connection), wanted, limit) == expected(rare, wanted)
        assert sum(reads) < 250


def test_the_timeline_attribute_is_the_month() -> None:
    assert item_of(replace(sample_record(1), created_at="2026-11-23T09:00:00.000000Z"))["created_month"] == {
        "S": "2026-11"
    }
