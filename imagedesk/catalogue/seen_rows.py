"""Which images of the catalogue a comparison has met: one bit each, where their ids would fill a hundred megabytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from imagedesk.catalogue.database import Database
from imagedesk.catalogue.rows import storable

_CHUNK = 500


class SeenRows:
    """Of the images that were there when it was made. Not thread-safe. An image that came since may take the row of one
    that went: it is then told as not seen, so what is not seen must be looked at before it goes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.reading() as connection:
            self._last = int(connection.execute("SELECT coalesce(max(row_id), 0) FROM images").fetchone()[0])
        self._bits = bytearray(self._last // 8 + 1)

    def note(self, image_ids: Iterable[str]) -> None:
        ids = [storable(image_id) for image_id in image_ids]
        with self._database.reading() as connection:
            for start in range(0, len(ids), _CHUNK):
                chunk = ids[start : start + _CHUNK]
                rows = connection.execute(
                    f"SELECT row_id FROM images WHERE image_id IN ({', '.join('?' * len(chunk))})", chunk
                )
                for (row_id,) in rows:
                    if row_id <= self._last:
                        self._bits[row_id >> 3] |= 1 << (row_id & 7)

    def unseen(self) -> Iterator[list[str]]:
        """The ids of those that are still here, in batches; no snapshot is held between them."""
        after = 0
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(
                    "SELECT row_id, image_id FROM images WHERE row_id > ? AND row_id <= ? ORDER BY row_id LIMIT ?",
                    (after, self._last, _CHUNK),
                ).fetchall()
            if not rows:
                return
            after = rows[-1][0]
            if missed := [image_id for row_id, image_id in rows if not self._bits[row_id >> 3] & 1 << (row_id & 7)]:
                yield missed
