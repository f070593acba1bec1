"""What tests of models and workers are made of: a library over fakes, a clock that the test moves."""

from __future__ import annotations

from imagedesk.service.storage_service import StorageService
from imagedesk.service.uploading import UploadRequest
from tests.fakes.identity import FakeIdentity
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.picture_reader import FakePictureReader, fake_picture
from tests.fakes.record_store import FakeRecordStore

WAIT_MS = 10_000


class Clock:
    """Seconds of a steady clock."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Stores:
    """One library in memory and the service over it."""

    def __init__(self) -> None:
        self.objects = FakeObjectStore()
        self.records = FakeRecordStore()
        self.pictures = FakePictureReader()
        self.service = StorageService(self.objects, self.records, self.pictures, FakeIdentity())

    def upload(self, count: int, user_id: str = "ann") -> None:
        for number in range(count):
            self.service.upload(UploadRequest(fake_picture(salt=str(number)), user_id, f"{number}.png"))
