"""What table and bucket hold, side by side in a temporary SQLite file, so that a library of any size can be compared.

Filled from the two listings; read as anti-joins in batches by key, between which rows may be added and removed.
"""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from imagedesk.catalogue.rows import storable
from imagedesk.core.errors import StoreUnavailable
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.ports import StoredObject
from imagedesk.core.stored_item import StoredItem

BATCH = 500
_SCHEMA = """
CREATE TABLE objects (key TEXT PRIMARY KEY, size INTEGER, modified REAL) WITHOUT ROWID;
CREATE TABLE named (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE items (image_id TEXT PRIMARY KEY, user_id TEXT, key TEXT, thumbnail_key TEXT, sha256 TEXT) WITHOUT ROWID;
CREATE INDEX items_by_content ON items (user_id, sha256);
"""
_ORPHANS = """
SELECT key, size, modified FROM objects
WHERE key > ? AND NOT EXISTS (SELECT 1 FROM named WHERE named.key = objects.key) ORDER BY key LIMIT ?
"""
_NO_ORIGINAL = """
SELECT image_id FROM items
WHERE image_id > ? AND NOT EXISTS (SELECT 1 FROM objects WHERE objects.key = items.key) ORDER BY image_id LIMIT ?
"""
_NO_THUMBNAIL = """
SELECT image_id FROM items
WHERE image_id > ? AND EXISTS (SELECT 1 FROM objects WHERE objects.key = items.key)
AND NOT EXISTS (SELECT 1 FROM objects WHERE objects.key = items.thumbnail_key) ORDER BY image_id LIMIT ?
"""


class Inventory:
    """One thread's own. Raises StoreUnavailable when the disk has no room for it."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        # It is thrown away at the end: nothing of it need survive anything.
        self._connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)

    def close(self) -> None:
        self._connection.close()

    def add_objects(self, objects: Iterable[StoredObject]) -> None:
        with self._filling():
            self._connection.executemany(
                "INSERT OR REPLACE INTO objects VALUES (?, ?, ?)",
                ((storable(found.key), found.size, found.modified.timestamp()) for found in objects),
            )

    def add_items(self, items: Iterable[StoredItem]) -> None:
        with self._filling():
            for item in items:
                self.name(*item.keys)
                if item.record is not None and not item.forgery:
                    self._add_record(item.record)

    def name(self, *keys: str) -> None:
        """These keys belong to something: they are no orphans, or no longer."""
        named = [(storable(key),) for key in keys]
        self._connection.executemany("INSERT OR IGNORE INTO named VALUES (?)", named)

    def is_named(self, key: str) -> bool:
        return self._connection.execute("SELECT 1 FROM named WHERE key = ?", (storable(key),)).fetchone() is not None

    def add_finished(self, record: ImageRecord) -> None:
        """An orphan that has become an image, with its thumbnail."""
        keys = [key for key in (record.key, record.thumbnail_key) if key]
        self.name(*keys)
        self._connection.executemany("INSERT OR IGNORE INTO objects VALUES (?, 0, 0)", [(key,) for key in keys])
        self._add_record(record)

    def orphans(self) -> Iterator[list[StoredObject]]:
        """Objects that no item names, ascending by key, in batches."""
        for rows in self._batches(_ORPHANS):
            yield [StoredObject(key, size, datetime.fromtimestamp(at, UTC)) for key, size, at in rows]

    def without_original(self) -> Iterator[list[str]]:
        """Ids, in batches."""
        for rows in self._batches(_NO_ORIGINAL):
            yield [row[0] for row in rows]

    def without_thumbnail(self) -> Iterator[list[str]]:
        """Ids of images whose original is there, in batches."""
        for rows in self._batches(_NO_THUMBNAIL):
            yield [row[0] for row in rows]

    def twin_of(self, user_id: str, sha256: str) -> str | None:
        """The id of an image of this person with these bytes."""
        row = self._connection.execute(
            "SELECT image_id FROM items WHERE user_id = ? AND sha256 = ? LIMIT 1", (user_id, sha256)
        ).fetchone()
        return str(row[0]) if row else None

    def _add_record(self, record: ImageRecord) -> None:
        texts = (record.image_id, record.user_id, record.key, record.thumbnail_key, record.sha256)
        row = [storable(text) if text is not None else None for text in texts]
        self._connection.execute("INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?, ?)", row)

    def _batches(self, query: str) -> Iterator[list[tuple[Any, ...]]]:
        after = ""
        while rows := self._connection.execute(query, (after, BATCH)).fetchall():
            yield rows
            after = rows[-1][0]

    @contextlib.contextmanager
    def _filling(self) -> Iterator[None]:
        self._connection.execute("BEGIN")
        try:
            yield
        except sqlite3.OperationalError as error:
            raise StoreUnavailable("There is no room for the library check's temporary file: free some space.") from (
                error
            )
        finally:
            if self._connection.in_transaction:
                self._connection.execute("COMMIT")


@contextlib.contextmanager
def temporary_inventory(folder: Path | None) -> Iterator[Inventory]:
    """``folder`` is where it may lie; the system's own place for temporary files when None."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="check-") as place:
        inventory = Inventory(Path(place) / "inventory.sqlite")
        try:
            yield inventory
        finally:
            inventory.close()
