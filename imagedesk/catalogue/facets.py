"""Facets: how many images each person and each type has in what is shown.

Counts come from the summary table, or for a text query from the matches grouped once; the arithmetic is here.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from imagedesk.catalogue.filters import match_expression, text_condition
from imagedesk.catalogue.schema import COUNTED_SIZE
from imagedesk.core.query import LibraryQuery


@dataclass(frozen=True, slots=True)
class FacetCount:
    value: str
    images: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Each facet counted under the other filters but not its own; every value of the library is listed, most first."""

    people: tuple[FacetCount, ...]
    types: tuple[FacetCount, ...]
    library_images: int


@dataclass(frozen=True, slots=True)
class Totals:
    """``size`` is bytes."""

    images: int
    size: int


@dataclass(frozen=True, slots=True)
class Cell:
    """What one person has of one type."""

    user_id: str
    content_type: str
    images: int
    size: int


Cells: TypeAlias = tuple[Cell, ...]


def library_cells(connection: sqlite3.Connection) -> Cells:
    rows = connection.execute("SELECT user_id, content_type, images, bytes FROM facet_counts")
    return tuple(Cell(*row) for row in rows)


def matching_cells(connection: sqlite3.Connection, text: str) -> Cells:
    """The cells of the images that match the text; people and types are not looked at."""
    if not match_expression(text):
        return library_cells(connection)
    condition = text_condition(text)
    rows = connection.execute(
        f"SELECT user_id, content_type, count(*), sum({COUNTED_SIZE}) FROM images WHERE {condition.sql} GROUP BY 1, 2",
        condition.parameters,
    )
    return tuple(Cell(*row) for row in rows)


def totals(cells: Cells, query: LibraryQuery) -> Totals:
    shown = [
        cell for cell in cells if _in(cell.user_id, query.user_ids) and _in(cell.content_type, query.content_types)
    ]
    return Totals(sum(cell.images for cell in shown), sum(cell.size for cell in shown))


def facets(library: Cells, matching: Cells, query: LibraryQuery) -> Facets:
    people = _counted(
        (cell for cell in matching if _in(cell.content_type, query.content_types)), lambda cell: cell.user_id, library
    )
    types = _counted(
        (cell for cell in matching if _in(cell.user_id, query.user_ids)), lambda cell: cell.content_type, library
    )
    return Facets(people, types, sum(cell.images for cell in library))


def _counted(cells: Iterable[Cell], value: Callable[[Cell], str], library: Cells) -> tuple[FacetCount, ...]:
    counts = Counter({value(cell): 0 for cell in library})
    for cell in cells:
        counts[value(cell)] += cell.images
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0].casefold(), item[0]))
    return tuple(FacetCount(*item) for item in ordered)


def _in(value: str, chosen: frozenset[str]) -> bool:
    return not chosen or value in chosen
