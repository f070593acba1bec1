"""The one way into a catalogue: changes written in a transaction, logged for views, told to listeners."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, replace
from typing import TypeAlias

from imagedesk.catalogue.change_log import ChangeLog, LoggedChange
from imagedesk.catalogue.database import Database
from imagedesk.catalogue.rows import UPSERT, StoredForm, read_records, read_rows, storable, stored_form
from imagedesk.catalogue.schema import version_of
from imagedesk.core.changes import LibraryChange
from imagedesk.core.errors import EditConflict, NotFound, NotOwner
from imagedesk.core.image_record import ImageRecord, is_version
from imagedesk.core.metadata import Metadata
from imagedesk.core.plain_text import plain

Wanted: TypeAlias = dict[str, StoredForm | None]
"""What each id shall hold, None for nothing."""

_NOTHING: tuple[ImageRecord | None, int | None] = (None, None)
Mark: TypeAlias = Callable[[sqlite3.Connection], None]


@dataclass(frozen=True, slots=True)
class Applied:
    """How many images a change really added, updated and removed."""

    added: int = 0
    updated: int = 0
    removed: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.updated or self.removed)


class Commits:
    """Thread-safe; writers take turns. Raises only errors of ``core.errors``."""

    def __init__(self, database: Database, log: ChangeLog) -> None:
        self._database = database
        self._log = log
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], None]] = []
        self._noted: list[set[str]] = []

    def subscribe(self, listener: Callable[[], None]) -> None:
        with self._lock:
            self._listeners.append(listener)

    def apply(self, change: LibraryChange) -> None:
        if not change:
            return
        wanted = _wanted(change)
        with self._database.writing() as connection:
            self._note(wanted)
            applied = self._write(connection, wanted)
        self._announce(bool(applied))

    def apply_read(self, change: LibraryChange, newer: Set[str], mark: Mark | None = None) -> Applied:
        """``mark`` writes more in the same transaction."""
        wanted = _wanted(change)
        with self._database.writing() as connection:
            still = {image_id: form for image_id, form in wanted.items() if image_id not in newer}
            applied = self._write(connection, still)
            if mark is not None:
                mark(connection)
        self._announce(bool(applied))
        return applied

    @contextlib.contextmanager
    def noting(self) -> Iterator[Set[str]]:
        ids: set[str] = set()
        with self._lock:
            self._noted.append(ids)
        try:
            yield ids
        finally:
            with self._lock:
                self._noted = [other for other in self._noted if other is not ids]

    def add_if_absent(self, record: ImageRecord) -> ImageRecord | None:
        kept = stored_form(record)
        with self._database.writing() as connection:
            image_id = kept.record.image_id
            self._note([image_id])
            if present := read_records(connection, [image_id]).get(image_id):
                return present
            self._write(connection, {image_id: kept})
        self._announce(True)
        return None

    def edit_if_unchanged(
        self, seen: ImageRecord, metadata: Metadata | None, updated_at: str, user_id: str
    ) -> ImageRecord:
        with self._database.writing() as connection:
            there = self._owned(connection, seen.image_id, user_id, "change")
            edited = stored_form(replace(there, metadata=metadata, updated_at=updated_at))
            if there == edited.record:
                return there
            if not is_version(there, stored_form(seen).record):
                raise EditConflict(f"The metadata of “{plain(there.filename)}” was changed elsewhere meanwhile.")
            self._write(connection, {there.image_id: edited})
        self._announce(True)
        return edited.record

    def remove_if_owned(self, image_id: str, user_id: str) -> ImageRecord:
        with self._database.writing() as connection:
            record = self._owned(connection, image_id, user_id, "delete")
            self._write(connection, {record.image_id: None})
        self._announce(True)
        return record

    def _owned(self, connection: sqlite3.Connection, image_id: str, user_id: str, verb: str) -> ImageRecord:
        """The record that is about to be written. Raises NotFound, NotOwner."""
        image_id = storable(image_id)
        self._note([image_id])
        record = read_records(connection, [image_id]).get(image_id)
        if record is None:
            raise NotFound(f"There is no image {plain(image_id)}: it may have been deleted.")
        if record.user_id != user_id:
            raise NotOwner(
                f"“{plain(record.filename)}” belongs to {plain(record.user_id)}: only its owner can {verb} it."
            )
        return record

    def refresh_external(self) -> bool:
        if not self._database.changed_elsewhere():
            return False
        with self._database.writing() as connection:  # our own writers wait: the log is as new as the file
            version = version_of(connection)
            foreign = version != self._log.last
            if foreign:
                self._log.restart(version)
        self._announce(foreign)
        return foreign

    def _write(self, connection: sqlite3.Connection, wanted: Wanted) -> Applied:
        present = {record.image_id: (record, row_id) for record, row_id in read_rows(connection, list(wanted))}
        changes = [
            (*present.get(image_id, _NOTHING), form)
            for image_id, form in wanted.items()
            if present.get(image_id, _NOTHING)[0] != (form and form.record)
        ]
        if not changes:
            return Applied()
        gone = [(before.image_id,) for before, _, after in changes if before is not None and after is None]
        connection.executemany("DELETE FROM images WHERE image_id = ?", gone)
        connection.executemany(UPSERT, (form.row for *_, form in changes if form is not None))
        connection.execute("UPDATE change_counter SET version = version + 1")
        version = version_of(connection)
        self._log.append(version, [_logged(version, *change) for change in changes])
        added = sum(before is None for before, *_ in changes)
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


def _wanted(change: LibraryChange) -> Wanted:
    wanted: Wanted = {}
    for record in (*change.added, *change.updated):
        kept = stored_form(record)
        wanted[kept.record.image_id] = kept
    wanted.update((storable(image_id), None) for image_id in change.removed)
    return wanted


def _logged(version: int, before: ImageRecord | None, row_before: int | None, form: StoredForm | None) -> LoggedChange:
    return LoggedChange(version, before, None if form is None else form.record, row_before)
