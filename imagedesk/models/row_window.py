"""The rows of a long list that are at hand: a sparse window around what is visible, renumbered exactly as the list
changes. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

from imagedesk.catalogue.row_changes import RowChanges
from imagedesk.core.image_record import ImageRecord

PAGE = 200  # rows
KEPT = 64 * PAGE  # rows at hand at most


class RowWindow:
    """Records by row number. ``None`` means that the row is there but not at hand."""

    def __init__(self) -> None:
        self._records: dict[int, ImageRecord] = {}

    def __len__(self) -> int:
        return len(self._records)

    def get(self, row: int) -> ImageRecord | None:
        return self._records.get(row)

    def clear(self) -> None:
        self._records.clear()

    def put(self, first: int, records: Sequence[ImageRecord]) -> None:
        for row, record in enumerate(records, first):
            self._records[row] = record

    def items(self) -> Mapping[int, ImageRecord]:
        return self._records

    def missing_pages(self, first: int, last: int, total: int) -> list[int]:
        """The numbers of the pages that rows ``first`` to ``last`` need and that are not all at hand."""
        first, last = max(0, first), min(last, total - 1)
        wanted = {row // PAGE for row in range(first, last + 1) if row not in self._records}
        return sorted(wanted)

    def move(self, changes: RowChanges) -> None:
        """Renumber: rows behind a removed one move up, those behind an inserted one move down."""
        moved: dict[int, ImageRecord] = {}
        removed, inserted = changes.removed, changes.inserted
        gone = set(removed)
        for row, record in self._records.items():
            if row not in gone:
                moved[_behind_inserted(row - bisect_left(removed, row), inserted)] = record
        self._records = moved
        for row in changes.updated:
            self._records.pop(row, None)

    def keep_near(self, centre: int) -> None:
        """Let go of the rows far from ``centre`` once there are too many."""
        if len(self._records) > KEPT:
            half = KEPT // 2
            self._records = {row: r for row, r in self._records.items() if abs(row - centre) <= half}


def ranges(rows: Iterable[int]) -> list[tuple[int, int]]:
    """Ascending numbers as (first, last) runs."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and row == found[-1][1] + 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found


def _behind_inserted(rank: int, inserted: Sequence[int]) -> int:
    """The new number of the row that has ``rank`` among those that stayed: the ``rank``-th number not inserted."""
    low, high = 0, len(inserted)
    while low < high:  # inserted[i] - i stayed rows lie before the i-th inserted one
        middle = (low + high) // 2
        if inserted[middle] - middle <= rank:
            low = middle + 1
        else:
            high = middle
    return rank + low
