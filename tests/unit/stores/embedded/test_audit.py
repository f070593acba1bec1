"""What the library check reads of a library folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagedesk.core.errors import NotFound
from imagedesk.core.ports import ObjectOrigin
from imagedesk.stores.embedded.audit import FolderListing
from imagedesk.stores.embedded.objects import PARTIAL_FOLDER


def write(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")


def test_files_that_are_no_objects_are_passed_over(tmp_path: Path) -> None:
    for name in ("images/ann/1/x.png", "images/ann/1/.DS_Store", "images/.hidden/x.png", "images/Thumbs.db"):
        write(tmp_path / name)
    (tmp_path / "images/ann/link").symlink_to("/etc")
    (tmp_path / "images/ann/1/passwd").symlink_to("/etc/passwd")
    assert {found.key for found in FolderListing(tmp_path).objects("images/")} == {
        "images/ann/1/x.png",
        "images/Thumbs.db",
    }
    assert list(FolderListing(tmp_path).objects("thumbnails/")) == []


def test_a_file_tells_its_owner_by_its_place(tmp_path: Path) -> None:
    write(tmp_path / "images/ann/1/x y.png")
    write(tmp_path / "images/stray.png")
    listing = FolderListing(tmp_path)
    assert listing.origin("images/ann/1/x y.png") == ObjectOrigin("ann", "ann!1", "x y.png", None)
    assert listing.origin("images/stray.png") is None
    for key in ("images/ann/1/other.png", "../outside", "images/ann"):
        with pytest.raises(NotFound):
            listing.origin(key)


def test_what_a_crash_left_half_written_is_listed_and_removed(tmp_path: Path) -> None:
    listing = FolderListing(tmp_path)
    assert list(listing.unfinished()) == []
    write(tmp_path / PARTIAL_FOLDER / "abc")
    (upload,) = listing.unfinished()
    assert upload.shared
    listing.abort(upload)
    listing.abort(upload)
    assert list(listing.unfinished()) == []
