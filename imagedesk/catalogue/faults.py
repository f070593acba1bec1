"""SQLite's errors in the words of :mod:`imagedesk.core.errors`, translated in this one place."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from imagedesk.core.errors import CannotWrite, DiskFull, EnvironmentFault, StoreUnavailable
from imagedesk.core.plain_text import plain

DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_UNWRITABLE = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH})
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})


def primary_code(error: sqlite3.Error) -> int:
    """The primary result code; 0 where the error did not come from SQLite itself."""
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


@contextlib.contextmanager
def database_faults(path: Path, *, durable: bool = True) -> Iterator[None]:
    """Raise DiskFull, CannotWrite or StoreUnavailable for what goes wrong with the database at ``path``."""
    try:
        yield
    except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
        if isinstance(error, sqlite3.ProgrammingError | sqlite3.IntegrityError | sqlite3.InterfaceError):
            raise  # our own bug
        fault = _fault(primary_code(error), path, error, durable)
        if fault is None:
            raise
        raise fault from error


def _fault(code: int, path: Path, error: sqlite3.Error, durable: bool) -> EnvironmentFault | None:
    shown = plain(str(path))
    if code == sqlite3.SQLITE_FULL:
        return DiskFull(f"There is no room left on the disk of {shown}: free some space and try again.")
    if code in _UNWRITABLE:
        return CannotWrite(f"{shown} cannot be opened for writing: check the permissions of the file and its folder.")
    if code in _BUSY:
        return StoreUnavailable(f"Another program keeps {shown} busy: close it or try again in a moment.")
    if code in DAMAGED:
        advice = "restore it from a backup, or move it away to begin anew" if durable else "start again to rebuild it"
        return StoreUnavailable(f"{shown} is damaged: {advice}.")
    if code == sqlite3.SQLITE_IOERR:
        return StoreUnavailable(f"{shown} cannot be read or written ({error}): check that its disk is connected.")
    if code == sqlite3.SQLITE_INTERRUPT:
        return StoreUnavailable(f"Reading {shown} was broken off.")
    return None
