"""The connections to one catalogue file: a pool for readers, one for the writer, one that watches other processes.

A reader gets a snapshot (one deferred transaction in WAL mode), so that several statements see one state. Connections
are pooled rather than kept per thread: threads come and go, and ``close`` must find every connection.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from imagedesk.catalogue.faults import DAMAGED, database_faults, primary_code
from imagedesk.catalogue.schema import ForeignFile, NewerFile, checked_version, migrate
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import Cancelled, CannotWrite, StoreUnavailable
from imagedesk.core.plain_text import plain

_BUSY_SECONDS = 10.0
_STEPS = 20_000  # of SQLite's virtual machine between two looks whether a reading is still wanted: about a millisecond
_COMPANIONS = ("", "-wal", "-shm", "-journal")


class Database:
    """Opens, migrates and, where ``durable`` is false, replaces the file. Raises only errors of ``core.errors``."""

    def __init__(self, path: Path, *, durable: bool) -> None:
        self.path = path
        self._durable = durable
        self._cancel = threading.local()
        self._damage_note = Path(f"{path}.rebuild")  # left when a mirror turns out damaged while it is in use
        self._lock = threading.Lock()
        self._write_lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._held = threading.local()
        self._closed = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CannotWrite(f"The folder {plain(str(path.parent))} cannot be made: {error.strerror}.") from error
        self._writer = self._open_or_rebuild()
        try:
            with self._faults():
                self._watcher = self._connect()
        except BaseException:
            self._writer.close()
            raise
        self._seen = self._data_version()

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """Every ``reading`` of this thread in this block is of one snapshot."""
        with self.reading() as connection:
            connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()  # it begins with the first reading
            outer, self._held.connection = self._held_connection(), connection
            try:
                yield
            finally:
                self._held.connection = outer

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A snapshot for this block, from any thread."""
        if (held := self._held_connection()) is not None:
            yield held
            return
        with self._faults():
            connection = self._borrow()
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                self._give_back(connection)

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The one write transaction: committed at the end of the block, rolled back when it raises."""
        with self._write_lock, self._faults():
            self._raise_if_closed()
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:  # a full disk may have rolled it back already
                    self._writer.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def abandoned_by(self, cancel: CancelToken) -> Iterator[None]:
        """In this block, what this thread reads stops soon after ``cancel`` is set: then Cancelled is raised."""
        self._cancel.token = cancel
        try:
            yield
        except StoreUnavailable as fault:
            cause = fault.__cause__
            if isinstance(cause, sqlite3.Error) and primary_code(cause) == sqlite3.SQLITE_INTERRUPT:
                raise Cancelled from fault
            raise
        finally:
            self._cancel.token = None

    def changed_elsewhere(self) -> bool:
        """Whether anybody, this process included, has committed since the last call ("PRAGMA data_version")."""
        with self._faults(), self._lock:
            self._raise_if_closed()
            before, self._seen = self._seen, self._data_version()
            return self._seen != before

    def close(self) -> None:
        """Close every connection; those in use are closed as they come back."""
        with self._write_lock, self._lock:
            if self._closed:
                return
            self._closed = True
            for connection in (*self._idle, self._watcher, self._writer):
                connection.close()
            self._idle.clear()

    @contextlib.contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            with database_faults(self.path, durable=self._durable):
                yield
        except StoreUnavailable as fault:
            cause = fault.__cause__
            if not self._durable and isinstance(cause, sqlite3.Error) and primary_code(cause) in DAMAGED:
                with contextlib.suppress(OSError):
                    self._damage_note.touch()
            raise

    def _held_connection(self) -> sqlite3.Connection | None:
        return getattr(self._held, "connection", None)

    def _borrow(self) -> sqlite3.Connection:
        with self._lock:
            self._raise_if_closed()
            connection = self._idle.pop() if self._idle else None
        connection = connection or self._connect()
        cancel: CancelToken | None = getattr(self._cancel, "token", None)
        if cancel is not None:
            connection.set_progress_handler(lambda: cancel.is_cancelled, _STEPS)
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        connection.set_progress_handler(None, _STEPS)
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        with self._lock:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()

    def _raise_if_closed(self) -> None:
        if self._closed:
            raise StoreUnavailable("The library was closed: open it again.")

    def _data_version(self) -> int:
        return int(self._watcher.execute("PRAGMA data_version").fetchone()[0])

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        try:
            connection.execute(f"PRAGMA synchronous = {'FULL' if self._durable else 'NORMAL'}")
            connection.execute("PRAGMA cache_size = -16000")  # KB
            connection.execute("PRAGMA wal_autocheckpoint = 4000")  # pages: a first load writes most of them often
        except BaseException:
            connection.close()
            raise
        return connection

    def _open(self) -> sqlite3.Connection:
        connection = self._connect()
        try:
            checked_version(connection)  # before anything is written to a file that may be somebody else's
            _begin_wal(connection)
            migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _open_or_rebuild(self) -> sqlite3.Connection:
        shown = plain(str(self.path))
        with self._faults():
            try:
                if self._durable or not self._damage_note.exists():
                    return self._open()
            except ForeignFile as error:
                if self._durable:
                    raise StoreUnavailable(
                        f"{shown} is no ImageDesk library: choose another folder, or move that file away."
                    ) from error
            except NewerFile as error:
                if self._durable:
                    raise StoreUnavailable(f"{shown} was made by a newer ImageDesk: update this one.") from error
            except sqlite3.DatabaseError as error:
                if self._durable or primary_code(error) not in DAMAGED:
                    raise
            self._set_aside()
            self._damage_note.unlink(missing_ok=True)
            return self._open()

    def _set_aside(self) -> None:
        """Keep the file of a mirror that cannot be used, under a name that says so: it may tell what happened."""
        stamp = f".damaged-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
        for suffix in _COMPANIONS:
            source = Path(f"{self.path}{suffix}")
            if source.exists():
                try:
                    source.replace(Path(f"{self.path}{stamp}{suffix}"))
                except OSError as error:
                    raise CannotWrite(f"{plain(str(source))} cannot be moved away: {error.strerror}.") from error


def _begin_wal(connection: sqlite3.Connection) -> None:
    """SQLite does not wait for the lock that this needs, not even as long as for others ("PRAGMA journal_mode")."""
    end = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.01)
