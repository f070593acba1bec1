"""An upload that takes camera data out: what is stored, hashed and told is the copy, and the copy goes."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from imagedesk.core.camera_data import CameraData
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import CameraDataStays, StoreUnavailable
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.pictures import CleanedPicture, Source
from imagedesk.service.storage_service import StorageService
from imagedesk.service.uploading import UploadRequest
from tests.fakes.identity import FakeIdentity
from tests.fakes.picture_reader import fake_picture
from tests.unit.service.conftest import Library

DIRTY, CLEAN = fake_picture(salt="Oslo"), fake_picture(salt="")


class Remover:
    """Takes "Oslo" out. ``open`` counts the copies that are in use."""

    def __init__(self) -> None:
        self.open = 0
        self.fault: CameraDataStays | None = None

    @contextlib.contextmanager
    def cleaned(
        self, source: Source, choice: CameraData, scratch: Path | None, cancel: CancelToken | None = None
    ) -> Iterator[CleanedPicture]:
        if self.fault is not None:
            raise self.fault
        data = source if isinstance(source, bytes) else source.read_bytes()
        self.open += 1
        try:
            yield CleanedPicture(CLEAN, ("location",)) if b"Oslo" in data else CleanedPicture(source)
        finally:
            self.open -= 1


@pytest.fixture
def remover() -> Remover:
    return Remover()


@pytest.fixture
def service(library: Library, remover: Remover) -> StorageService:
    return StorageService(library.objects, library.records, library.pictures, FakeIdentity("ann"), camera_data=remover)


def test_the_copy_is_what_is_stored_hashed_and_told(
    service: StorageService, library: Library, remover: Remover, tmp_path: Path
) -> None:
    source = tmp_path / "fjord.png"
    source.write_bytes(DIRTY)
    record = service.upload(UploadRequest(source, "ann", camera_data=CameraData.LOCATION))
    assert library.objects.contents[record.key] == CLEAN
    assert (record.filename, record.size, record.removed) == ("fjord.png", len(CLEAN), ("location",))
    assert record.sha256 == hashlib.sha256(CLEAN).hexdigest()
    assert record.source_sha256 == hashlib.sha256(DIRTY).hexdigest()
    assert library.records.items[record.image_id] == record
    assert remover.open == 0


@pytest.mark.parametrize(
    ("data", "choice"), [(DIRTY, CameraData.KEEP), (CLEAN, CameraData.ALL)], ids=["kept", "nothing there"]
)
def test_a_file_that_stays_as_it_is_has_no_other_digest(
    service: StorageService, library: Library, data: bytes, choice: CameraData
) -> None:
    record = service.upload(UploadRequest(data, "ann", "x.png", camera_data=choice))
    assert library.objects.contents[record.key] == data
    assert (record.removed, record.source_sha256) == ((), None)


def test_data_that_cannot_be_removed_leaves_nothing_stored(
    service: StorageService, library: Library, remover: Remover
) -> None:
    remover.fault = CameraDataStays("The camera data cannot be removed.")
    with pytest.raises(CameraDataStays):
        service.upload(UploadRequest(DIRTY, "ann", "x.png", camera_data=CameraData.ALL))
    assert (library.records.items, library.objects.contents) == ({}, {})


def test_an_upload_that_fails_lets_the_copy_go_and_its_repetition_succeeds_once(
    service: StorageService, library: Library, remover: Remover
) -> None:
    request = UploadRequest(DIRTY, "ann", "x.png", image_id=service.new_image_id("ann"), camera_data=CameraData.ALL)
    library.objects.faults.fail_next("put", StoreUnavailable("The line broke."), after=True)
    with pytest.raises(StoreUnavailable):
        service.upload(request)
    assert remover.open == 0
    record: ImageRecord = service.upload(request)
    assert list(library.records.items.values()) == [record]
