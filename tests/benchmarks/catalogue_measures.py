"""The catalogue measured beside plain SQL on the same file: facets, a page by its number, search, one change."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.catalogue.rows import COLUMNS, record_of
from imagedesk.core.changes import LibraryChange
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.query import LibraryQuery
from tests.benchmarks.sample_library import PEOPLE, TYPES, newest_image
from tests.benchmarks.timing import Clock, median, percentile

Measures = dict[str, float]

PAGE = 200
TYPED = "harbour-sun"


class CatalogueMeasures:
    """Takes the measures of one file; what it adds it takes away again."""

    def __init__(self, path: Path, clock: Clock, rounds: int) -> None:
        self._path, self._clock, self._rounds = path, clock, rounds
        self._chance = random.Random(11)

    def take(self) -> tuple[Measures, Measures]:
        """Ours and plain SQL's."""
        ours, plain = {"open the catalogue": self._open()}, Measures()
        catalogue = Catalogue(self._path, durable=False)
        sql = sqlite3.connect(self._path, isolation_level=None)
        sql.execute("PRAGMA cache_size = -16000")
        total = catalogue.totals(LibraryQuery()).images
        try:
            ours["page at row N"], plain["page at row N"] = self._pages(catalogue, sql, total)
            ours["ids of a page at row N"], plain["ids of a page at row N"] = self._ids(catalogue, sql, total)
            ours["facets"], plain["facets"] = self._facets(catalogue, sql)
            ours["facets of a filter"], plain["facets of a filter"] = self._filtered_facets(catalogue, sql)
            ours["apply a change (catalogue)"] = self._changes(catalogue)
            ours |= self._search(catalogue)
        finally:
            sql.close()
            catalogue.close()
        return ours, plain

    def _open(self) -> float:
        return median(self._clock.times(lambda: Catalogue(self._path, durable=False).close(), self._rounds))

    def _pages(self, catalogue: Catalogue, sql: sqlite3.Connection, total: int) -> tuple[float, float]:
        """200 records around the middle, read and made into records both times."""

        def by_offset(row: int) -> list[ImageRecord]:
            rows = sql.execute(
                f"SELECT {COLUMNS} FROM images ORDER BY created_at DESC, image_id DESC LIMIT ? OFFSET ?", (PAGE, row)
            )
            return [record_of(found) for found in rows]

        query, row = LibraryQuery(), total // 2
        assert catalogue.rows(query, row, PAGE) == by_offset(row)
        return (
            median(self._clock.times(lambda: catalogue.rows(query, self._near(row), PAGE), 20)),
            median(self._clock.times(lambda: by_offset(self._near(row)), self._rounds)),
        )

    def _ids(self, catalogue: Catalogue, sql: sqlite3.Connection, total: int) -> tuple[float, float]:
        """The same without reading the records: what finding the row costs."""
        statement = "SELECT image_id FROM images ORDER BY created_at DESC, image_id DESC LIMIT ? OFFSET ?"
        query, row = LibraryQuery(), total // 2
        return (
            median(self._clock.times(lambda: catalogue.ids(query, self._near(row), PAGE), 20)),
            median(self._clock.times(lambda: sql.execute(statement, (PAGE, self._near(row))).fetchall(), self._rounds)),
        )

    def _facets(self, catalogue: Catalogue, sql: sqlite3.Connection) -> tuple[float, float]:
        def grouped() -> None:
            for column in ("user_id", "content_type"):
                sql.execute(f"SELECT {column}, count(*) FROM images GROUP BY 1 ORDER BY 2 DESC").fetchall()

        return (
            median(self._clock.times(lambda: catalogue.facets(LibraryQuery()), 20)),
            median(self._clock.times(grouped, self._rounds)),
        )

    def _filtered_facets(self, catalogue: Catalogue, sql: sqlite3.Connection) -> tuple[float, float]:
        query = LibraryQuery(user_ids=frozenset(PEOPLE[2:4]), content_types=frozenset(TYPES[:1]))

        def grouped() -> None:
            people, types = (PEOPLE[2], PEOPLE[3]), (TYPES[0],)
            sql.execute("SELECT user_id, count(*) FROM images WHERE content_type = ? GROUP BY 1", types).fetchall()
            sql.execute(
                "SELECT content_type, count(*) FROM images WHERE user_id IN (?, ?) GROUP BY 1", people
            ).fetchall()

        return (
            median(self._clock.times(lambda: catalogue.facets(query), 20)),
            median(self._clock.times(grouped, self._rounds)),
        )

    def _changes(self, catalogue: Catalogue) -> float:
        """One image written, and what a view asks then: how rows moved, the row, the counts."""
        costs, added, query = [], [], LibraryQuery()
        version = catalogue.row_changes(query, -1).version
        for _ in range(20):
            record = newest_image()
            added.append(record.image_id)
            began = self._clock.now()
            catalogue.apply(LibraryChange(added=(record,)))
            changes = catalogue.row_changes(query, version)
            catalogue.rows(query, changes.inserted[0], 1)
            catalogue.facets(query)
            costs.append((self._clock.now() - began) * 1000)
            version = changes.version
        catalogue.apply(LibraryChange(removed=tuple(added)))
        return median(costs)

    def _search(self, catalogue: Catalogue) -> Measures:
        """As one types: each stroke's first page with its total, then the counts beside it."""
        rows, counts = [], []
        for length in range(1, len(TYPED) + 1):
            query = LibraryQuery(text=TYPED[:length])
            rows.append(self._clock.once(lambda q=query: (catalogue.row_changes(q, -1), catalogue.rows(q, 0, PAGE))))
            counts.append(self._clock.once(lambda q=query: (catalogue.totals(q), catalogue.facets(q))))
        return {
            "search: rows of a stroke, median": median(rows),
            "search: rows of the slowest stroke": percentile(rows, 1.0),
            "search: counts of a stroke, median": median(counts),
        }

    def _near(self, row: int) -> int:
        return row + self._chance.randrange(-200, 200)


def measure_catalogue(path: Path, clock: Clock, rounds: int = 5) -> tuple[Measures, Measures]:
    return CatalogueMeasures(path, clock, rounds).take()
