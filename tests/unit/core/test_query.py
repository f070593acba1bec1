"""Limits and cursors: what continues a listing, and what is no cursor of it."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagedesk.core.errors import InvalidCursor, InvalidLimit
from imagedesk.core.query import (
    MAX_LIMIT,
    LibraryQuery,
    Position,
    StoreFilter,
    checked_limit,
    decode_cursor,
    encode_cursor,
)

HERE = Position("2026-03-01T12:00:00.000000Z", "ann!01HZX3V8K2M4N6P8Q0R2S4T6V8")
ALL = StoreFilter()
FILTERS = [
    ALL,
    StoreFilter("ann"),
    StoreFilter(None, "image/png"),
    StoreFilter("ann", "image/png"),
    StoreFilter("image/png"),
]


@pytest.mark.parametrize("limit", [1, 100, MAX_LIMIT])
def test_a_limit_within_bounds_is_taken(limit: int) -> None:
    assert checked_limit(limit) == limit


@pytest.mark.parametrize("limit", [0, -1, MAX_LIMIT + 1, 10**30])
def test_a_limit_out_of_bounds_says_the_bounds(limit: int) -> None:
    with pytest.raises(InvalidLimit, match="from 1 to 1000"):
        checked_limit(limit)


@given(st.builds(Position, st.text(), st.text()), st.sampled_from(FILTERS))
def test_a_cursor_continues_where_it_was_made(position: Position, store_filter: StoreFilter) -> None:
    cursor = encode_cursor(position, store_filter)
    assert decode_cursor(cursor, store_filter) == position
    assert cursor.isascii()
    assert not set(cursor) & set(" =&?+/'\"")  # it survives a shell and a URL


def test_a_cursor_continues_no_other_listing() -> None:
    for made_for in FILTERS:
        cursor = encode_cursor(HERE, made_for)
        for other in FILTERS:
            if other != made_for:
                with pytest.raises(InvalidCursor, match="--user and --type"):
                    decode_cursor(cursor, other)


def test_every_changed_character_is_noticed() -> None:
    cursor = encode_cursor(HERE, ALL)
    for place in range(len(cursor)):
        for other in "AQz_-":
            if other != cursor[place]:
                with pytest.raises(InvalidCursor):
                    decode_cursor(cursor[:place] + other + cursor[place + 1 :], ALL)


@pytest.mark.parametrize("length", [0, 1, 4, 40, -1, -2, -4])
def test_a_cut_cursor_is_noticed(length: int) -> None:
    with pytest.raises(InvalidCursor):
        decode_cursor(encode_cursor(HERE, ALL)[:length], ALL)


def packed(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "é", "\0", "=", "W10", packed([]), packed({}), packed(7), packed(None), packed([1, 2, 3, 4]),
     packed([2, HERE.created_at, HERE.image_id, "0" * 16]), packed([1, None, None, None]), "W" * 100_000,
     encode_cursor(HERE, ALL) + "=", encode_cursor(HERE, ALL) + "AAAA", " " + encode_cursor(HERE, ALL)],
)  # fmt: skip
def test_what_is_no_cursor_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InvalidCursor, match="cursor"):
        decode_cursor(text, ALL)


@pytest.mark.parametrize(
    ("query", "filtered"),
    [
        (LibraryQuery(), False),
        (LibraryQuery(text="  "), False),
        (LibraryQuery(text="x"), True),
        (LibraryQuery(frozenset({"ann"})), True),
        (LibraryQuery(content_types=frozenset({"image/png"})), True),
    ],
)
def test_a_query_knows_whether_it_leaves_anything_out(query: LibraryQuery, filtered: bool) -> None:
    assert query.is_filtered is filtered
