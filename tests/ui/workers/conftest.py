"""Pictures to drop, and a transfer worker to drop them on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from imagedesk.core.changes import LibraryChange
from imagedesk.core.image_record import ImageRecord
from imagedesk.transfers.journal import TransferJournal
from imagedesk.transfers.queue import TransferQueue
from imagedesk.workers.transfer_worker import TransferWorker
from tests.fakes.picture_reader import fake_picture
from tests.ui.library_in_memory import Stores
from tests.ui.workers.transfer_panel import Panel


@pytest.fixture
def pictures(tmp_path: Path) -> Callable[[int], Path]:
    """Makes a folder with so many different pictures."""

    def make(count: int) -> Path:
        folder = tmp_path / "Holiday"
        folder.mkdir(exist_ok=True)
        for number in range(count):
            (folder / f"{number:03d}.png").write_bytes(fake_picture(salt="x" * number))
        return folder

    return make


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[TransferJournal]:
    journal = TransferJournal(tmp_path / "data" / "transfers.sqlite")
    yield journal
    journal.close()


@pytest.fixture
def shown() -> list[ImageRecord]:
    """What the catalogue was told."""
    return []


@pytest.fixture
def worker(
    stores: Stores, journal: TransferJournal, shown: list[ImageRecord], owner: QObject
) -> Iterator[TransferWorker]:
    def apply(change: LibraryChange) -> None:
        shown.extend(change.added)

    worker = TransferWorker(TransferQueue(journal), stores.service, apply, threads=3, parent=owner)
    worker.start()
    yield worker
    stores.objects.gate.set()
    assert worker.shutdown()


@pytest.fixture
def panel(worker: TransferWorker) -> Panel:
    return Panel(worker)
