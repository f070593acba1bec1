"""The catalogue: one SQLite file that every view reads; an embedded library's own truth, a cloud library's mirror.

A commit of the service (or a page of sync) arrives as a ``LibraryChange`` and is written in one transaction; the log
keeps what each image was before and after; listeners are told; models then ask ``row_changes`` for what moved.
Everything that a view asks is answered from one snapshot by SQL on indexes or from the facet summary.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from imagedesk.catalogue import facets as facet_counts
from imagedesk.catalogue.change_log import ChangeLog, LoggedChange
from imagedesk.catalogue.database import Database
from imagedesk.catalogue.facets import FacetCount, Facets, Totals
from imagedesk.catalogue.filters import (
    ORDERINGS,
    Condition,
    match_expression,
    query_condition,
    store_condition,
)
from imagedesk.catalogue.row_changes import RowChanges, row_changes
from imagedesk.catalogue.row_windows import count_before, records, window
from imagedesk.catalogue.rows import COLUMNS, UPSERT, record_of, row_of, storable, stored_form
from imagedesk.core.changes import LibraryChange
from imagedesk.core.errors import NotFound, NotOwner
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.plain_text import plain
from imagedesk.core.query import LibraryQuery, Position, StoreFilter

__all__ = ["Catalogue", "FacetCount", "Facets", "RowChanges", "Totals"]

_MAX_CHANGES = 2000  # beyond, a view reads its rows anew more cheaply than it moves them
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Applied:
    """How many images a change really added, updated and removed."""

    added: int = 0
    updated: int = 0
    removed: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.updated or self.removed)


class Catalogue:
    """Thread-safe. Calls block for milliseconds. Raises only errors of ``core.errors``.

    ``durable``: the file is the truth: every commit reaches the disk and a damaged file is refused. Otherwise it is a
    mirror: a damaged or foreign file is set aside and begun anew.
    """

    def __init__(self, path: Path, *, durable: bool) -> None:
        self._database = Database(path, durable=durable)
        self._listeners: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._noted: list[set[str]] = []
        self._log = ChangeLog(self.version)

    def close(self) -> None:
        """Close the file. Idempotent; later calls raise StoreUnavailable."""
        self._database.close()

    # Changes

    def apply(self, change: LibraryChange) -> None:
        """Write a change: records are put in place of what is there, ids removed. Idempotent, one transaction."""
        if not change:
            return
        wanted = _wanted(change)
        with self._database.writing() as connection:
            self._note(wanted)
            applied = self._write(connection, wanted)
        self._announce(bool(applied))

    def apply_read(self, change: LibraryChange, newer: Set[str] = frozenset()) -> Applied:
        """Write what was read from a store; the ids in ``newer`` are left alone (see :meth:`noting_commits`)."""
        wanted = _wanted(change)
        with self._database.writing() as connection:
            wanted = {image_id: record for image_id, record in wanted.items() if image_id not in newer}
            applied = self._write(connection, wanted)
        self._announce(bool(applied))
        return applied

    @contextlib.contextmanager
    def noting_commits(self) -> Iterator[Set[str]]:
        """The ids that this process commits during the block, growing as it does: what a store was read to hold
        before is older than they are."""
        ids: set[str] = set()
        with self._lock:
            self._noted.append(ids)
        try:
            yield ids
        finally:
            with self._lock:
                self._noted = [other for other in self._noted if other is not ids]

    def add_if_absent(self, record: ImageRecord) -> ImageRecord | None:
        """Add the record and return None; if its id is taken, change nothing and return the record that is there."""
        kept = stored_form(record)
        with self._database.writing() as connection:
            self._note([kept.image_id])
            if present := records(connection, [kept.image_id]).get(kept.image_id):
                return present
            self._write(connection, {kept.image_id: kept})
        self._announce(True)
        return None

    def remove_if_owned(self, image_id: str, user_id: str) -> ImageRecord:
        """Remove and return the record, in one transaction. Raises NotFound, NotOwner."""
        image_id = storable(image_id)
        with self._database.writing() as connection:
            self._note([image_id])
            record = records(connection, [image_id]).get(image_id)
            if record is None:
                raise NotFound(f"There is no image {plain(image_id)}: it may have been deleted.")
            if record.user_id != user_id:
                raise NotOwner(f"Only {plain(record.user_id)} can delete “{plain(record.filename)}”.")
            self._write(connection, {image_id: None})
        self._announce(True)
        return record

    def refresh_external(self) -> bool:
        """Whether another process has changed the library since the last look; if so, listeners are told."""
        if not self._database.changed_elsewhere():
            return False
        with self._database.writing() as connection:  # our own writers wait: the log is as new as the file
            version = _version(connection)
            foreign = version != self._log.last
            if foreign:
                self._log.restart(version)
        self._announce(foreign)
        return foreign

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` after every commit that changed something, from the thread that wrote it."""
        with self._lock:
            self._listeners.append(listener)

    @property
    def version(self) -> int:
        """Grows with every transaction that changed an image, in any process."""
        with self._database.reading() as connection:
            return _version(connection)

    # Reading by id

    def get(self, image_id: str) -> ImageRecord | None:
        return self.get_many([image_id]).get(storable(image_id))

    def get_many(self, ids: Sequence[str]) -> dict[str, ImageRecord]:
        """The records that are there, by id."""
        with self._database.reading() as connection:
            return records(connection, ids)

    def images_of(self, user_id: str) -> int:
        return self.totals(LibraryQuery(user_ids=frozenset([user_id]))).images

    # Reading as a view does

    def totals(self, query: LibraryQuery) -> Totals:
        with self._database.reading() as connection:
            return _totals(connection, query)

    def facets(self, query: LibraryQuery) -> Facets:
        with self._database.reading() as connection:
            library = facet_counts.library_cells(connection)
            matching = facet_counts.matching_cells(connection, query.text)
        return facet_counts.facets(library, matching, query)

    def rows(self, query: LibraryQuery, offset: int, limit: int) -> list[ImageRecord]:
        """The records of the rows from ``offset`` on, at most ``limit``."""
        with self._database.reading() as connection:
            ids = window(connection, query, offset, limit)
            found = records(connection, ids)
        return [found[image_id] for image_id in ids]

    def ids(self, query: LibraryQuery, offset: int, limit: int) -> list[str]:
        with self._database.reading() as connection:
            return window(connection, query, offset, limit)

    def position(self, query: LibraryQuery, image_id: str) -> int | None:
        """The row number of the image, None where the query does not show it."""
        condition, ordering = query_condition(query), ORDERINGS[query.order]
        with self._database.reading() as connection:
            this = condition.and_(Condition("image_id = ?", (storable(image_id),)))
            row = connection.execute(f"SELECT {COLUMNS} FROM images WHERE {this.sql}", this.parameters).fetchone()
            if row is None:
                return None
            rank = count_before(connection, condition, ordering, ordering.key(record_of(row)))
            return _totals(connection, query).images - 1 - rank if ordering.descending else rank

    def row_changes(self, query: LibraryQuery, since: int) -> RowChanges:
        """What moved in the rows of ``query`` since a version. ``since=-1`` always gives a reset: the way to begin,
        with a version and a total of the same snapshot."""
        condition, ordering = query_condition(query), ORDERINGS[query.order]
        with self._database.reading() as connection:
            version, total = _version(connection), _totals(connection, query).images
            changes = None if match_expression(query.text) else self._log.between(since, version, _MAX_CHANGES)
            if since == version:
                return RowChanges(version, total)
            if changes is None:
                return RowChanges(version, total, reset=True)
            return row_changes(
                query, ordering, changes, lambda key: count_before(connection, condition, ordering, key), version, total
            )

    # Reading as a store does

    def page(self, store_filter: StoreFilter, limit: int, after: Position | None) -> list[ImageRecord]:
        """The newest records behind ``after``, at most ``limit``, by (created_at, image_id) descending."""
        condition = store_condition(store_filter)
        if after is not None:
            behind = Condition(
                "(created_at, image_id) < (?, ?)", (storable(after.created_at), storable(after.image_id))
            )
            condition = condition.and_(behind)
        with self._database.reading() as connection:
            found = connection.execute(
                f"SELECT {COLUMNS} FROM images WHERE {condition.sql} ORDER BY created_at DESC, image_id DESC LIMIT ?",
                (*condition.parameters, limit),
            )
            return [record_of(row) for row in found]

    def since(self, created_at: str) -> Iterator[ImageRecord]:
        """Records whose ``created_at`` is at or after the given text, newest first; no snapshot is held between."""
        after: Position | None = None
        while page := self.page(StoreFilter(), _BATCH, after):
            for record in page:
                if record.created_at < created_at:
                    return
                yield record
            after = Position(page[-1].created_at, page[-1].image_id)

    def all_ids(self) -> Iterator[str]:
        """Every id, ascending; no snapshot is held between the batches."""
        after = ""
        while True:
            with self._database.reading() as connection:
                found = connection.execute(
                    "SELECT image_id FROM images WHERE image_id > ? ORDER BY image_id LIMIT ?", (after, _BATCH)
                ).fetchall()
            if not found:
                return
            yield from (image_id for (image_id,) in found)
            after = found[-1][0]

    # The one way in

    def _write(self, connection: sqlite3.Connection, wanted: dict[str, ImageRecord | None]) -> Applied:
        present = records(connection, list(wanted))
        changes = [
            (present.get(image_id), record) for image_id, record in wanted.items() if present.get(image_id) != record
        ]
        if not changes:
            return Applied()
        gone = [(before.image_id,) for before, after in changes if before is not None and after is None]
        connection.executemany("DELETE FROM images WHERE image_id = ?", gone)
        connection.executemany(UPSERT, (row_of(after) for _, after in changes if after is not None))
        connection.execute("UPDATE change_counter SET version = version + 1")
        version = _version(connection)
        self._log.append(version, [LoggedChange(version, before, after) for before, after in changes])
        added = sum(before is None for before, _ in changes)
        return Applied(added, len(changes) - added - len(gone), len(gone))

    def _note(self, ids: Iterable[str]) -> None:
        with self._lock:
            for noted in self._noted:
                noted.update(ids)

    def _announce(self, changed: bool) -> None:
        if not changed:
            return
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener()


def _wanted(change: LibraryChange) -> dict[str, ImageRecord | None]:
    """What each id shall hold, None for nothing."""
    wanted: dict[str, ImageRecord | None] = {}
    for record in (*change.added, *change.updated):
        kept = stored_form(record)
        wanted[kept.image_id] = kept
    wanted.update((storable(image_id), None) for image_id in change.removed)
    return wanted


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT version FROM change_counter").fetchone()[0])


def _totals(connection: sqlite3.Connection, query: LibraryQuery) -> Totals:
    return facet_counts.totals(facet_counts.matching_cells(connection, query.text), query)
