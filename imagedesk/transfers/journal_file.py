"""The SQLite file behind the journal: opened for one process alone, set aside when it is damaged.

Two windows on one library must not run the same uploads. The file stays locked while it is open ("PRAGMA locking_mode",
sqlite.org); a second process takes the next numbered file. The lock ends with its process, however that ends.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from imagedesk.catalogue.faults import DAMAGED, database_faults, primary_code
from imagedesk.core.errors import CannotWrite, StoreUnavailable
from imagedesk.core.plain_text import plain

log = logging.getLogger(__name__)

_APPLICATION_ID = 0x494D4754  # "IMGT"
_VERSION = 3
_MOST_FILES = 50
_COMPANIONS = ("", "-wal", "-shm", "-journal")
_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_SCHEMA = """
CREATE TABLE uploads (
    transfer_id INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL,
    image_id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    source BLOB NOT NULL,
    size INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    spooled INTEGER NOT NULL,
    metadata TEXT,
    anyway INTEGER NOT NULL DEFAULT 0,
    camera_data TEXT NOT NULL DEFAULT 'keep'
) STRICT
"""
# Uploads that were given up, whose parts the store may still hold.
_GIVEN_UP = "CREATE TABLE given_up (image_id TEXT PRIMARY KEY, user_id TEXT NOT NULL) STRICT, WITHOUT ROWID"


def open_first_free(path: Path) -> tuple[Path, sqlite3.Connection]:
    """Open ``path`` or, where another process holds it, ``name-2.sqlite`` and so on. Raises an EnvironmentFault."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(f"The folder {plain(str(path.parent))} cannot be made: {error.strerror}.") from error
    for number in range(1, _MOST_FILES):
        candidate = path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
        if (connection := _open_alone(candidate)) is not None:
            return candidate, connection
    raise StoreUnavailable("Too many windows of ImageDesk are open on this library: close some and try again.")


def open_left_behind(path: Path, own: Path) -> Iterator[tuple[Path, sqlite3.Connection]]:
    """Files of windows that ended without finishing. The caller takes the rows and closes each connection."""
    for other in sorted(path.parent.glob(f"{path.stem}*{path.suffix}")):
        if other != own and (connection := _open_alone(other)) is not None:
            yield other, connection


def _open_alone(path: Path) -> sqlite3.Connection | None:
    """None where another process has it."""
    with database_faults(path):
        try:
            return _open(path)
        except sqlite3.DatabaseError as error:
            if primary_code(error) in _LOCKED:
                return None
            if primary_code(error) not in DAMAGED:
                raise
        _set_aside(path)
        return _open(path)


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")  # takes the lock, and makes a damaged file say so
        _prepare(connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > _VERSION:
        raise StoreUnavailable("The unfinished transfers were left by a newer ImageDesk: update this one.")
    if version == 0:
        connection.execute(_SCHEMA)
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    if version == 1:
        connection.execute("ALTER TABLE uploads ADD COLUMN anyway INTEGER NOT NULL DEFAULT 0")
    if version < 2:
        connection.execute(_GIVEN_UP)
    if version in {1, 2}:
        connection.execute("ALTER TABLE uploads ADD COLUMN camera_data TEXT NOT NULL DEFAULT 'keep'")
    if version < _VERSION:
        connection.execute(f"PRAGMA user_version = {_VERSION}")
    connection.execute("SELECT count(*) FROM uploads").fetchone()


def _set_aside(path: Path) -> None:
    """The window must open all the same: the pictures themselves are where they were, and can be dropped again."""
    stamp = f".damaged-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
    log.warning("the transfer journal %s is damaged; it is kept with the ending %s", path, stamp)
    for suffix in _COMPANIONS:
        source = Path(f"{path}{suffix}")
        if source.exists():
            try:
                source.replace(Path(f"{path}{stamp}{suffix}"))
            except OSError as error:
                raise CannotWrite(f"{plain(str(source))} cannot be moved away: {error.strerror}.") from error
