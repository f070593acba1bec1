"""The operations of the storage service give the same results over every store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from imagedesk.core.errors import (
    AlreadyExists,
    BadPicture,
    EmptyFile,
    ImageDeskError,
    InvalidCursor,
    InvalidLimit,
    InvalidUser,
    LinksNotOffered,
    MissingUser,
    NotAnImage,
    NotFound,
    NotOwner,
    UnreadableFile,
)
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.query import StoreFilter
from imagedesk.service.storage_service import StorageService
from imagedesk.service.uploading import UploadRequest
from tests.contract.conftest import Stores
from tests.fakes.identity import FakeIdentity
from tests.fakes.picture_reader import FakePictureReader, fake_picture

PICTURE = fake_picture(400, 300, "image/png")


def service_over(stores: Stores, user_id: str = "ann") -> StorageService:
    seconds = count()
    start = datetime(2026, 5, 31, 23, 59, 58, tzinfo=UTC)  # uploads cross a month
    return StorageService(
        stores.objects,
        stores.records,
        FakePictureReader(),
        FakeIdentity(user_id),
        clock=lambda: start + timedelta(seconds=next(seconds)),
    )


@pytest.fixture
def service(stores: Stores) -> StorageService:
    return service_over(stores)


def upload(service: StorageService, salt: str = "", user_id: str = "ann", kind: str = "image/png") -> ImageRecord:
    return service.upload(UploadRequest(fake_picture(40, 30, kind, salt), user_id, f"{salt or 'picture'}.png"))


def all_pages(make: Callable[[], StorageService], store_filter: StoreFilter, limit: int) -> list[ImageRecord]:
    """Each page from a service of its own, as after a restart."""
    found: list[ImageRecord] = []
    cursor: str | None = None
    while True:
        listing = make().list_images(store_filter, limit, cursor)
        found.extend(listing.records)
        cursor = listing.next_cursor
        if cursor is None:
            return found


# Upload


def test_an_upload_is_listed_and_shown_as_it_was_answered(stores: Stores, service: StorageService) -> None:
    request = UploadRequest(PICTURE, "ann", "Høst ../ 1.png", {"campaign": "autumn", "n": [1, 2]})
    record = service.upload(request)
    assert (record.user_id, record.filename, record.size) == ("ann", "Høst ../ 1.png", len(PICTURE))
    assert (record.content_type, record.width, record.height) == ("image/png", 400, 300)
    assert record.image_id.startswith("ann!")
    assert service.show(record.image_id) == record
    assert service.list_images(StoreFilter()).records == (record,)
    assert service.url(record).startswith("file://" if stores.kind == "embedded" else "s3://")
    assert stores.stored_keys() == {record.key, record.thumbnail_key}


def test_a_file_keeps_its_name(service: StorageService, tmp_path: Path) -> None:
    source = tmp_path / "IMG 2041.png"
    source.write_bytes(PICTURE)
    record = service.upload(UploadRequest(source, None))
    assert (record.filename, record.user_id) == ("IMG 2041.png", "ann")


@pytest.mark.parametrize(
    ("data", "user_id", "expected"),
    [
        (PICTURE, "", MissingUser),
        (PICTURE, "a/b", InvalidUser),
        (b"", "ann", EmptyFile),
        (b"only text", "ann", NotAnImage),
    ],
)
def test_a_refused_upload_stores_nothing(
    stores: Stores, service: StorageService, data: bytes, user_id: str, expected: type[ImageDeskError]
) -> None:
    with pytest.raises(expected):
        service.upload(UploadRequest(data, user_id, "x.png"))
    assert stores.stored_keys() == set()
    assert service.list_images(StoreFilter()).records == ()


def test_a_file_that_is_not_there_stores_nothing(stores: Stores, service: StorageService, tmp_path: Path) -> None:
    for source in (tmp_path / "absent.png", tmp_path):
        with pytest.raises(UnreadableFile):
            service.upload(UploadRequest(source, "ann"))
    assert stores.stored_keys() == set()


def test_an_upload_repeated_with_its_id_succeeds_once(stores: Stores, service: StorageService) -> None:
    request = UploadRequest(PICTURE, "ann", "x.png", image_id=service.new_image_id("ann"))
    first, second = service.upload(request), service.upload(request)
    assert replace(second, created_at=first.created_at) == first
    assert service.list_images(StoreFilter()).records == (first,)
    assert stores.stored_keys() == {first.key, first.thumbnail_key}


def test_another_picture_under_a_taken_id_leaves_the_first_whole(
    stores: Stores, service: StorageService, tmp_path: Path
) -> None:
    image_id = service.new_image_id("ann")
    first = service.upload(UploadRequest(PICTURE, "ann", "x.png", image_id=image_id))
    for name in ("x.png", "y.png"):
        with pytest.raises(AlreadyExists):
            service.upload(UploadRequest(fake_picture(salt="other"), "ann", name, image_id=image_id))
    assert service.show(image_id) == first
    assert service.download(first, tmp_path).read_bytes() == PICTURE
    assert stores.stored_keys() == {first.key, first.thumbnail_key}


# List


def test_a_listing_is_newest_first_and_goes_on_after_a_restart(stores: Stores, service: StorageService) -> None:
    uploaded = [upload(service, f"p{n}", "ann" if n % 3 else "bo", ("image/png", "image/gif")[n % 2]) for n in range(9)]
    uploaded.reverse()

    def make() -> StorageService:
        return service_over(stores)

    for limit in (1, 4, 9, 1000):
        assert all_pages(make, StoreFilter(), limit) == uploaded
        for user_id, kind in (("ann", None), (None, "image/gif"), ("ann", "image/gif"), ("nobody", None)):
            expected = [r for r in uploaded if user_id in {None, r.user_id} and kind in {None, r.content_type}]
            assert all_pages(make, StoreFilter(user_id, kind), limit) == expected


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_limit_out_of_bounds_is_refused(service: StorageService, limit: int) -> None:
    with pytest.raises(InvalidLimit):
        service.list_images(StoreFilter(), limit)


def test_a_cursor_belongs_to_its_listing(service: StorageService) -> None:
    for number in range(3):
        upload(service, f"p{number}")
    cursor = service.list_images(StoreFilter(), 1).next_cursor
    assert cursor is not None
    for broken in (cursor[:-2], "nonsense", "é"):
        with pytest.raises(InvalidCursor):
            service.list_images(StoreFilter(), 1, broken)
    with pytest.raises(InvalidCursor):
        service.list_images(StoreFilter("ann"), 1, cursor)


# View, download, share


def test_pixels_come_from_the_thumbnail_and_from_the_original(service: StorageService) -> None:
    record = service.upload(UploadRequest(PICTURE, "ann", "x.png"))
    assert service.thumbnail(record, 100).width == 100
    assert service.picture(record, None).width == 400
    assert service.facts(record).content_type == "image/png"


def test_a_download_is_the_picture_and_overwrites_nothing(service: StorageService, tmp_path: Path) -> None:
    record = service.upload(UploadRequest(PICTURE, "ann", "x.png"))
    first, second = service.download(record, tmp_path), service.download(record, tmp_path)
    assert (first.name, second.name) == ("x.png", "x (2).png")
    assert first.read_bytes() == second.read_bytes() == PICTURE


def test_what_is_not_there_is_not_found(stores: Stores, service: StorageService, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        service.show("ann!unknown")
    record = upload(service)
    stores.objects.delete(record.key)
    with pytest.raises(NotFound):
        service.download(record, tmp_path)
    with pytest.raises((NotFound, BadPicture)):
        service.picture(record, None)
    assert list(tmp_path.glob("*.png")) == []


def test_a_link_is_given_or_said_not_to_be_offered(stores: Stores, service: StorageService) -> None:
    record = upload(service)
    if stores.kind == "embedded":
        with pytest.raises(LinksNotOffered):
            service.share(record)
    else:
        assert service.share(record, timedelta(hours=1)).url


# Delete


def test_only_the_owner_deletes_and_everything_goes(stores: Stores, service: StorageService) -> None:
    record, other = upload(service, "mine"), upload(service, "theirs", "bo")
    with pytest.raises(NotOwner):
        service.delete(other.image_id)
    with pytest.raises(NotOwner):
        service.delete(record.image_id, "bo")
    assert service.delete(record.image_id) == record
    assert service.list_images(StoreFilter()).records == (other,)
    assert stores.stored_keys() == {other.key, other.thumbnail_key}
    for user_id in ("ann", "bo"):
        with pytest.raises(NotFound):
            service.delete(record.image_id, user_id)
