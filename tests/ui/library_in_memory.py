"""What tests of models and workers are made of: a library over fakes, a clock that the test moves."""

from __future__ import annotations

import threading
from pathlib import Path

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.pictures import Source
from imagedesk.core.ports import ObjectDescription, Progress, no_progress
from imagedesk.service.storage_service import StorageService
from imagedesk.service.uploading import UploadRequest
from tests.fakes.identity import FakeIdentity
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.picture_reader import FakePictureReader, fake_picture
from tests.fakes.record_store import FakeRecordStore

WAIT_MS = 30_000


class Clock:
    """Seconds of a steady clock."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class HeldObjectStore(FakeObjectStore):
    """Where the test closes ``gate``, uploads and downloads wait for it in the middle, and obey their token;
    ``arrived`` counts those that have come so far."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.gate.set()
        self.arrived = threading.Semaphore(0)

    def put(
        self,
        key: str,
        source: Source,
        description: ObjectDescription,
        progress: Progress = no_progress,
        cancel: CancelToken | None = None,
        *,
        resumable: bool = False,
    ) -> None:
        if not key.startswith("thumbnails/"):
            progress(description.size // 2)
            self._wait(cancel)
        super().put(key, source, description, progress, cancel, resumable=resumable)

    def download(
        self, key: str, target: Path, progress: Progress = no_progress, cancel: CancelToken | None = None
    ) -> str:
        progress(1)
        self._wait(cancel)
        return super().download(key, target, progress, cancel)

    def _wait(self, cancel: CancelToken | None) -> None:
        self.arrived.release()
        while not self.gate.wait(0.002):
            if cancel is not None:
                cancel.raise_if_cancelled()


class Stores:
    """One library in memory and the service over it."""

    def __init__(self) -> None:
        self.objects = HeldObjectStore()
        self.records = FakeRecordStore()
        self.pictures = FakePictureReader()
        self.service = StorageService(self.objects, self.records, self.pictures, FakeIdentity())

    def upload(self, count: int, user_id: str = "ann") -> None:
        for number in range(count):
            self.service.upload(UploadRequest(fake_picture(salt=str(number)), user_id, f"{number}.png"))
