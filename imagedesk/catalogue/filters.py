"""A query as SQL, and the same query as Python over one record: both must agree, since row changes use either.

Text is compared as SQLite's BINARY collation does, by code points, which is Python's own order.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TypeAlias

from imagedesk.catalogue.rows import name_key, storable
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.query import LibraryQuery, Order, StoreFilter

Key: TypeAlias = tuple[str | int, str]
"""What rows are ordered by: the order's column, then the id, both ascending; descending orders read it backwards."""

_MAX_WORDS = 16  # FTS5 refuses expressions beyond some depth, and nobody types more


@dataclass(frozen=True, slots=True)
class Condition:
    """A WHERE expression and its parameters."""

    sql: str
    parameters: tuple[str | int, ...] = ()

    def and_(self, other: Condition) -> Condition:
        return Condition(f"{self.sql} AND {other.sql}", self.parameters + other.parameters)


ALL = Condition("1")


@dataclass(frozen=True, slots=True)
class Ordering:
    """An order's column, the index that walks it, and its direction."""

    column: str
    index: str
    descending: bool

    def key(self, record: ImageRecord) -> Key:
        if self.column == "created_at":
            return record.created_at, record.image_id
        return (name_key(record.filename) if self.column == "name_key" else record.size), record.image_id


ORDERINGS = {
    Order.NEWEST: Ordering("created_at", "images_by_time", descending=True),
    Order.OLDEST: Ordering("created_at", "images_by_time", descending=False),
    Order.NAME: Ordering("name_key", "images_by_name", descending=False),
    Order.SIZE: Ordering("size", "images_by_size", descending=True),
}


def facet_condition(user_ids: frozenset[str], content_types: frozenset[str]) -> Condition:
    """OR within people and within types, AND across; empty means all."""
    condition = ALL
    for column, values in (("user_id", user_ids), ("content_type", content_types)):
        if values:
            known = sorted(value for value in values if storable(value) == value)
            condition = condition.and_(Condition(f"{column} IN ({', '.join('?' * len(known))})", tuple(known)))
    return condition


def store_condition(store_filter: StoreFilter) -> Condition:
    user, kind = store_filter.user_id, store_filter.content_type
    return facet_condition(
        frozenset() if user is None else frozenset([user]), frozenset() if kind is None else frozenset([kind])
    )


def text_condition(text: str) -> Condition:
    sql = "row_id IN (SELECT rowid FROM images_text WHERE images_text MATCH ?)"
    return Condition(sql, (match_expression(text),))


def match_expression(text: str) -> str:
    """FTS5's expression for all of the words, each a beginning; empty when there is no word in ``text``.

    Quoted, a word is never syntax ("FTS5 Strings", sqlite.org); the tokenizer splits what is joined by signs, so that
    ``img_2041`` finds the two words in a row.
    """
    words = [word for word in storable(text).replace("\0", " ").split() if any(map(_is_indexed, word))]
    return " ".join('"{}" *'.format(word.replace('"', '""')) for word in words[:_MAX_WORDS])


def matches_facets(query: LibraryQuery, record: ImageRecord) -> bool:
    """The query without its text, on a record in its stored form."""
    return (not query.user_ids or record.user_id in query.user_ids) and (
        not query.content_types or record.content_type in query.content_types
    )


def _is_indexed(character: str) -> bool:
    """Whether unicode61 makes words of it; without any, a phrase of FTS5 would match nothing."""
    category = unicodedata.category(character)
    return category[0] in "LN" or category == "Co"
