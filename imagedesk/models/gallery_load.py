"""What the gallery asks of the catalogue in one go: how the rows moved, and the rows that it lacks, of one version."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.catalogue.row_changes import RowChanges
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.query import LibraryQuery
from imagedesk.models.row_window import PAGE, ranges

Spans = Sequence[tuple[int, int]]
"""Runs of rows, (first, last)."""

_FRESH_ROWS = 400  # of the rows that came in or changed, so many are read at once
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class RowRun:
    """Consecutive rows."""

    first: int
    records: tuple[ImageRecord, ...]


@dataclass(frozen=True, slots=True)
class GalleryLoad:
    """``changes`` first, then ``runs`` in the numbering that they lead to. ``found`` answers where ids went."""

    changes: RowChanges
    runs: tuple[RowRun, ...]
    found: dict[str, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a view wants: the pages around what is visible; of many rows that came in, those nearest to ``centre``; and,
    when the rows are reset, where ``ids`` went."""

    query: LibraryQuery
    since: int
    pages: Sequence[int]
    ids: Sequence[str]
    centre: int


def load_gallery(catalogue: Catalogue, wanted: Wanted, cancel: CancelToken) -> GalleryLoad:
    """Blocks on the catalogue, and raises Cancelled soon after ``cancel`` is set, in the middle of a search, too."""
    with catalogue.abandoned_by(cancel), catalogue.snapshot():
        query, centre = wanted.query, wanted.centre
        changes = catalogue.row_changes(query, wanted.since)
        spans = [(page * PAGE, PAGE) for page in wanted.pages] or ([(0, PAGE)] if changes.reset else [])
        fresh = sorted({*changes.inserted, *changes.updated}, key=lambda row: abs(row - centre))[:_FRESH_ROWS]
        spans += [(first, last - first + 1) for first, last in ranges(sorted(fresh))]
        runs = tuple(RowRun(first, tuple(catalogue.rows(query, first, count))) for first, count in spans)
        found = catalogue.positions(query, wanted.ids) if changes.reset else {}
    return GalleryLoad(changes, runs, found)


def load_records(
    catalogue: Catalogue, query: LibraryQuery, version: int, spans: Spans, cancel: CancelToken
) -> list[ImageRecord] | None:
    """The records of whole spans in the numbering of ``version``, wherever they have moved since; without those that
    are gone. None if nobody knows any more which images those rows were."""
    records: list[ImageRecord] = []
    with catalogue.abandoned_by(cancel), catalogue.snapshot():
        changes = catalogue.row_changes(query, version)
        if changes.reset:
            return None
        for first, last in _moved(spans, changes):
            for start in range(first, last + 1, _BATCH):
                cancel.raise_if_cancelled()
                records += catalogue.rows(query, start, min(_BATCH, last + 1 - start))
    return records


def _moved(spans: Spans, changes: RowChanges) -> Iterator[tuple[int, int]]:
    if not (changes.removed or changes.inserted):
        yield from spans
        return
    gone = set(changes.removed)
    for first, last in spans:
        yield from ranges(_row_after(row, changes) for row in range(first, last + 1) if row not in gone)


def _row_after(row: int, changes: RowChanges) -> int:
    """The new number of a row that stayed: its rank among those that stayed, behind the inserted ones before it."""
    rank, inserted = row - bisect_left(changes.removed, row), changes.inserted
    # inserted[i] - i rows that stayed lie before the i-th inserted one
    return rank + bisect_right(range(len(inserted)), rank, key=lambda i: inserted[i] - i)
