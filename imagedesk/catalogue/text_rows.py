"""The rows of a search, ascending: what matched, as numbers of rows of the table, 8 bytes each.

Which images match is FTS5's to say; ``text_changes`` follows what changes. Of a search that matches very much, as the
first letters of one do, the rows that a view shows first are found without sorting all of them.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from imagedesk.catalogue.filters import Condition, Key, Ordering, text_condition

_CHUNK = 500
_HEAD = 400  # rows: what a view asks for when it begins
MANY = 20_000  # matches: fewer are sorted as quickly as some are picked out


@dataclass(frozen=True, slots=True)
class TextRows:
    """Everything that matched, in order."""

    row_ids: array[int]

    @property
    def total(self) -> int:
        return len(self.row_ids)

    def ids(self, connection: sqlite3.Connection, start: int, stop: int) -> list[str]:
        found: list[str] = []
        for first in range(start, stop, _CHUNK):
            wanted = self.row_ids[first : min(first + _CHUNK, stop)]
            rows = connection.execute(
                f"SELECT row_id, image_id FROM images WHERE row_id IN ({', '.join('?' * len(wanted))})", wanted
            )
            by_row = dict(rows.fetchall())
            found.extend(by_row[row_id] for row_id in wanted)
        return found


@dataclass(frozen=True, slots=True)
class TextHead:
    """The first rows in the order of a view, and how many there are in all."""

    row_ids: array[int]
    total: int

    def holds(self, stop: int) -> bool:
        """Whether every row before ``stop`` is here."""
        return min(stop, self.total) <= len(self.row_ids)

    def ids(self, connection: sqlite3.Connection, start: int, stop: int) -> list[str]:
        return TextRows(self.row_ids).ids(connection, start, min(stop, self.total))


def count_matches(connection: sqlite3.Connection, text: str) -> int:
    row = connection.execute(
        "SELECT count(*) FROM images_text WHERE images_text MATCH ?", text_condition(text).parameters
    ).fetchone()
    return int(row[0])


def matches(connection: sqlite3.Connection, text: str, row_id: int) -> bool:
    """Whether the image in that row of the table matches."""
    found = connection.execute(
        "SELECT 1 FROM images_text WHERE images_text MATCH ? AND rowid = ?", (*text_condition(text).parameters, row_id)
    )
    return found.fetchone() is not None


def head(connection: sqlite3.Connection, text: str, ordering: Ordering, total: int) -> TextHead:
    """Of so many matches, the first: the index is walked in the view's order until there are enough. Empty where few
    match and the walk would be long."""
    if total <= MANY:
        return TextHead(array("q"), total)
    scope, way = text_condition(text), "DESC" if ordering.descending else "ASC"
    rows = connection.execute(
        f"SELECT row_id FROM images INDEXED BY {ordering.index} WHERE {scope.sql}"
        f" ORDER BY {ordering.column} {way}, image_id {way} LIMIT ?",
        (*scope.parameters, _HEAD),
    )
    return TextHead(array("q", (row_id for (row_id,) in rows)), total)


def search(connection: sqlite3.Connection, text: str, condition: Condition, ordering: Ordering) -> TextRows:
    scope = condition.and_(text_condition(text))
    rows = connection.execute(
        f"SELECT row_id FROM images WHERE {scope.sql} ORDER BY {ordering.column}, image_id", scope.parameters
    )
    return TextRows(array("q", (row_id for (row_id,) in rows)))


def ranks(
    connection: sqlite3.Connection, text: str, condition: Condition, ordering: Ordering, keys: Sequence[Key]
) -> tuple[int, list[int]]:
    """How many match, and how many of them have a smaller key than each of these: for a few keys of a search that
    matches much, a third of what sorting all of it costs."""
    scope = condition.and_(text_condition(text))
    smaller = "".join(f", total(({ordering.column}, image_id) < (?, ?))" for _ in keys)
    parameters = [value for key in keys for value in key]
    total, *found = connection.execute(
        f"SELECT count(*){smaller} FROM images WHERE {scope.sql}", (*parameters, *scope.parameters)
    ).fetchone()
    return int(total), [int(rank) for rank in found]
