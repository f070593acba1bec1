"""The catalogue file itself: damaged, foreign, newer, busy, read-only, and used from many threads."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.catalogue.database import Database
from imagedesk.catalogue.faults import database_faults
from imagedesk.core.changes import LibraryChange
from imagedesk.core.errors import CannotWrite, DiskFull, EnvironmentFault, StoreUnavailable
from imagedesk.core.query import LibraryQuery
from tests.fakes.sample_records import sample_record

EVERYTHING = LibraryQuery()


def write_nonsense(path: Path) -> None:
    path.write_bytes(b"This is no database. " * 500)


def write_foreign_database(path: Path) -> None:
    with_connection(path, "CREATE TABLE bookmarks (url TEXT)")


def write_newer_catalogue(path: Path) -> None:
    Catalogue(path, durable=False).close()
    with_connection(path, "PRAGMA user_version = 99")


def with_connection(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


UNUSABLE = [write_nonsense, write_foreign_database, write_newer_catalogue]


@pytest.mark.parametrize("spoil", UNUSABLE)
def test_a_mirror_that_cannot_be_used_is_set_aside_and_begun_anew(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    path = tmp_path / "mirror.sqlite"
    spoil(path)
    was = path.read_bytes()
    catalogue = Catalogue(path, durable=False)
    catalogue.apply(LibraryChange(added=(sample_record(1),)))
    assert catalogue.totals(EVERYTHING).images == 1
    catalogue.close()
    assert [kept.read_bytes() for kept in tmp_path.glob("mirror.sqlite.damaged-*")] == [was]


@pytest.mark.parametrize("spoil", UNUSABLE)
def test_a_truth_that_cannot_be_used_is_refused_and_left_alone(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    path = tmp_path / "library.sqlite"
    spoil(path)
    was = path.read_bytes()
    with pytest.raises(StoreUnavailable) as caught:
        Catalogue(path, durable=True)
    assert str(path) in caught.value.message
    assert path.read_bytes() == was
    assert not list(tmp_path.glob("*.damaged-*"))


def damage_the_middle(path: Path, *, durable: bool) -> None:
    catalogue = Catalogue(path, durable=durable)
    catalogue.apply(LibraryChange(added=tuple(map(sample_record, range(2000)))))
    catalogue.close()
    data = bytearray(path.read_bytes())
    data[len(data) // 4 :] = b"\xa5" * (len(data) - len(data) // 4)
    path.write_bytes(data)


def test_a_truth_damaged_in_the_middle_is_an_environment_fault(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    damage_the_middle(path, durable=True)
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="backup"):
            read_everything(path, durable=True)


def test_a_mirror_damaged_in_the_middle_is_begun_anew_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "mirror.sqlite"
    damage_the_middle(path, durable=False)
    with pytest.raises(StoreUnavailable, match="start again"):
        read_everything(path, durable=False)
    assert read_everything(path, durable=False) == 0
    assert len(list(tmp_path.glob("*.damaged-*"))) == 1


def read_everything(path: Path, *, durable: bool) -> int:
    catalogue = Catalogue(path, durable=durable)
    try:
        catalogue.facets(LibraryQuery(text="img"))
        return len(catalogue.rows(EVERYTHING, 0, 5000))
    finally:
        catalogue.close()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CannotWrite):
        Catalogue(tmp_path / "file" / "library.sqlite", durable=True)
    (tmp_path / "library.sqlite").mkdir()
    with pytest.raises(CannotWrite):
        Catalogue(tmp_path / "library.sqlite", durable=True)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not bind this user")
def test_a_read_only_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    Catalogue(path, durable=True).close()
    path.chmod(0o444)
    with pytest.raises(CannotWrite):
        Catalogue(path, durable=True).apply(LibraryChange(added=(sample_record(1),)))


@pytest.mark.parametrize(
    ("statement", "expected"),
    [("PRAGMA query_only = 1", CannotWrite), ("PRAGMA max_page_count = 1", DiskFull)],
)
def test_a_write_that_fails_is_said_and_leaves_nothing(
    catalogue: Catalogue, statement: str, expected: type[EnvironmentFault]
) -> None:
    catalogue.apply(LibraryChange(added=(sample_record(1),)))
    restore = "PRAGMA query_only = 0" if "query_only" in statement else "PRAGMA max_page_count = 4294967294"
    catalogue._database._writer.execute(statement)
    with pytest.raises(expected):
        catalogue.apply(LibraryChange(added=tuple(map(sample_record, range(2, 400)))))
    catalogue._database._writer.execute(restore)
    assert catalogue.totals(EVERYTHING).images == 1
    catalogue.apply(LibraryChange(added=(sample_record(2),)))
    assert catalogue.row_changes(EVERYTHING, 1).inserted == (0,)


def test_a_busy_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    catalogue = Catalogue(path, durable=True)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    catalogue._database._writer.execute("PRAGMA busy_timeout = 1")
    try:
        with pytest.raises(StoreUnavailable, match="busy"):
            catalogue.apply(LibraryChange(added=(sample_record(1),)))
    finally:
        other.close()
        catalogue.close()


def test_a_bug_is_not_dressed_up_as_a_fault(tmp_path: Path) -> None:
    connection = sqlite3.connect(":memory:")
    try:
        with pytest.raises(sqlite3.OperationalError), database_faults(tmp_path):
            connection.execute("SELECT nonsense FROM nowhere")
    finally:
        connection.close()


def test_threads_share_one_catalogue(catalogue: Catalogue) -> None:
    barrier = threading.Barrier(6)
    failures: list[str] = []

    def write(start: int) -> None:
        barrier.wait()
        for number in range(start, start + 40):
            catalogue.apply(LibraryChange(added=(sample_record(number),)))

    def read() -> None:
        barrier.wait()
        for _ in range(60):
            begin = catalogue.row_changes(EVERYTHING, -1)
            later = catalogue.row_changes(EVERYTHING, begin.version)
            if later.total != begin.total - len(later.removed) + len(later.inserted) or later.reset:
                failures.append(f"{begin} {later}")

    threads = [threading.Thread(target=write, args=(n * 1000,)) for n in range(3)]
    threads += [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert catalogue.totals(EVERYTHING).images == 120
    assert catalogue.version == 120


def test_connections_in_use_are_closed_when_they_come_back(tmp_path: Path) -> None:
    database = Database(tmp_path / "library.sqlite", durable=False)
    with database.reading() as connection:
        database.close()
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(sqlite3.ProgrammingError):
        connection.execute("SELECT 1")


def test_two_processes_may_open_a_new_library_at_the_same_moment(tmp_path: Path) -> None:
    barrier = threading.Barrier(4)
    opened: list[Catalogue] = []

    def open_it() -> None:
        barrier.wait()
        opened.append(Catalogue(tmp_path / "library.sqlite", durable=True))

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for catalogue in opened:
        catalogue.close()
    assert len(opened) == 4


def test_a_file_of_the_first_version_is_brought_to_this_one(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    record = sample_record(1)
    with contextlib.closing(Catalogue(path, durable=True)) as catalogue:
        catalogue.apply(LibraryChange(added=(record,)))
    newer = [f"ALTER TABLE images DROP COLUMN {name}" for name in ("placeholder", "removed", "source_sha256")]
    with_connection(path, "DROP INDEX images_by_source", *newer, "PRAGMA user_version = 1")
    with contextlib.closing(Catalogue(path, durable=True)) as catalogue:
        assert catalogue.get(record.image_id) == replace(record, placeholder=None, removed=(), source_sha256=None)
        catalogue.apply(LibraryChange(updated=(record,)))
        assert catalogue.get(record.image_id) == record
