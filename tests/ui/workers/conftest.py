"""A service over fakes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from imagedesk.service.storage_service import StorageService
from tests.fakes.identity import FakeIdentity
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.picture_reader import FakePictureReader, fake_picture
from tests.fakes.record_store import FakeRecordStore

WAIT_MS = 10_000


class Stores:
    """One library in memory and the service over it."""

    def __init__(self) -> None:
        self.objects = FakeObjectStore()
        self.records = FakeRecordStore()
        self.pictures = FakePictureReader()
        self.service = StorageService(self.objects, self.records, self.pictures, FakeIdentity())

    def upload(self, count: int) -> None:
        from imagedesk.service.uploading import UploadRequest

        for number in range(count):
            self.service.upload(UploadRequest(fake_picture(salt=str(number)), "ann", f"{number}.png"))


@pytest.fixture
def stores() -> Stores:
    return Stores()


@pytest.fixture
def owner(qtbot: QtBot) -> Iterator[QObject]:
    """The parent of what a test makes; goes with it."""
    owner = QObject()
    yield owner
    del owner


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
