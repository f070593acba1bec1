"""A storage service over fakes that write down, in one list, what was asked of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.pictures import Source
from imagedesk.core.ports import ByteCache, Noting, ObjectDescription, Progress, no_note, no_progress
from imagedesk.core.query import StoreFilter
from imagedesk.service.storage_service import StorageService
from imagedesk.service.uploading import UploadRequest
from tests.fakes.identity import FakeIdentity
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.picture_reader import FakePictureReader, fake_picture
from tests.fakes.record_store import FakeRecordStore

PICTURE = fake_picture(400, 300, "image/png")


class LoggedObjects(FakeObjectStore):
    def __init__(self, log: list[str]) -> None:
        super().__init__()
        self._log = log

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
        self._log.append(f"put {key.split('/')[0]}")
        super().put(key, source, description, progress, cancel, resumable=resumable)

    def delete(self, key: str) -> None:
        self._log.append(f"delete {key.split('/')[0]}")
        super().delete(key)


class LoggedRecords(FakeRecordStore):
    def __init__(self, log: list[str]) -> None:
        super().__init__()
        self._log = log

    def add(self, record: ImageRecord) -> None:
        self._log.append("add item")
        super().add(record)

    def delete(self, image_id: str, user_id: str, noting: Noting = no_note) -> ImageRecord:
        self._log.append("delete item")
        return super().delete(image_id, user_id, noting)


@dataclass
class Library:
    """An empty library; ``asked`` is what reached its stores, in order."""

    asked: list[str] = field(default_factory=list)
    pictures: FakePictureReader = field(default_factory=FakePictureReader)

    def __post_init__(self) -> None:
        self.objects, self.records = LoggedObjects(self.asked), LoggedRecords(self.asked)

    def service(
        self,
        user_id: str = "ann",
        *,
        verified: bool = False,
        thumbnails: ByteCache | None = None,
        scratch: Path | None = None,
    ) -> StorageService:
        seconds = count()
        start = datetime(2026, 3, 1, 12, tzinfo=UTC)
        return StorageService(
            self.objects,
            self.records,
            self.pictures,
            FakeIdentity(user_id, verified),
            thumbnails=thumbnails,
            scratch=scratch,
            clock=lambda: start + timedelta(seconds=next(seconds)),
        )

    def upload(self, user_id: str = "ann", data: bytes = PICTURE, filename: str = "x.png") -> ImageRecord:
        """An image that is there, and a log that does not tell of it."""
        record = self.service(user_id).upload(UploadRequest(data, user_id, filename))
        self.asked.clear()
        return record

    def check_whole(self) -> None:
        """What a person can see is whole: each listed image has its original and its thumbnail."""
        for record in self.service().list_images(StoreFilter(), 1000).records:
            assert record.key in self.objects.contents, "a listed image has lost its original"
            assert record.thumbnail_key in self.objects.contents, "a listed image has lost its thumbnail"

    def orphans(self) -> set[str]:
        referred = {key for r in self.records.items.values() for key in (r.key, r.thumbnail_key)}
        return set(self.objects.contents) - referred


@pytest.fixture
def library() -> Library:
    return Library()
