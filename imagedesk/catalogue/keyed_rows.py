"""The rows of a view without text, ascending by key, as an index in memory that finds any row by number.

A short list is kept as its keys. A long one is cut into segments of some hundred rows along an index of the database: a
row is found by adding up segments, then by a short walk, where OFFSET would walk half a million entries. Both are
immutable; a change gives a new one, without reading the database.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TypeAlias

from imagedesk.catalogue.filters import Condition, Key, Ordering
from imagedesk.catalogue.row_changes import Moves

_SEGMENT = 512  # rows of a new segment
_MAX_SEGMENT = 4 * _SEGMENT
_MAX_KEYS = 20_000


@dataclass(frozen=True, slots=True)
class KeyList:
    """A short list: its keys."""

    keys: Sequence[Key]

    @property
    def total(self) -> int:
        return len(self.keys)

    def ids(self, _connection: sqlite3.Connection, start: int, stop: int) -> list[str]:
        return [image_id for _, image_id in self.keys[start:stop]]

    def count_before(self, _connection: sqlite3.Connection, key: Key) -> int:
        return bisect_left(self.keys, key)

    def after(self, moves: Moves) -> KeyList | None:
        """The list after the moves; None when it is time to build anew."""
        gone = set(moves.gone)
        keys = sorted([*(key for key in self.keys if key not in gone), *moves.come])  # two runs: sorted in linear time
        return KeyList(keys) if len(keys) <= 2 * _MAX_KEYS else None


@dataclass(frozen=True, slots=True)
class Segments:
    """A long list: segment ``i`` holds ``counts[i]`` rows from the key ``starts[i]`` up to the next. What is smaller
    than the first start belongs to the first segment."""

    condition: Condition
    ordering: Ordering
    starts: Sequence[Key]
    counts: Sequence[int]
    sums: Sequence[int] = field(init=False)  # rows before each segment, and at the end the total

    def __post_init__(self) -> None:
        object.__setattr__(self, "sums", [0, *accumulate(self.counts)])

    @property
    def total(self) -> int:
        return self.sums[-1]

    def ids(self, connection: sqlite3.Connection, start: int, stop: int) -> list[str]:
        if stop <= start:
            return []
        segment = max(bisect_right(self.sums, start, 0, len(self.counts)) - 1, 0)
        scope = self._from(segment)
        rows = connection.execute(
            f"SELECT image_id FROM images INDEXED BY {self.ordering.index} WHERE {scope.sql}"
            f" ORDER BY {self.ordering.column}, image_id LIMIT ? OFFSET ?",
            (*scope.parameters, stop - start, start - self.sums[segment]),
        )
        return [image_id for (image_id,) in rows]

    def count_before(self, connection: sqlite3.Connection, key: Key) -> int:
        segment = self._segment(key)
        scope = self._from(segment).and_(_beside(self.ordering, "<", key))
        row = connection.execute(
            f"SELECT count(*) FROM images INDEXED BY {self.ordering.index} WHERE {scope.sql}", scope.parameters
        ).fetchone()
        return self.sums[segment] + int(row[0])

    def after(self, moves: Moves) -> Segments | None:
        """The segments after the moves; None when they have become too uneven."""
        counts = list(self.counts)
        for key in moves.gone:
            counts[self._segment(key)] -= 1
        for key in moves.come:
            counts[self._segment(key)] += 1
        if max(counts) > _MAX_SEGMENT or sum(counts) <= _MAX_KEYS // 2:
            return None
        return Segments(self.condition, self.ordering, self.starts, counts)

    def _segment(self, key: Key) -> int:
        return max(bisect_right(self.starts, key) - 1, 0)

    def _from(self, segment: int) -> Condition:
        if segment == 0:
            return self.condition
        return self.condition.and_(_beside(self.ordering, ">=", self.starts[segment]))


KeyedRows: TypeAlias = KeyList | Segments


def build(connection: sqlite3.Connection, condition: Condition, ordering: Ordering, total: int) -> KeyedRows:
    """``total`` is how many rows the condition has in this snapshot."""
    if is_long(total):
        return _segments(connection, condition, ordering, total)
    rows = connection.execute(
        f"SELECT {ordering.column}, image_id FROM images WHERE {condition.sql}", condition.parameters
    )
    return KeyList(sorted(rows))


def first_ids(
    connection: sqlite3.Connection, condition: Condition, ordering: Ordering, start: int, stop: int
) -> list[str]:
    """The ids of rows near the beginning of a view, in its order, by walking there: the window's first picture does
    not wait until a long list has been cut into segments."""
    way = "DESC" if ordering.descending else "ASC"
    rows = connection.execute(
        f"SELECT image_id FROM images INDEXED BY {ordering.index} WHERE {condition.sql}"
        f" ORDER BY {ordering.column} {way}, image_id {way} LIMIT ? OFFSET ?",
        (*condition.parameters, stop - start, start),
    )
    return [image_id for (image_id,) in rows]


def is_long(total: int) -> bool:
    """Whether a list of so many rows is cut into segments."""
    return total > _MAX_KEYS


def _segments(connection: sqlite3.Connection, condition: Condition, ordering: Ordering, total: int) -> Segments:
    starts: list[Key] = []
    scope, skipped = condition, 0
    for _ in range(0, total, _SEGMENT):
        start: Key = connection.execute(
            f"SELECT {ordering.column}, image_id FROM images INDEXED BY {ordering.index} WHERE {scope.sql}"
            f" ORDER BY {ordering.column}, image_id LIMIT 1 OFFSET ?",
            (*scope.parameters, skipped),
        ).fetchone()
        starts.append(start)
        scope, skipped = condition.and_(_beside(ordering, ">=", start)), _SEGMENT
    counts = [_SEGMENT] * len(starts)
    counts[-1] = total - _SEGMENT * (len(starts) - 1)
    return Segments(condition, ordering, starts, counts)


def _beside(ordering: Ordering, comparison: str, key: Key) -> Condition:
    return Condition(f"({ordering.column}, image_id) {comparison} (?, ?)", key)
