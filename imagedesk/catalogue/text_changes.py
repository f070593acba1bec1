"""How the rows of a search moved between two versions, from the images that changed: exact, without another search.

Which images matched before is what the search found then; which of those that changed match now is FTS5's to say, for
each of them alone.
"""

from __future__ import annotations

import sqlite3
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from imagedesk.catalogue.change_log import ImageChange
from imagedesk.catalogue.filters import Key, Ordering, matches_facets
from imagedesk.catalogue.row_changes import RowChanges, rows_of_ranks
from imagedesk.catalogue.rows import read_rows
from imagedesk.catalogue.text_rows import TextRows, matches
from imagedesk.core.query import LibraryQuery


@dataclass(frozen=True, slots=True)
class _Match:
    """An image that changed and matches now. ``was`` is its row in the table before, None for one that was not there;
    ``stays`` where it keeps its place among the rows, if it was among them."""

    key: Key
    row_id: int
    was: int | None
    stays: bool
    is_same: bool


def follow(
    connection: sqlite3.Connection,
    old: TextRows,
    changes: Sequence[ImageChange],
    query: LibraryQuery,
    ordering: Ordering,
) -> tuple[TextRows, RowChanges]:
    """The rows as a new search would find them, and how they came to it; the version is left for the caller to fill in.
    ``connection`` shows the new version, ``old`` is what was found in the one before the changes."""
    changed = {change.row_before for change in changes if change.row_before is not None}
    ranks = {row_id: rank for rank, row_id in enumerate(old.row_ids) if row_id in changed}
    matching = _matching(connection, changes, query, ordering)
    kept = [match for match in matching if match.stays and match.was in ranks]
    staying = {match.row_id for match in kept}
    gone = sorted(rank for row_id, rank in ranks.items() if row_id not in staying)
    left = _without(old.row_ids, gone)
    come = sorted((match.key, match.row_id) for match in matching if match.row_id not in staying)
    places = [bisect_left(left, key, key=lambda row_id: _key_of(connection, ordering, row_id)) for key, _ in come]
    new = TextRows(_with(left, places, [row_id for _, row_id in come]))
    stayed = (ranks[match.row_id] for match in kept if not match.is_same)
    after = [rank - bisect_left(gone, rank) for rank in stayed]
    return new, RowChanges(
        version=0,
        total=new.total,
        removed=rows_of_ranks(gone, old.total, ordering),
        inserted=rows_of_ranks((place + number for number, place in enumerate(places)), new.total, ordering),
        updated=rows_of_ranks((rank + bisect_right(places, rank) for rank in after), new.total, ordering),
    )


def _matching(
    connection: sqlite3.Connection, changes: Sequence[ImageChange], query: LibraryQuery, ordering: Ordering
) -> list[_Match]:
    before = {change.after.image_id: change for change in changes if change.after is not None}
    found = []
    for record, row_id in read_rows(connection, list(before)):
        if matches_facets(query, record) and matches(connection, query.text, row_id):
            change, key = before[record.image_id], ordering.key(record)
            stays = change.before is not None and change.row_before == row_id and ordering.key(change.before) == key
            found.append(_Match(key, row_id, change.row_before, stays, change.before == record))
    return found


def _key_of(connection: sqlite3.Connection, ordering: Ordering, row_id: int) -> Key:
    key: Key = connection.execute(
        f"SELECT {ordering.column}, image_id FROM images WHERE row_id = ?", (row_id,)
    ).fetchone()
    return key


def _without(row_ids: array[int], ranks: Sequence[int]) -> array[int]:
    left, begin = array("q"), 0
    for rank in ranks:
        left.extend(row_ids[begin:rank])
        begin = rank + 1
    left.extend(row_ids[begin:])
    return left


def _with(row_ids: array[int], places: Sequence[int], come: Sequence[int]) -> array[int]:
    """Each before the row at its place; both ascend."""
    found, begin = array("q"), 0
    for place, row_id in zip(places, come, strict=True):
        found.extend(row_ids[begin:place])
        found.append(row_id)
        begin = place
    found.extend(row_ids[begin:])
    return found
