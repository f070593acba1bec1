"""The rows of a search, ascending: what matched, as numbers of rows of the table, 8 bytes each.

Which images match is FTS5's to say, so a change of the library gives a new search.
"""

from __future__ import annotations

import sqlite3
from array import array
from dataclasses import dataclass

from imagedesk.catalogue.filters import Condition, Ordering, text_condition

_CHUNK = 500


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

    def rank(self, row_id: int) -> int | None:
        try:
            return self.row_ids.index(row_id)
        except ValueError:
            return None


def search(connection: sqlite3.Connection, text: str, condition: Condition, ordering: Ordering) -> TextRows:
    scope = condition.and_(text_condition(text))
    rows = connection.execute(
        f"SELECT row_id FROM images WHERE {scope.sql} ORDER BY {ordering.column}, image_id", scope.parameters
    )
    return TextRows(array("q", (row_id for (row_id,) in rows)))
