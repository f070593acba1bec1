"""Rows of a view by number, and the number of an image: windows onto the order indexes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from imagedesk.catalogue.filters import ORDERINGS, Condition, Key, Ordering, query_condition
from imagedesk.catalogue.rows import COLUMNS, record_of, storable
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.query import LibraryQuery

_CHUNK = 500  # parameters of one statement: old SQLite ends at 999


def window(connection: sqlite3.Connection, query: LibraryQuery, offset: int, limit: int) -> list[str]:
    """The ids of the rows ``offset`` to ``offset + limit``."""
    condition, ordering = query_condition(query), ORDERINGS[query.order]
    rows = connection.execute(
        f"SELECT image_id FROM images WHERE {condition.sql} ORDER BY {ordering.sql} LIMIT ? OFFSET ?",
        (*condition.parameters, max(limit, 0), max(offset, 0)),
    )
    return [image_id for (image_id,) in rows]


def count_before(connection: sqlite3.Connection, condition: Condition, ordering: Ordering, key: Key) -> int:
    """How many images of the condition have a smaller key."""
    row = connection.execute(
        f"SELECT count(*) FROM images WHERE {condition.sql} AND ({ordering.column}, image_id) < (?, ?)",
        (*condition.parameters, *key),
    ).fetchone()
    return int(row[0])


def records(connection: sqlite3.Connection, image_ids: Sequence[str]) -> dict[str, ImageRecord]:
    """The records that are there, by id; for any number of ids."""
    found: dict[str, ImageRecord] = {}
    for start in range(0, len(image_ids), _CHUNK):
        chunk = [storable(image_id) for image_id in image_ids[start : start + _CHUNK]]
        rows = connection.execute(
            f"SELECT {COLUMNS} FROM images WHERE image_id IN ({', '.join('?' * len(chunk))})", chunk
        )
        found.update((row[0], record_of(row)) for row in rows)
    return found
