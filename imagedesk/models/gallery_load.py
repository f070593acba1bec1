"""What the gallery asks of the catalogue in one go: how the rows moved, and the rows that it lacks, of one version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.catalogue.row_changes import RowChanges
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.query import LibraryQuery
from imagedesk.models.row_window import PAGE, ranges

_ATTEMPTS = 5  # others may commit between two reads; then they are read again
_FRESH_ROWS = 400  # of the rows that came in, so many are read at once


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


def load_gallery(
    catalogue: Catalogue, query: LibraryQuery, since: int, pages: Sequence[int], ids: Sequence[str]
) -> GalleryLoad:
    """Blocks on the catalogue. ``ids`` are looked up only when the rows are reset."""
    load = _load_once(catalogue, query, since, pages, ids)
    for _ in range(_ATTEMPTS - 1):
        if catalogue.row_changes(query, load.changes.version).version == load.changes.version:
            break
        load = _load_once(catalogue, query, since, pages, ids)
    return load


def _load_once(
    catalogue: Catalogue, query: LibraryQuery, since: int, pages: Sequence[int], ids: Sequence[str]
) -> GalleryLoad:
    changes = catalogue.row_changes(query, since)
    wanted = [(page * PAGE, PAGE) for page in pages] or ([(0, PAGE)] if changes.reset else [])
    fresh = [*changes.inserted, *changes.updated][:_FRESH_ROWS]
    wanted += [(first, last - first + 1) for first, last in ranges(sorted(set(fresh)))]
    runs = tuple(RowRun(first, tuple(catalogue.rows(query, first, count))) for first, count in wanted)
    found: dict[str, int] = {}
    if changes.reset:
        positions = {image_id: catalogue.position(query, image_id) for image_id in ids}
        found = {image_id: row for image_id, row in positions.items() if row is not None}
    return GalleryLoad(changes, runs, found)


def load_records(
    catalogue: Catalogue, query: LibraryQuery, version: int, spans: Sequence[tuple[int, int]]
) -> list[ImageRecord] | None:
    """The records of whole spans (first, last), None if the catalogue is no longer at ``version``: then the row numbers
    would mean other images."""
    records: list[ImageRecord] = []
    for first, last in spans:
        for start in range(first, last + 1, 1000):
            records += catalogue.rows(query, start, min(1000, last + 1 - start))
    return records if catalogue.row_changes(query, version).version == version else None
