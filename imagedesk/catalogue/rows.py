"""Records as rows of the ``images`` table and back."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from imagedesk.core.camera_data import dump_removed, read_removed
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.metadata import dump_metadata, read_metadata

Row: TypeAlias = Sequence[Any]

COLUMNS = (
    "image_id, user_id, filename, s3_key, content_type, size, created_at, metadata, sha256, width, height, updated_at,"
    " thumbnail_key, placeholder, removed, source_sha256"
)
_UPDATED = [name.strip() for name in COLUMNS.split(",")[1:]] + ["name_key", "name_parts"]
UPSERT = (
    f"INSERT INTO images ({COLUMNS}, name_key, name_parts) VALUES ({', '.join('?' * 18)})"
    f" ON CONFLICT (image_id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _UPDATED)}"
)
_CHUNK = 500  # parameters of one statement: an old SQLite ends at 999
_SURROGATE = re.compile("[\ud800-\udfff]")
_LETTER_BESIDE_DIGIT = re.compile(r"[^\W\d_]\d|\d[^\W\d_]")
_LETTERS_OR_DIGITS = re.compile(r"\d+|[^\W\d_]+")


def storable(text: str) -> str:
    """``text`` without lone surrogates, which no UTF-8 can hold: each becomes U+FFFD."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def record_of(row: Row) -> ImageRecord:
    """The record of a row of ``COLUMNS``."""
    image_id, user_id, filename, key, content_type, size, created_at, metadata, *extras = row[:14]
    removed, source_sha256 = row[14:16]
    record = ImageRecord(
        image_id, user_id, filename, key, content_type, size, created_at, read_metadata(metadata), *extras
    )
    if removed is None and source_sha256 is None:  # nearly all: a million rows are read one after the other
        return record
    return replace(record, removed=read_removed(removed), source_sha256=source_sha256)


@dataclass(frozen=True, slots=True)
class StoredForm:
    """A record as it will be read back, and the values for ``UPSERT`` that make it so."""

    record: ImageRecord
    row: Row


def stored_form(record: ImageRecord) -> StoredForm:
    row = row_of(record)
    return StoredForm(record_of(row), row)


def row_of(record: ImageRecord) -> tuple[str | int | None, ...]:
    """The values for ``UPSERT``."""
    filename = storable(record.filename)
    metadata = None if record.metadata is None else storable(dump_metadata(record.metadata))
    return (
        storable(record.image_id), storable(record.user_id), filename, storable(record.key),
        storable(record.content_type), record.size, storable(record.created_at), metadata, _optional(record.sha256),
        record.width, record.height, _optional(record.updated_at), _optional(record.thumbnail_key),
        _optional(record.placeholder), dump_removed(record.removed), _optional(record.source_sha256),
        name_key(filename), _name_parts(filename),
    )  # fmt: skip


def read_rows(connection: sqlite3.Connection, image_ids: Sequence[str]) -> Iterator[tuple[ImageRecord, int]]:
    """The records that are there, each with its row's number in the table; for any number of ids."""
    for start in range(0, len(image_ids), _CHUNK):
        chunk = [storable(image_id) for image_id in image_ids[start : start + _CHUNK]]
        rows = connection.execute(
            f"SELECT {COLUMNS}, row_id FROM images WHERE image_id IN ({', '.join('?' * len(chunk))})", chunk
        )
        yield from ((record_of(row), row[-1]) for row in rows.fetchall())


def read_records(connection: sqlite3.Connection, image_ids: Sequence[str]) -> dict[str, ImageRecord]:
    """The records that are there, by id; for any number of ids."""
    return {record.image_id: record for record, _ in read_rows(connection, image_ids)}


def name_key(filename: str) -> str:
    """What names are ordered by: the same for capitals and small letters."""
    return filename.casefold()


def _name_parts(filename: str) -> str:
    """Letters and digits apart, so that "DSC02041.jpg" is found by its number too; empty where search needs no help."""
    return " ".join(_LETTERS_OR_DIGITS.findall(filename)) if _LETTER_BESIDE_DIGIT.search(filename) else ""


def _optional(text: str | None) -> str | None:
    return None if text is None else storable(text)
