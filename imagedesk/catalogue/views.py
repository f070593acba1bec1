"""What views ask: totals, facets, rows by number, and how rows moved; each from one snapshot.

Row indexes, searches and their counts are kept for the queries asked last. Each belongs to one version; the change log
carries rows on to the next, so that one more image does not cost a walk over the library.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Hashable, Sequence
from dataclasses import replace

from imagedesk.catalogue import facets as counting
from imagedesk.catalogue import keyed_rows, text_changes, text_rows
from imagedesk.catalogue.change_log import ChangeLog, ImageChange
from imagedesk.catalogue.database import Database
from imagedesk.catalogue.facets import Cells, Facets, Totals
from imagedesk.catalogue.filters import ORDERINGS, facet_condition, match_expression, matches_facets
from imagedesk.catalogue.keyed_rows import KeyedRows
from imagedesk.catalogue.recent import Recent
from imagedesk.catalogue.row_changes import RowChanges, moves, row_changes
from imagedesk.catalogue.rows import read_records, read_rows
from imagedesk.catalogue.schema import version_of
from imagedesk.catalogue.text_rows import TextHead, TextRows
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.query import LibraryQuery

_NEAR = 1000  # rows: walking so far costs less than a millisecond where every row is shown
_FEW = 8  # images whose place is asked for: one at the top, one current, some chosen
_MAX_CHANGES = 2000  # beyond, a view reads its rows anew more cheaply than it moves them


class Views:
    """Thread-safe. Raises only errors of ``core.errors``."""

    def __init__(self, database: Database, log: ChangeLog) -> None:
        self._database = database
        self._log = log
        self._keyed: Recent[KeyedRows] = Recent(16)
        self._searched: Recent[TextRows] = Recent(8)
        self._heads: Recent[TextHead] = Recent(8)
        self._matching: Recent[Cells] = Recent(16)

    def totals(self, query: LibraryQuery) -> Totals:
        with self._database.reading() as connection:
            return self._totals(connection, version_of(connection), query)

    def facets(self, query: LibraryQuery) -> Facets:
        with self._database.reading() as connection:
            library = counting.library_cells(connection)
            matching = self._cells(connection, version_of(connection), query.text)
        return counting.facets(library, matching, query)

    def rows(self, query: LibraryQuery, offset: int, limit: int) -> list[ImageRecord]:
        with self._database.reading() as connection:
            ids = self._ids(connection, query, offset, limit)
            found = read_records(connection, ids)
        return [found[image_id] for image_id in ids]

    def ids(self, query: LibraryQuery, offset: int, limit: int) -> list[str]:
        with self._database.reading() as connection:
            return self._ids(connection, query, offset, limit)

    def positions(self, query: LibraryQuery, image_ids: Sequence[str]) -> dict[str, int]:
        with self._database.reading() as connection:
            row_ids: dict[int, ImageRecord] = {
                row_id: record
                for record, row_id in read_rows(connection, image_ids)
                if matches_facets(query, record) and self._matches_text(connection, query, row_id)
            }
            if not row_ids:
                return {}
            total, ranks = self._ranks(connection, query, row_ids)
        is_descending = ORDERINGS[query.order].descending
        return {record.image_id: total - 1 - rank if is_descending else rank for record, rank in ranks}

    def _ranks(
        self, connection: sqlite3.Connection, query: LibraryQuery, row_ids: dict[int, ImageRecord]
    ) -> tuple[int, list[tuple[ImageRecord, int]]]:
        """How many rows the query has, and the rank of each of these images among them."""
        ordering, version = ORDERINGS[query.order], version_of(connection)
        records = list(row_ids.values())
        keys = [ordering.key(record) for record in records]
        if len(keys) <= _FEW and self._is_much(connection, version, query):
            condition = facet_condition(query.user_ids, query.content_types)
            total, found = text_rows.ranks(connection, query.text, condition, ordering, keys)
            return total, list(zip(records, found, strict=True))
        listed = self._listed(connection, version, query)
        if isinstance(listed, TextRows):  # one pass, however many there are
            places = ((row_id, rank) for rank, row_id in enumerate(listed.row_ids) if row_id in row_ids)
            return listed.total, [(row_ids[row_id], rank) for row_id, rank in places]
        return listed.total, [
            (record, listed.count_before(connection, key)) for record, key in zip(records, keys, strict=True)
        ]

    def _is_much(self, connection: sqlite3.Connection, version: int, query: LibraryQuery) -> bool:
        """Whether the query searches, matches much, and nobody has sorted it yet."""
        if not match_expression(query.text):
            return False
        kept = self._searched.get(_search_name(query))
        is_sorted = kept is not None and kept[0] == version
        return not is_sorted and text_rows.count_matches(connection, query.text) > text_rows.MANY

    def _matches_text(self, connection: sqlite3.Connection, query: LibraryQuery, row_id: int) -> bool:
        """Without listing all that does match."""
        return not match_expression(query.text) or text_rows.matches(connection, query.text, row_id)

    def row_changes(self, query: LibraryQuery, since: int) -> RowChanges:
        with self._database.reading() as connection:
            version = version_of(connection)
            if since == version:
                return RowChanges(version, self._total_images(connection, version, query))
            changes = self._log.between(since, version, _MAX_CHANGES)
            if changes is not None and match_expression(query.text):
                return self._search_changes(connection, query, since, version, changes)
            total = self._total_images(connection, version, query)
            if changes is None:
                return RowChanges(version, total, reset=True)
            ordering = ORDERINGS[query.order]
            moved = moves(query, ordering, changes)
            if not (moved.gone or moved.come or moved.kept):
                return RowChanges(version, total)
            listed = self._keyed_rows(connection, version, query)
            return row_changes(moved, ordering, lambda key: listed.count_before(connection, key), version, total)

    def _search_changes(
        self,
        connection: sqlite3.Connection,
        query: LibraryQuery,
        since: int,
        version: int,
        changes: Sequence[ImageChange],
    ) -> RowChanges:
        """Of a search whose matches are known from then; else the rows are to be read anew."""
        ordering, name = ORDERINGS[query.order], _search_name(query)
        kept = self._searched.get(name)
        if kept is None or kept[0] != since:
            return RowChanges(version, self._total_images(connection, version, query), reset=True)
        found, moved = text_changes.follow(connection, kept[1], changes, query, ordering)
        self._searched.keep(name, version, found)
        return replace(moved, version=version)

    def _ids(self, connection: sqlite3.Connection, query: LibraryQuery, offset: int, limit: int) -> list[str]:
        version, offset = version_of(connection), max(offset, 0)
        head = self._head(connection, version, query)
        if head is not None and head.holds(offset + max(limit, 0)):
            return head.ids(connection, offset, offset + max(limit, 0))
        if self._may_walk(connection, version, query, offset + limit):
            condition = facet_condition(query.user_ids, query.content_types)
            return keyed_rows.first_ids(connection, condition, ORDERINGS[query.order], offset, offset + max(limit, 0))
        listed = self._listed(connection, version, query)
        end = min(offset + max(limit, 0), listed.total)
        if offset >= end:
            return []
        if ORDERINGS[query.order].descending:
            return listed.ids(connection, listed.total - end, listed.total - offset)[::-1]
        return listed.ids(connection, offset, end)

    def _may_walk(self, connection: sqlite3.Connection, version: int, query: LibraryQuery, stop: int) -> bool:
        """Rows near the beginning of a long list that nobody has gone through yet."""
        if match_expression(query.text) or stop > _NEAR or self._keyed.get(_list_name(query)) is not None:
            return False
        return keyed_rows.is_long(self._totals(connection, version, query).images)

    def _head(self, connection: sqlite3.Connection, version: int, query: LibraryQuery) -> TextHead | None:
        """Of a text alone: a filter has its total from all that matches, and then it may as well be sorted."""
        expression = match_expression(query.text)
        if not expression or query.user_ids or query.content_types:
            return None
        ordering = ORDERINGS[query.order]
        name = (expression, query.order)
        kept = self._heads.get(name)
        if kept is not None and kept[0] == version:
            return kept[1]
        total = text_rows.count_matches(connection, query.text)
        head = text_rows.head(connection, query.text, ordering, total)
        self._heads.keep(name, version, head)
        return head

    def _listed(self, connection: sqlite3.Connection, version: int, query: LibraryQuery) -> KeyedRows | TextRows:
        if not match_expression(query.text):
            return self._keyed_rows(connection, version, query)
        ordering = ORDERINGS[query.order]
        name = _search_name(query)
        kept = self._searched.get(name)
        if kept is not None and kept[0] == version:
            return kept[1]
        condition = facet_condition(query.user_ids, query.content_types)
        found = text_rows.search(connection, query.text, condition, ordering)
        self._searched.keep(name, version, found)
        return found

    def _keyed_rows(self, connection: sqlite3.Connection, version: int, query: LibraryQuery) -> KeyedRows:
        ordering = ORDERINGS[query.order]
        name = _list_name(query)
        kept = self._keyed.get(name)
        if kept is not None and kept[0] == version:
            return kept[1]
        listed = self._carried_on(*kept, version, query) if kept is not None else None
        if listed is None:
            condition = facet_condition(query.user_ids, query.content_types)
            listed = keyed_rows.build(connection, condition, ordering, self._totals(connection, version, query).images)
        self._keyed.keep(name, version, listed)
        return listed

    def _carried_on(self, since: int, listed: KeyedRows, version: int, query: LibraryQuery) -> KeyedRows | None:
        changes = self._log.between(since, version, _MAX_CHANGES)
        return None if changes is None else listed.after(moves(query, ORDERINGS[query.order], changes))

    def _total_images(self, connection: sqlite3.Connection, version: int, query: LibraryQuery) -> int:
        """Only how many: of a text alone without looking at any image."""
        head = self._head(connection, version, query)
        return head.total if head is not None else self._totals(connection, version, query).images

    def _totals(self, connection: sqlite3.Connection, version: int, query: LibraryQuery) -> Totals:
        return counting.totals(self._cells(connection, version, query.text), query)

    def _cells(self, connection: sqlite3.Connection, version: int, text: str) -> Cells:
        expression = match_expression(text)
        if not expression:
            return counting.library_cells(connection)
        kept = self._matching.get(expression)
        if kept is not None and kept[0] == version:
            return kept[1]
        cells = counting.matching_cells(connection, text)
        self._matching.keep(expression, version, cells)
        return cells


def _list_name(query: LibraryQuery) -> tuple[Hashable, ...]:
    return query.user_ids, query.content_types, ORDERINGS[query.order].column


def _search_name(query: LibraryQuery) -> Hashable:
    return match_expression(query.text), *_list_name(query)
