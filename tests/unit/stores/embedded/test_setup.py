"""Set-up of an embedded library."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from imagedesk.core.errors import CannotWrite
from imagedesk.stores.embedded.setup import EmbeddedSetup


def states(root: Path) -> list[tuple[str, str]]:
    return [(step.name, step.state) for step in EmbeddedSetup(root).run()]


def test_it_makes_everything_once(tmp_path: Path) -> None:
    root = tmp_path / "new" / "library"
    names = ["library folder", "images folder", "thumbnails folder", "database"]
    assert states(root) == [(name, "made") for name in names]
    assert states(root) == [(name, "kept") for name in names]


def test_it_removes_what_a_crash_left_but_not_what_is_being_written(tmp_path: Path) -> None:
    partial = tmp_path / ".partial"
    partial.mkdir()
    (partial / "old").touch()
    (partial / "new").touch()
    yesterday = time.time() - 2 * 24 * 3600
    os.utime(partial / "old", (yesterday, yesterday))
    states(tmp_path)
    assert [path.name for path in partial.iterdir()] == ["new"]


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotWrite):
        states(tmp_path / "file" / "library")
