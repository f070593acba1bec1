"""When an image says that it was uploaded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from imagedesk.service.storage_service import StorageService
from imagedesk.service.uploading import UploadRequest
from tests.fakes.identity import FakeIdentity
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.picture_reader import FakePictureReader, fake_picture
from tests.fakes.record_store import FakeRecordStore


def test_the_moment_of_an_image_is_that_of_its_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    """News are looked for behind the newest moment that is known: one from before a long upload would go unseen."""
    clock = (datetime(2026, 3, 1, 12, minute, tzinfo=UTC) for minute in range(60))
    objects, put_at = FakeObjectStore(), list[datetime]()
    put = objects.put

    def slow(*arguments: Any, **more: Any) -> None:
        put(*arguments, **more)
        put_at.append(next(clock))

    monkeypatch.setattr(objects, "put", slow)
    service = StorageService(objects, FakeRecordStore(), FakePictureReader(), FakeIdentity(), clock=lambda: next(clock))
    record = service.upload(UploadRequest(fake_picture(), "ann", "x.png"))
    assert len(put_at) == 2
    assert record.created > put_at[-1]
