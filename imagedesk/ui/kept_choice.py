"""What is chosen and current, by image: kept so that it can be chosen again when the rows are read anew. Pure.

A choice is kept whole or not at all: a part of it would be taken for the whole by whoever presses Download next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from imagedesk.core.query import LibraryQuery
from imagedesk.models.row_window import ranges

MAX_KEPT = 2000  # images; everything that a query shows is kept without naming any

Spans = Sequence[tuple[int, int]]
"""Ascending (first, last) rows."""


class KeptChoice:
    """Images are named while their rows are at hand; the names move with the rows."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}  # of the chosen rows
        self._current: dict[int, str] = {}  # at most one
        self._all_of: LibraryQuery | None = None
        self._is_whole = True

    @property
    def is_whole(self) -> bool:
        """Whether every chosen image has its name; if not, :meth:`note` again when more rows are at hand."""
        return self._is_whole

    def note(
        self, spans: Spans, current: int, name_at: Callable[[int], str | None], total: int, query: LibraryQuery
    ) -> None:
        """This is chosen now, of ``total`` rows of the query."""
        count = sum(last - first + 1 for first, last in spans)
        rows = [row for first, last in spans for row in range(first, last + 1)] if count <= MAX_KEPT else []
        known = {**self._names, **self._current}
        names = {row: name_at(row) or known.get(row) for row in {*rows, current}}
        self._names = {row: name for row in rows if (name := names[row]) is not None}
        self._current = {current: name} if (name := names[current]) is not None else {}
        self._is_whole = len(self._names) == len(rows)
        self._all_of = query if count == total and count else None

    def rows_inserted(self, start: int, count: int) -> None:
        self._all_of = None
        self._names, self._current = (
            {row + count if row >= start else row: name for row, name in names.items()}
            for names in (self._names, self._current)
        )

    def rows_removed(self, start: int, count: int) -> None:
        end = start + count
        self._names, self._current = (
            {row - count if row >= end else row: name for row, name in names.items() if not start <= row < end}
            for names in (self._names, self._current)
        )

    def names(self) -> list[str]:
        """The images to look for when the rows are read anew."""
        return [*self._names.values(), *self._current.values()]

    def chosen_again(self, found: Mapping[str, int], total: int, query: LibraryQuery) -> list[tuple[int, int]]:
        """The runs of rows to choose in the new list; ``found`` says where the names went."""
        if self._all_of is not None and self._all_of == query and total:
            return [(0, total - 1)]
        if not self._is_whole:
            return []
        return ranges(sorted({found[name] for name in self._names.values() if name in found}))

    def current_again(self, found: Mapping[str, int]) -> int | None:
        return next((found[name] for name in self._current.values() if name in found), None)
