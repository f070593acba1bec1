"""The tables of a catalogue file and their versions.

``images`` holds the records. Triggers keep two things true beside it: ``facet_counts``, how many images and bytes each
person has of each type, and ``images_text``, the words for search. ``change_counter`` grows with every transaction that
changed an image, in whichever process, so that a reader knows which state its snapshot shows. ``sync_marks`` and
``load_segments`` are those of ``load_progress``.
"""

from __future__ import annotations

import sqlite3

APPLICATION_ID = 0x494D4744  # "IMGD": tells our file from a foreign one ("PRAGMA application_id", sqlite.org)

# No object of S3 is larger. Sizes are other people's claims: a few absurd ones must not overflow a sum of 64 bits.
_COUNTED_LIMIT = 2**43
COUNTED_SIZE = f"min(size, {_COUNTED_LIMIT})"

# The order indexes carry both facets, so that a filtered walk reads the index alone.
_FIRST = f"""
CREATE TABLE images (
    row_id INTEGER PRIMARY KEY,
    image_id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL,
    filename TEXT NOT NULL,
    name_key TEXT NOT NULL,
    name_parts TEXT NOT NULL,
    s3_key TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    metadata TEXT,
    sha256 TEXT,
    width INTEGER,
    height INTEGER,
    updated_at TEXT,
    thumbnail_key TEXT
) STRICT;
CREATE INDEX images_by_time ON images (created_at, image_id, user_id, content_type);
CREATE INDEX images_by_name ON images (name_key, image_id, user_id, content_type);
CREATE INDEX images_by_size ON images (size, image_id, user_id, content_type);
CREATE INDEX images_by_user ON images (user_id, created_at, image_id, content_type);
CREATE INDEX images_by_type ON images (content_type, created_at, image_id);

CREATE TABLE change_counter (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL) STRICT;
INSERT INTO change_counter VALUES (1, 0);

CREATE TABLE facet_counts (
    user_id TEXT NOT NULL,
    content_type TEXT NOT NULL,
    images INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (user_id, content_type)
) WITHOUT ROWID;

CREATE VIRTUAL TABLE images_text USING fts5(
    filename, name_parts, user_id, metadata,
    content='images', content_rowid='row_id', tokenize='unicode61 remove_diacritics 2', prefix='1 2'
);

CREATE TRIGGER images_inserted AFTER INSERT ON images BEGIN
    INSERT INTO facet_counts VALUES (new.user_id, new.content_type, 1, min(new.size, {_COUNTED_LIMIT}))
        ON CONFLICT DO UPDATE SET images = images + 1, bytes = bytes + excluded.bytes;
    INSERT INTO images_text (rowid, filename, name_parts, user_id, metadata)
        VALUES (new.row_id, new.filename, new.name_parts, new.user_id, new.metadata);
END;
CREATE TRIGGER images_deleted AFTER DELETE ON images BEGIN
    UPDATE facet_counts SET images = images - 1, bytes = bytes - min(old.size, {_COUNTED_LIMIT})
        WHERE user_id = old.user_id AND content_type = old.content_type;
    DELETE FROM facet_counts WHERE user_id = old.user_id AND content_type = old.content_type AND images <= 0;
    INSERT INTO images_text (images_text, rowid, filename, name_parts, user_id, metadata)
        VALUES ('delete', old.row_id, old.filename, old.name_parts, old.user_id, old.metadata);
END;
CREATE TRIGGER images_recounted AFTER UPDATE OF user_id, content_type, size ON images BEGIN
    UPDATE facet_counts SET images = images - 1, bytes = bytes - min(old.size, {_COUNTED_LIMIT})
        WHERE user_id = old.user_id AND content_type = old.content_type;
    INSERT INTO facet_counts VALUES (new.user_id, new.content_type, 1, min(new.size, {_COUNTED_LIMIT}))
        ON CONFLICT DO UPDATE SET images = images + 1, bytes = bytes + excluded.bytes;
    DELETE FROM facet_counts WHERE user_id = old.user_id AND content_type = old.content_type AND images <= 0;
END;
CREATE TRIGGER images_reworded AFTER UPDATE OF filename, name_parts, user_id, metadata ON images
WHEN old.filename IS NOT new.filename OR old.user_id IS NOT new.user_id OR old.metadata IS NOT new.metadata BEGIN
    INSERT INTO images_text (images_text, rowid, filename, name_parts, user_id, metadata)
        VALUES ('delete', old.row_id, old.filename, old.name_parts, old.user_id, old.metadata);
    INSERT INTO images_text (rowid, filename, name_parts, user_id, metadata)
        VALUES (new.row_id, new.filename, new.name_parts, new.user_id, new.metadata);
END;
"""

_BY_SHA256 = "CREATE INDEX IF NOT EXISTS images_by_sha256 ON images (sha256) WHERE sha256 IS NOT NULL;"
_PLACEHOLDERS = "ALTER TABLE images ADD COLUMN placeholder TEXT;\n"
_SYNC_MARKS = """
CREATE TABLE sync_marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE load_segments (
    segment INTEGER PRIMARY KEY,
    cursor TEXT,
    seen INTEGER NOT NULL,
    skipped INTEGER NOT NULL,
    is_done INTEGER NOT NULL
) STRICT;
"""
_CAMERA_DATA = """
ALTER TABLE images ADD COLUMN removed TEXT;
ALTER TABLE images ADD COLUMN source_sha256 TEXT;
CREATE INDEX images_by_source ON images (source_sha256) WHERE source_sha256 IS NOT NULL;
"""

# Number n brings a file from version n to n + 1. A published one is never changed: append the next.
_MIGRATIONS = (_FIRST, _BY_SHA256, _PLACEHOLDERS, _SYNC_MARKS, _CAMERA_DATA)
VERSION = len(_MIGRATIONS)


class ForeignFile(Exception):
    """The file is a database, but not one of ours."""


class NewerFile(Exception):
    """A later ImageDesk wrote the file."""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to this version in one transaction. Raises ForeignFile, NewerFile, sqlite3.Error."""
    if checked_version(connection) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for script in _MIGRATIONS[checked_version(connection) :]:  # another process may have been quicker
            for statement in _statements(script):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def version_of(connection: sqlite3.Connection) -> int:
    """Which state of the images the snapshot shows."""
    return int(connection.execute("SELECT version FROM change_counter").fetchone()[0])


def checked_version(connection: sqlite3.Connection) -> int:
    """The file's version, 0 for an empty one. Raises ForeignFile, NewerFile, sqlite3.Error."""
    application_id, version, tables = _marks(connection)
    if (application_id, int(version), tables) != (0, 0, 0) and application_id != APPLICATION_ID:
        raise ForeignFile
    if version > VERSION:
        raise NewerFile
    return version


def _marks(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """Application id, version and number of tables, of one moment: another process may be making the file now."""
    begins = not connection.in_transaction
    if begins:
        connection.execute("BEGIN")
    try:
        (application_id,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    finally:
        if begins:
            connection.execute("ROLLBACK")
    return int(application_id), int(version), int(tables)


def _statements(script: str) -> list[str]:
    """The single statements: ``executescript`` would commit the transaction that is open."""
    found, text = [], ""
    for line in script.splitlines(keepends=True):
        text += line
        if sqlite3.complete_statement(text):
            found.append(text)
            text = ""
    return found
