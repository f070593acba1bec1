"""The thumbnail cache on disk."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from imagedesk.catalogue.thumbnail_files import ThumbnailFiles

OVERHEAD = 16  # bytes of digest before the data


def stored_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "thumbnails"


def test_what_was_put_is_got_also_by_the_next_process(folder: Path) -> None:
    ThumbnailFiles(folder).put("thumbnails/ann/1.webp", b"pixels")
    assert ThumbnailFiles(folder).get("thumbnails/ann/1.webp") == b"pixels"
    assert ThumbnailFiles(folder).get("thumbnails/ann/2.webp") is None


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "a\0b", "\ud800", "k" * 5000, "ä/ö"])
def test_any_key_is_fine_and_stays_inside(folder: Path, key: str) -> None:
    files = ThumbnailFiles(folder)
    files.put(key, b"pixels")
    assert files.get(key) == b"pixels"
    assert len(stored_files(folder)) == len(stored_files(folder.parent)) == 1


def test_putting_again_replaces(folder: Path) -> None:
    files = ThumbnailFiles(folder, 2 * (100 + OVERHEAD))
    files.put("other", b"o" * 100)
    for byte in range(20):
        files.put("key", bytes([byte]) * 100)
    assert files.get("key") == b"\x13" * 100
    assert files.get("other") == b"o" * 100


def test_the_least_recently_used_goes_first(folder: Path) -> None:
    files = ThumbnailFiles(folder, 3 * (100 + OVERHEAD))
    for key in "abc":
        files.put(key, key.encode() * 100)
    assert files.get("a") is not None
    files.put("d", b"d" * 100)
    assert [key for key in "abcd" if files.get(key)] == ["a", "c", "d"]
    assert len(stored_files(folder)) == 3


def test_the_order_of_use_outlives_the_process(folder: Path) -> None:
    files = ThumbnailFiles(folder)
    for key in "abc":
        files.put(key, key.encode() * 100)
    for age, path in enumerate(sorted(stored_files(folder))):
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    oldest = sorted(stored_files(folder))[-1]
    ThumbnailFiles(folder, 3 * (100 + OVERHEAD)).put("d", b"d" * 100)
    assert not oldest.exists()
    assert len(stored_files(folder)) == 3


def test_a_smaller_bound_is_in_force_at_once(folder: Path) -> None:
    ThumbnailFiles(folder).put("before", b"x" * 100)
    files = ThumbnailFiles(folder, 3 * (100 + OVERHEAD))
    for key in "ab":
        files.put(key, b"x" * 100)
    assert files.trim() == 3 * (100 + OVERHEAD)
    files.limit(100 + OVERHEAD)
    assert files.trim() == 100 + OVERHEAD
    assert files.get("b") is not None
    assert len(stored_files(folder)) == 1
    files.limit(2 * (100 + OVERHEAD))
    files.put("c", b"x" * 100)
    assert len(stored_files(folder)) == 2


def test_more_than_fits_is_not_kept(folder: Path) -> None:
    files = ThumbnailFiles(folder, 50)
    files.put("key", b"x" * 100)
    assert files.get("key") is None
    assert not stored_files(folder)


@pytest.mark.parametrize("damage", [b"", b"short", b"\0" * 500])
def test_a_damaged_file_is_no_thumbnail(folder: Path, damage: bytes) -> None:
    files = ThumbnailFiles(folder)
    files.put("key", b"pixels")
    (path,) = stored_files(folder)
    path.write_bytes(damage)
    assert files.get("key") is None
    files.put("key", b"pixels")
    assert files.get("key") == b"pixels"


def test_files_of_others_are_left_alone_and_leftovers_removed(folder: Path) -> None:
    (folder / "ab").mkdir(parents=True)
    foreign = [folder / "notes.txt", folder / "ab" / "photo.jpg", folder / "ab" / ("0" * 40)]
    for path in foreign:
        path.write_bytes(b"x" * 1000)
    leftover = folder / "ab" / ("ab" + "0" * 38 + ".partial")
    leftover.write_bytes(b"x")
    files = ThumbnailFiles(folder, 200)
    files.put("a", b"x" * 100)
    files.put("b", b"x" * 100)
    assert all(path.exists() for path in foreign)
    assert not leftover.exists()


def test_a_folder_that_cannot_be_used_forgets(folder: Path) -> None:
    folder.write_text("a file in the way")
    files = ThumbnailFiles(folder)
    files.put("key", b"pixels")
    assert files.get("key") is None


def test_threads_share_it(folder: Path) -> None:
    files = ThumbnailFiles(folder, 20 * (100 + OVERHEAD))
    wrong: list[str] = []

    def use(start: int) -> None:
        for number in range(60):
            key = f"{(start + number) % 40}"
            files.put(key, key.encode().rjust(100))
            got = files.get(key)
            if got is not None and got != key.encode().rjust(100):
                wrong.append(key)

    threads = [threading.Thread(target=use, args=(n * 7,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(stored_files(folder)) <= 20
