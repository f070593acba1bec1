"""The journal: one row for every upload that is not finished, so that closing, a crash or a reboot loses none.

A row is written, with its image id, before the upload may begin, and goes when the upload is done or given up. Whatever
is found at the start is uploaded again under the same id: the service takes what is already there for its own. Of one
that is given up a note stays until the store holds nothing of it any more.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from imagedesk.catalogue.faults import database_faults
from imagedesk.core.camera_data import CameraData
from imagedesk.core.errors import StoreUnavailable
from imagedesk.core.metadata import read_metadata
from imagedesk.transfers.journal_file import open_first_free, open_left_behind
from imagedesk.transfers.transfer import Transfer, TransferKind

_COLUMNS = (
    "transfer_id, batch, image_id, user_id, name, source, size, modified_ns, spooled, metadata, anyway, camera_data"
)
_INSERT = f"INSERT OR REPLACE INTO uploads ({_COLUMNS}) VALUES ({', '.join('?' * 12)})"
_GIVE_UP = "INSERT OR REPLACE INTO given_up VALUES (?, ?)"
_TAKE_BACK = "DELETE FROM given_up WHERE image_id = ?"
_NOTHING: Mapping[str, str] = MappingProxyType({})
_SELECT = f"SELECT {_COLUMNS} FROM uploads ORDER BY transfer_id"


class TransferJournal:
    """Thread-safe; calls block on the disk. Raises only EnvironmentFaults."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self.path, self._connection = open_first_free(path)
        self._closed = False
        self.scratch = _scratch_of(self.path)
        """Where large uploads keep copies without camera data: this process's alone, as the journal is."""
        try:
            _clear_scratch(self.path)
            self._adopt_left_behind(path)
            with self._database() as connection:
                self._unfinished = [_transfer_of(row) for row in connection.execute(_SELECT)]
                self._given_up = dict(connection.execute("SELECT image_id, user_id FROM given_up"))
        except BaseException:
            self._connection.close()
            raise

    def unfinished(self) -> list[Transfer]:
        """What was left at the start, WAITING, by ascending id. Read when the journal was opened; does not block."""
        return list(self._unfinished)

    def given_up(self) -> dict[str, str]:
        """Image id and user of what was left at the start of uploads that were given up; does not block."""
        return dict(self._given_up)

    def add(self, transfers: Sequence[Transfer], given_up: Mapping[str, str] = _NOTHING) -> None:
        """Write uploads, in place of rows with the same transfer id; on disk when this returns. ``given_up`` are the
        image ids, with their users, under which something may have been left."""
        with self._database() as connection, _transaction(connection):
            connection.executemany(_INSERT, [_row_of(transfer) for transfer in transfers])
            connection.executemany(_TAKE_BACK, [(transfer.image_id,) for transfer in transfers])
            connection.executemany(_GIVE_UP, given_up.items())

    def forget(self, transfer_ids: Collection[int], given_up: Mapping[str, str] = _NOTHING) -> None:
        """Remove rows; one that is not there is no error. In one step with it, note what is ``given_up``."""
        with self._database() as connection, _transaction(connection):
            connection.executemany("DELETE FROM uploads WHERE transfer_id = ?", [(key,) for key in transfer_ids])
            connection.executemany(_GIVE_UP, given_up.items())

    def discarded(self, image_id: str) -> None:
        """The store holds nothing more of an upload that was given up."""
        with self._database() as connection, _transaction(connection):
            connection.execute(_TAKE_BACK, (image_id,))

    def close(self) -> None:
        """Idempotent. Later calls raise StoreUnavailable."""
        with self._lock:
            self._closed = True
            self._connection.close()

    @contextlib.contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        with self._lock, database_faults(self.path):
            if self._closed:
                raise StoreUnavailable("The library was closed: open it again.")
            yield self._connection

    def _adopt_left_behind(self, path: Path) -> None:
        for other, connection in open_left_behind(path, self.path):
            with contextlib.closing(connection), database_faults(other):
                given_up = connection.execute("SELECT image_id, user_id FROM given_up").fetchall()
                self._append(connection.execute(_SELECT).fetchall(), given_up)
                _clear_scratch(other)
                connection.execute("DELETE FROM uploads")
                connection.execute("DELETE FROM given_up")

    def _append(self, rows: list[tuple[object, ...]], given_up: list[tuple[str, str]]) -> None:
        """Rows of another file get ids of this one; the image ids, which matter, stay."""
        with self._database() as connection, _transaction(connection):
            (last,) = connection.execute("SELECT coalesce(max(transfer_id), 0) FROM uploads").fetchone()
            connection.executemany(_INSERT, [(last + number, *row[1:]) for number, row in enumerate(rows, 1)])
            connection.executemany(_GIVE_UP, given_up)


def _scratch_of(path: Path) -> Path:
    return path.with_name(f"{path.stem}-scratch")


def _clear_scratch(path: Path) -> None:
    """Remove the copies that a process left which was killed; whoever holds the journal at ``path`` may."""
    shutil.rmtree(_scratch_of(path), ignore_errors=True)


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _row_of(transfer: Transfer) -> tuple[object, ...]:
    assert transfer.source is not None
    return (
        transfer.transfer_id,
        transfer.batch,
        transfer.image_id,
        transfer.user_id,
        transfer.name,
        os.fsencode(transfer.source),  # a name that is no text must come back the same
        transfer.total,
        transfer.modified_ns,
        int(transfer.spooled),
        json.dumps(transfer.metadata) if transfer.metadata is not None else None,
        int(transfer.anyway),
        transfer.camera_data.value,
    )


def _transfer_of(row: tuple[int, int, str, str, str, bytes, int, int, int, str | None, int, str]) -> Transfer:
    return Transfer(
        transfer_id=row[0],
        kind=TransferKind.UPLOAD,
        name=row[4],
        total=row[6],
        image_id=row[2],
        user_id=row[3],
        batch=row[1],
        metadata=read_metadata(row[9]),
        source=Path(os.fsdecode(row[5])),
        modified_ns=row[7],
        spooled=bool(row[8]),
        anyway=bool(row[10]),
        camera_data=CameraData(row[11]),
    )
