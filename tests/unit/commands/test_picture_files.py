"""Which files an upload means."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from imagedesk.commands.picture_files import picture_files
from imagedesk.core.errors import NotAnImage, UnreadableFile


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for name in ("b.JPG", "a.png", "notes.txt", ".hidden.png", "day 2/c.webp", ".trash/d.png", "day 2/raw/e.cr2"):
        file = tmp_path / "photos" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")
    return tmp_path / "photos"


def test_a_folder_means_its_pictures_in_order_and_the_rest_is_counted(photos: Path) -> None:
    found = picture_files([photos])
    assert [file.relative_to(photos).as_posix() for file in found.files] == ["a.png", "b.JPG", "day 2/c.webp"]
    assert (found.skipped, found.faults, found.count) == (3, [], 3)


def test_a_named_file_is_always_tried_and_the_order_is_as_named(photos: Path) -> None:
    named = [photos / "notes.txt", photos / "absent.png", photos / ".hidden.png", photos / "a.png"]
    found = picture_files(named)
    assert (found.files, found.skipped) == (named, 0)


def test_a_name_that_no_file_can_have_is_left_to_the_upload_to_refuse() -> None:
    assert picture_files([Path("x" * 5000)]).files == [Path("x" * 5000)]


def test_a_folder_without_pictures_is_told(photos: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", photos / "day 2" / "raw"):
        [(path, fault)] = picture_files([folder]).faults
        assert path == folder
        assert isinstance(fault, NotAnImage)


def test_a_folder_that_cannot_be_read_is_told_and_the_rest_is_found(
    photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir

    def forbidding(path: str) -> object:
        if str(path).endswith("day 2"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", forbidding)
    found = picture_files([photos])
    assert [file.name for file in found.files] == ["a.png", "b.JPG"]
    [(path, fault)] = found.faults
    assert path == photos / "day 2"
    assert isinstance(fault, UnreadableFile)
    assert "Permission denied" in fault.message
