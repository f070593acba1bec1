"""Which images of the library were made of given bytes, by anybody: asked before an upload."""

from __future__ import annotations

from imagedesk.catalogue.database import Database
from imagedesk.catalogue.rows import COLUMNS, record_of
from imagedesk.core.image_record import ImageRecord


def find_by_sha256(database: Database, sha256: str) -> ImageRecord | None:
    """The oldest image with this digest (hexadecimal): of its own bytes, or of the file before camera data went."""
    with database.reading() as connection:
        row = connection.execute(
            f"SELECT {COLUMNS} FROM images WHERE sha256 = ? OR source_sha256 = ? ORDER BY created_at, image_id LIMIT 1",
            (sha256, sha256),
        ).fetchone()
    return None if row is None else record_of(row)
