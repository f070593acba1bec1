"""Whatever another client writes into the table, listings go on: each item lists, or is skipped and counted, once.

``IMAGEDESK_TEST_EXAMPLES=500`` tries as many tables.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imagedesk.core.errors import MalformedRecord, NotFound
from imagedesk.core.query import Position, StoreFilter
from imagedesk.stores.aws import listing
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.items import record_of, text_of
from imagedesk.stores.aws.records import DynamoRecords
from tests.contract.aws_servers import AwsProfileFactory, create_bare_table
from tests.unit.stores.aws.sample_records import older_item, put_items

Item: TypeAlias = dict[str, Any]
USERS, TYPES = ["mila", "noor", "Mila", "a b"], ["image/jpeg", "image/png", "image/jpg", "text/plain"]
FILTERS = [StoreFilter(user, kind) for user in (None, "mila") for kind in (None, "image/jpeg")]
MOMENTS = ["2026-03-01T12:00:00.000000Z", "2026-03-01T12:00:00Z", "2025-12-31T23:59:59+02:00", "yesterday", "9999", "0"]
ATTRIBUTES = ["user_id", "filename", "s3_key", "content_type", "size", "created_at", "metadata", "sha256", "width",
              "height", "updated_at", "thumbnail_key", "created_month", "other"]  # fmt: skip

numbers = st.one_of(st.integers(-(10**37), 10**37).map(str), st.sampled_from(["1E+125", "-1E-120", "0.5", "-0"]))
texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.sampled_from(
        ["[]", "{", '{"a": NaN}', '{"a": 1e999}', "[" * 900, "null", '"text"', "0" * 64, "12", "\u202egpj"]
    ),
)
scalars = st.one_of(
    texts.map(lambda text: {"S": text}),
    numbers.map(lambda number: {"N": number}),
    st.binary(min_size=1, max_size=4).map(lambda data: {"B": data}),
    st.booleans().map(lambda value: {"BOOL": value}),
    st.just({"NULL": True}),
    st.just({"SS": ["a", "b"]}),
    st.just({"NS": ["1", "2"]}),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda found: {"L": found}),
        st.dictionaries(st.text("abc", min_size=1, max_size=2), inner, max_size=3).map(lambda found: {"M": found}),
    ),
    max_leaves=6,
)
keys = {
    "user_id": st.sampled_from(USERS).map(lambda text: {"S": text}),
    "content_type": st.sampled_from(TYPES).map(lambda text: {"S": text}),
    "created_at": st.sampled_from(MOMENTS).map(lambda text: {"S": text}),
    "created_month": st.just({"S": "2026-03"}),
}
ids = st.sampled_from([*(f"{user}!01" for user in USERS), "bare", "!", "mila!", "ü" * 5, " ", "\n"])


def items(*, keys_are_text: bool) -> st.SearchStrategy[list[Item]]:
    """A sound item of an older client with up to four attributes changed or left out. With indexes, DynamoDB takes
    their keys as text only."""

    def changed(name: str) -> st.SearchStrategy[Any]:
        sound = keys.get(name, values)
        return st.one_of(st.none(), sound, sound if keys_are_text else values)

    changes = st.lists(st.sampled_from(ATTRIBUTES), max_size=4, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: changed(name) for name in names})
    )
    item = st.builds(lambda number, image_id, other: older_item(number, image_id={"S": image_id}, **other),
                     st.integers(0, 3), ids, changes)  # fmt: skip
    return st.lists(item, max_size=8, unique_by=lambda found: found["image_id"]["S"])


def is_sound(item: Item) -> bool:
    try:
        record_of(item)
    except MalformedRecord:
        return False
    return True


def is_wanted(item: Item, wanted: StoreFilter) -> bool:
    return wanted.user_id in {None, text_of(item, "user_id")} and wanted.content_type in {
        None,
        text_of(item, "content_type"),
    }


def walked(store: DynamoRecords, wanted: StoreFilter, limit: int) -> tuple[list[str], int]:
    """The ids of all pages, each full but the last, and how many items were skipped on the way."""
    found, skipped, after = list[str](), 0, None
    while True:
        page = store.page(wanted, limit, after)
        found += [record.image_id for record in page.records]
        skipped += page.skipped
        after = page.next
        if after is None:
            return found, skipped
        assert len(page.records) == limit
        assert after == Position(page.records[-1].created_at, page.records[-1].image_id)


def newest_first(found: list[Item]) -> list[str]:
    ordered = sorted(found, key=lambda item: (item["created_at"]["S"], item["image_id"]["S"]), reverse=True)
    return [item["image_id"]["S"] for item in ordered]


def hold(connection: AwsConnection, there: list[Item], *, is_indexed: bool) -> None:
    put_items(connection, *there)
    store = DynamoRecords(connection)
    for wanted in FILTERS:
        matching = [item for item in there if is_wanted(item, wanted)]
        sound = [item for item in matching if is_sound(item)]
        if is_indexed:  # an index holds what has its keys, of the types that are asked for
            matching = [item for item in matching if "created_at" in item and is_listed(item, wanted)]
            sound = [item for item in sound if is_listed(item, wanted)]
        assert walked(store, wanted, 2) == (newest_first(sound), len(matching) - len(sound))
    for item in there:
        if not is_sound(item):
            with pytest.raises(NotFound):
                store.get(item["image_id"]["S"])
    scanned = list(store.scan())
    assert sum(len(page.records) + page.skipped for page in scanned) == len(there)
    for item in there:
        connection.dynamodb().delete_item(TableName=connection.profile.table, Key={"image_id": item["image_id"]})


def is_listed(item: Item, wanted: StoreFilter) -> bool:
    if wanted.user_id is not None:
        return text_of(item, "user_id") is not None
    return text_of(item, "content_type") in {*listing._ALL_TYPES}


@pytest.fixture
def bare(blank_aws_profile: AwsProfileFactory) -> Iterator[AwsConnection]:
    opened = AwsConnection(blank_aws_profile())
    create_bare_table(opened)
    yield opened
    opened.close()


some = settings(
    max_examples=int(os.environ.get("IMAGEDESK_TEST_EXAMPLES", "12")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@some
@given(items(keys_are_text=False))
def test_a_table_without_indexes_lists_whatever_is_in_it(bare: AwsConnection, there: list[Item]) -> None:
    hold(bare, there, is_indexed=False)


@some
@given(items(keys_are_text=True))
def test_a_table_with_indexes_lists_whatever_is_in_it(
    connection: AwsConnection, monkeypatch: pytest.MonkeyPatch, there: list[Item]
) -> None:
    monkeypatch.setattr(listing.Listing, "_whole_if_small", lambda _listing: None)  # as in a large table
    hold(connection, there, is_indexed=True)
