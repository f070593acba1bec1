"""What an upload that fails removes, and what it must leave for its retry."""

from __future__ import annotations

import pytest

from imagedesk.core.errors import AccessDenied, AlreadyExists, ImageDeskError, InvalidSettings, StoreUnavailable
from imagedesk.service.storage_service import StorageService
from imagedesk.service.uploading import UploadRequest
from tests.fakes.identity import FakeIdentity
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.picture_reader import FakePictureReader, fake_picture
from tests.fakes.record_store import FakeRecordStore

REQUEST = UploadRequest(fake_picture(), "ann", "x.png", image_id="ann!1")


class Library:
    def __init__(self) -> None:
        self.objects, self.records = FakeObjectStore(), FakeRecordStore()
        self.service = StorageService(self.objects, self.records, FakePictureReader(), FakeIdentity())


@pytest.fixture
def library() -> Library:
    return Library()


def test_a_commit_whose_answer_cannot_be_read_takes_nothing_from_the_image(library: Library) -> None:
    garbled = InvalidSettings("DynamoDB cannot work with the table as it is asked (400: j...).")
    library.records.faults.fail_next("add", garbled, after=True)
    record = library.service.upload(REQUEST)
    assert library.service.show("ann!1") == record
    assert set(library.objects.contents) == {record.key, record.thumbnail_key}


@pytest.mark.parametrize(("error", "left"), [(StoreUnavailable("Cut."), 1), (AccessDenied("No."), 0)])
def test_a_store_out_of_reach_is_asked_for_no_removal(
    library: Library, monkeypatch: pytest.MonkeyPatch, error: ImageDeskError, left: int
) -> None:
    """It might arrive late, behind the put of the retry."""
    put = library.objects.put
    monkeypatch.setattr(library.objects, "put", lambda key, *rest, **more: _put_original(put, error, key, rest, more))
    with pytest.raises(type(error)):
        library.service.upload(REQUEST)
    assert len(library.objects.contents) == left


def _put_original(
    put: object, error: ImageDeskError, key: str, rest: tuple[object, ...], more: dict[str, object]
) -> None:
    if key.startswith("thumbnails/"):
        raise error
    put(key, *rest, **more)  # type: ignore[operator]


def test_a_refused_item_takes_its_objects_with_it(library: Library) -> None:
    library.records.faults.fail_next("add", AlreadyExists("Another image has this id."))
    with pytest.raises(AlreadyExists):
        library.service.upload(REQUEST)
    assert library.objects.contents == {}
