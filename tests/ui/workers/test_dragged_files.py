"""Copies for a drag: whole, named as their images, reused, cancelled by another drag, gone in the end."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from imagedesk.core.errors import ImageDeskError
from imagedesk.core.image_record import ImageRecord
from imagedesk.workers.dragged_files import DraggedFiles
from imagedesk.workers.operation_runner import OperationRunner
from tests.ui.library_in_memory import WAIT_MS, Stores


class Drags:
    """Notes what it is told."""

    def __init__(self, stores: Stores, folder: Path, owner: QObject) -> None:
        self.runner = OperationRunner("operations", parent=owner)
        self.files = DraggedFiles(stores.service, self.runner, folder, owner)
        self.ready: list[list[Path]] = []
        self.failures: list[ImageDeskError] = []
        self.progress: list[int] = []

    def prepare(self, *records: ImageRecord) -> None:
        self.files.prepare(records, self.ready.append, self.failures.append, self.progress.append)

    def close(self) -> None:
        self.runner.shutdown()
        self.files.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "dragged"


@pytest.fixture
def drags(stores: Stores, folder: Path, owner: QObject) -> Iterator[Drags]:
    stores.upload(4)
    drags = Drags(stores, folder, owner)
    yield drags
    drags.close()


@pytest.fixture
def records(stores: Stores, drags: Drags) -> list[ImageRecord]:
    return list(stores.records.items.values())


def test_copies_are_whole_and_named_as_their_images(drags: Drags, records: list[ImageRecord], qtbot: QtBot) -> None:
    assert drags.files.at_hand(records) is None
    drags.prepare(*records)
    qtbot.waitUntil(lambda: bool(drags.ready), timeout=WAIT_MS)
    (paths,) = drags.ready
    assert [path.name for path in paths] == [record.filename for record in records]
    assert [path.stat().st_size for path in paths] == [record.size for record in records]
    assert drags.files.at_hand(records[1:3]) == paths[1:3]
    assert drags.failures == []


def test_what_is_there_is_not_fetched_again_and_what_was_moved_away_is(
    drags: Drags, records: list[ImageRecord], stores: Stores, qtbot: QtBot
) -> None:
    drags.prepare(*records[:2])
    qtbot.waitUntil(lambda: len(drags.ready) == 1, timeout=WAIT_MS)
    first, second = drags.ready[0]
    first.unlink()
    assert drags.files.at_hand(records[:2]) is None
    drags.prepare(*records[:2])
    qtbot.waitUntil(lambda: len(drags.ready) == 2, timeout=WAIT_MS)
    assert drags.ready[1][1] == second
    assert drags.ready[1][0].is_file()


def test_another_drag_cancels_the_one_before(
    drags: Drags, records: list[ImageRecord], stores: Stores, qtbot: QtBot
) -> None:
    stores.objects.gate.clear()
    drags.prepare(*records[:2])
    stores.objects.arrived.acquire()
    drags.prepare(records[3])
    stores.objects.gate.set()
    qtbot.waitUntil(lambda: bool(drags.ready), timeout=WAIT_MS)
    assert [[path.name for path in paths] for paths in drags.ready] == [[records[3].filename]]


def test_what_cannot_be_fetched_is_told(drags: Drags, records: list[ImageRecord], stores: Stores, qtbot: QtBot) -> None:
    stores.service.delete(records[0].image_id, "ann")
    drags.prepare(*records[:2])
    qtbot.waitUntil(lambda: bool(drags.failures), timeout=WAIT_MS)
    assert drags.ready == []


def test_nothing_stays_when_the_library_closes_nor_of_a_run_that_crashed(
    drags: Drags, records: list[ImageRecord], folder: Path, qtbot: QtBot
) -> None:
    crashed, other_window = folder / "crashed", folder / "other"
    for place in (crashed, other_window):
        place.mkdir(parents=True)
        (place / "a.png").write_bytes(b"x")
    long_ago = time.time() - 48 * 3600
    os.utime(crashed, (long_ago, long_ago))
    drags.prepare(*records)
    qtbot.waitUntil(lambda: bool(drags.ready), timeout=WAIT_MS)
    assert not crashed.exists()
    drags.close()
    assert list(folder.iterdir()) == [other_window]
