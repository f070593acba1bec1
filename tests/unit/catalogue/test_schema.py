"""A file of an older version is brought to the present one with all that it holds, or left as it was."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from imagedesk.catalogue import schema
from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.catalogue.rows import COLUMNS, row_of
from imagedesk.core.changes import LibraryChange
from imagedesk.core.errors import StoreUnavailable
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.query import LibraryQuery
from tests.fakes.sample_records import sample_record

PUBLISHED = {1: "4396aa57e3299927", 2: "4dbb18149e845ea5", 3: "13d8b83fe7e09719"}
NEXT = """
ALTER TABLE images ADD COLUMN rating INTEGER;
UPDATE images SET rating = 3;
"""


@pytest.fixture
def older_file(tmp_path: Path) -> Path:
    path = tmp_path / "library.sqlite"
    catalogue = Catalogue(path, durable=True)
    catalogue.apply(LibraryChange(added=tuple(map(sample_record, range(20)))))
    catalogue.close()
    return path


def come_out(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A version of ImageDesk with one migration more."""
    monkeypatch.setattr(schema, "_MIGRATIONS", (*schema._MIGRATIONS, script))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)


def version_in(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()


def ratings(path: Path) -> list[tuple[int]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute("SELECT DISTINCT rating FROM images").fetchall()
    finally:
        connection.close()


def test_an_older_file_is_migrated_and_keeps_its_images(older_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = version_in(older_file)
    come_out(monkeypatch, NEXT)
    catalogue = Catalogue(older_file, durable=True)
    assert catalogue.rows(LibraryQuery(), 0, 100) == [sample_record(number) for number in reversed(range(20))]
    assert catalogue.totals(LibraryQuery(text="img")).images == 20
    catalogue.apply(LibraryChange(added=(sample_record(50),)))
    catalogue.close()
    assert version_in(older_file) == before + 1
    assert ratings(older_file) == [(3,), (None,)]


@pytest.mark.parametrize("version", range(1, schema.VERSION))
def test_a_file_of_each_version_that_was_is_brought_to_this_one(tmp_path: Path, version: int) -> None:
    path, record = (
        tmp_path / "library.sqlite",
        replace(sample_record(1), placeholder=None, removed=(), source_sha256=None),
    )
    write_file_of(version, path, record)
    catalogue = Catalogue(path, durable=True)
    assert catalogue.rows(LibraryQuery(text=record.filename), 0, 10) == [record]
    assert catalogue.totals(LibraryQuery()).images == 1
    assert (catalogue.last_read(), catalogue.unfinished_load()) == (None, None)
    coloured = replace(record, placeholder="#aabbcc")
    catalogue.apply(LibraryChange(updated=(coloured,)))
    assert catalogue.get(record.image_id) == coloured
    catalogue.close()
    assert version_in(path) == schema.VERSION


def write_file_of(version: int, path: Path, record: ImageRecord) -> None:
    """As that version of ImageDesk made it, with one image."""
    connection = sqlite3.connect(path)
    for script in schema._MIGRATIONS[:version]:
        connection.executescript(script)
    values = dict(zip([name.strip() for name in COLUMNS.split(",")], row_of(record), strict=False))
    values |= {"name_key": record.filename.casefold(), "name_parts": ""}
    present = {name for _, name, *_ in connection.execute("PRAGMA table_info(images)")}
    kept = {name: value for name, value in values.items() if name in present}
    connection.execute(
        f"INSERT INTO images ({', '.join(kept)}) VALUES ({', '.join('?' * len(kept))})", [*kept.values()]
    )
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.commit()
    connection.close()


def test_a_new_file_passes_through_every_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    come_out(monkeypatch, NEXT)
    Catalogue(tmp_path / "new.sqlite", durable=True).close()
    assert version_in(tmp_path / "new.sqlite") == schema.VERSION
    assert ratings(tmp_path / "new.sqlite") == []


@pytest.mark.parametrize("durable", [True, False])
def test_a_migration_that_fails_leaves_the_file_as_it_was(
    older_file: Path, monkeypatch: pytest.MonkeyPatch, durable: bool
) -> None:
    before = version_in(older_file)
    with monkeypatch.context() as patch:
        come_out(patch, NEXT + "UPDATE images SET size = 'no number';\n")
        with pytest.raises((StoreUnavailable, sqlite3.Error)):
            Catalogue(older_file, durable=durable)
    assert version_in(older_file) == before
    catalogue = Catalogue(older_file, durable=durable)
    assert catalogue.totals(LibraryQuery()).images == 20
    catalogue.close()


def test_two_that_open_at_once_migrate_once(older_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    come_out(monkeypatch, NEXT)
    barrier, opened = threading.Barrier(4), list[Catalogue]()

    def open_it() -> None:
        barrier.wait()
        opened.append(Catalogue(older_file, durable=True))

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [catalogue.totals(LibraryQuery()).images for catalogue in opened] == [20] * 4
    for catalogue in opened:
        catalogue.close()
    assert version_in(older_file) == schema.VERSION


def test_a_published_migration_is_never_changed() -> None:
    """Files out there were made by it. Append another, and add its digest here when it is published."""
    digests = {
        number: hashlib.sha256(script.encode()).hexdigest()[:16] for number, script in enumerate(schema._MIGRATIONS, 1)
    }
    assert {number: digests[number] for number in PUBLISHED} == PUBLISHED
