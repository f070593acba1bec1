"""The rows of a long list that are at hand: a window around what is visible, renumbered exactly as the list changes.
Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from imagedesk.core.image_record import ImageRecord

PAGE = 200  # rows
KEPT = 64 * PAGE  # rows at hand at most


class RowWindow:
    """Records by row number, None where a row is not at hand. One span of rows: a step of any list costs the moving of
    some references, however many steps a change has."""

    def __init__(self) -> None:
        self._first = 0  # the row of the first of these
        self._records: list[ImageRecord | None] = []
        self._centre = 0

    def __len__(self) -> int:
        return sum(record is not None for record in self._records)

    def get(self, row: int) -> ImageRecord | None:
        place = row - self._first
        return self._records[place] if 0 <= place < len(self._records) else None

    def row_of(self, image_id: str) -> int | None:
        for row, record in enumerate(self._records, self._first):
            if record is not None and record.image_id == image_id:
                return row
        return None

    def clear(self) -> None:
        self._records.clear()

    def put(self, first: int, records: Sequence[ImageRecord]) -> None:
        """Rows too far from what is visible are not kept."""
        low, high = self._bounds()
        kept = records[max(0, low - first) : max(0, high - first)]
        first = max(first, low)
        if not kept:
            return
        if not self._records:
            self._first = first
        before, behind = self._first - first, first + len(kept) - self._first - len(self._records)
        if before > 0:
            self._records[:0] = [None] * before
            self._first = first
        if behind > 0:
            self._records += [None] * behind
        place = first - self._first
        self._records[place : place + len(kept)] = kept

    def missing_pages(self, first: int, last: int, total: int) -> list[int]:
        """The numbers of the pages that rows ``first`` to ``last`` need and that are not all at hand."""
        first, last = max(0, first), min(last, total - 1)
        end = self._first + len(self._records)
        known = self._records[max(0, first - self._first) : max(0, last + 1 - self._first)]
        wanted = {row // PAGE for row, record in enumerate(known, max(first, self._first)) if record is None}
        for begin, stop in ((first, min(last + 1, self._first)), (max(first, end), last + 1)):
            if begin < stop:
                wanted.update(range(begin // PAGE, (stop - 1) // PAGE + 1))
        return sorted(wanted)

    def remove(self, first: int, last: int) -> None:
        """These rows go; those behind them move up."""
        below = max(0, min(last + 1, self._first) - first)  # of them, how many lie before the span
        start, stop = max(0, first - self._first), max(0, last + 1 - self._first)
        del self._records[start:stop]
        self._first -= below

    def insert(self, first: int, last: int) -> None:
        """These rows come, not at hand yet; what was there moves down."""
        place, count = first - self._first, last - first + 1
        if place <= 0:
            self._first += count
        elif place < len(self._records):
            self._records[place:place] = [None] * count

    def forget(self, rows: Iterable[int]) -> None:
        """What is at hand of these rows is out of date."""
        for row in rows:
            place = row - self._first
            if 0 <= place < len(self._records):
                self._records[place] = None

    def keep_near(self, centre: int) -> None:
        """What is visible lies around ``centre``: let go of the rows far from it."""
        self._centre = centre
        low, high = self._bounds()
        if self._first + len(self._records) > high:
            del self._records[max(0, high - self._first) :]
        if self._first < low:
            del self._records[: low - self._first]
            self._first = low

    def _bounds(self) -> tuple[int, int]:
        return max(0, self._centre - KEPT // 2), self._centre + KEPT // 2


def ranges(rows: Iterable[int]) -> list[tuple[int, int]]:
    """Ascending numbers as (first, last) runs."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and row == found[-1][1] + 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found
