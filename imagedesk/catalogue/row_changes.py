"""How the rows of a view moved between two versions, from the images that changed: exact, without reading the rest.

A view applies ``removed`` to its old rows, highest first, then ``inserted`` lowest first; it then shows the new list.
An image that moved (a new name in name order, say) is both removed and inserted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from imagedesk.catalogue.change_log import ImageChange
from imagedesk.catalogue.filters import Key, Ordering, matches_facets
from imagedesk.core.query import LibraryQuery


@dataclass(frozen=True, slots=True)
class RowChanges:
    """``removed`` are row numbers of the old list, ``inserted`` and ``updated`` of the new one, all ascending.
    ``reset``: nothing is known but ``version`` and ``total``; forget all rows."""

    version: int
    total: int
    removed: tuple[int, ...] = ()
    inserted: tuple[int, ...] = ()
    updated: tuple[int, ...] = ()
    reset: bool = False

    def __bool__(self) -> bool:
        return bool(self.removed or self.inserted or self.updated or self.reset)


@dataclass(frozen=True, slots=True)
class Moves:
    """The keys, ascending, of the images that left a view's list, came into it, or changed without moving."""

    gone: tuple[Key, ...]
    come: tuple[Key, ...]
    kept: tuple[Key, ...]


def moves(query: LibraryQuery, ordering: Ordering, changes: Iterable[ImageChange]) -> Moves:
    """``changes`` hold each image once; the query's text is not looked at."""
    gone: list[Key] = []
    come: list[Key] = []
    kept: list[Key] = []
    for before, after, _ in changes:
        if before == after:
            continue
        old = ordering.key(before) if before is not None and matches_facets(query, before) else None
        new = ordering.key(after) if after is not None and matches_facets(query, after) else None
        if old is not None and old == new:
            kept.append(old)
            continue
        if old is not None:
            gone.append(old)
        if new is not None:
            come.append(new)
    return Moves(tuple(sorted(gone)), tuple(sorted(come)), tuple(sorted(kept)))


def row_changes(
    moved: Moves, ordering: Ordering, count_before: Callable[[Key], int], version: int, total: int
) -> RowChanges:
    """``count_before`` tells how many images of the new list have a smaller key; ``total`` is of the new list."""

    def old_rank(key: Key) -> int:
        return count_before(key) - bisect_left(moved.come, key) + bisect_left(moved.gone, key)

    old_total = total - len(moved.come) + len(moved.gone)
    return RowChanges(
        version,
        total,
        rows_of_ranks(map(old_rank, moved.gone), old_total, ordering),
        rows_of_ranks(map(count_before, moved.come), total, ordering),
        rows_of_ranks(map(count_before, moved.kept), total, ordering),
    )


def rows_of_ranks(ranks: Iterable[int], total: int, ordering: Ordering) -> tuple[int, ...]:
    """Ranks ascend by key; a descending order counts from the other end."""
    return tuple(sorted(total - 1 - rank if ordering.descending else rank for rank in ranks))
