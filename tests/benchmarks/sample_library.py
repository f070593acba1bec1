"""Catalogues to measure on: any number of images of a few people and types over six years, the same in every run."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.catalogue.rows import UPSERT, row_of
from imagedesk.catalogue.schema import COUNTED_SIZE
from imagedesk.core.image_record import ImageRecord, timestamp

PEOPLE = ("alice", "bob", "carol", "dan", "eve", "frank", "grace", "heidi", "ivan", "judy", "ken", "lena")
ME = PEOPLE[0]
TYPES = ("image/jpeg", "image/png", "image/webp", "image/heic", "image/tiff")
_WORDS = ("harbour", "sunset", "team", "office", "garden", "mountain", "product", "street", "winter", "portrait")
_BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
_SPAN = timedelta(days=6 * 365)


def images(count: int) -> Iterator[ImageRecord]:
    """``count`` images in no order of time."""
    chance = random.Random(count)
    for number in range(count):
        yield image(number, _BEGIN + _SPAN * chance.random(), chance)


def image(number: int, moment: datetime, chance: random.Random) -> ImageRecord:
    user = chance.choices(PEOPLE, range(len(PEOPLE), 0, -1))[0]
    part = f"01J{number:023d}"
    return ImageRecord(
        image_id=f"{user}!{part}",
        user_id=user,
        filename=f"{chance.choice(_WORDS)}-{chance.choice(_WORDS)}_{number:07d}.jpg",
        key=f"images/{user}/{part}/picture.jpg",
        content_type=chance.choices(TYPES, (60, 20, 10, 6, 4))[0],
        size=chance.randrange(20_000, 12_000_000),
        created_at=timestamp(moment),
        sha256=f"{number:064x}",
        width=4000,
        height=3000,
        thumbnail_key=f"thumbnails/{user}/{part}.webp",
    )


def newest_image() -> ImageRecord:
    """An image of this moment, newer than all others."""
    return image(time.time_ns(), datetime.now(UTC), random.Random(1))


def make_library(folder: Path, count: int) -> Path:
    """The catalogue file of that size in ``folder``; one that an earlier run left whole is taken as it is."""
    path, done = folder / f"catalogue-{count}.sqlite", folder / f"catalogue-{count}.done"
    if not done.exists():
        for leftover in folder.glob(f"{path.name}*"):
            leftover.unlink()
        Catalogue(path, durable=False).close()
        _fill(path, images(count))
        done.touch()
    return path


def _fill(path: Path, records: Iterable[ImageRecord]) -> None:
    """Rows first, then indexes, words and counts in one go each: minutes less than a commit at a time."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for statement in ("PRAGMA synchronous = OFF", "PRAGMA cache_size = -400000", "BEGIN"):
            connection.execute(statement)
        kept = connection.execute(
            "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
        ).fetchall()
        for kind, name, _ in kept:
            connection.execute(f"DROP {kind} {name}")
        connection.executemany(UPSERT, map(row_of, records))
        for _, _, statement in kept:
            connection.execute(statement)
        connection.execute("INSERT INTO images_text (images_text) VALUES ('rebuild')")
        connection.execute(
            f"INSERT INTO facet_counts SELECT user_id, content_type, count(*), sum({COUNTED_SIZE}) FROM images"
            " GROUP BY 1, 2"
        )
        connection.execute("UPDATE change_counter SET version = 1")
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
