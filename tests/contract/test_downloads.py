"""Downloads end the same over every store: under which name, in which archive, and what is left behind if not."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import AlreadyExists, Cancelled, CorruptObject, NotFound
from imagedesk.core.file_names import NameClash
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.ports import ObjectDescription
from imagedesk.service.uploading import UploadRequest
from tests.contract.conftest import Stores
from tests.contract.test_storage_service import service_over
from tests.fakes.picture_reader import fake_picture

OTHER = b"what was there before"


def upload(stores: Stores, name: str, salt: str = "") -> tuple[ImageRecord, bytes]:
    data = fake_picture(salt=salt) * 5000
    return service_over(stores).upload(UploadRequest(data, "ann", name)), data


@pytest.mark.parametrize("clash", list(NameClash))
def test_a_taken_name_is_kept_replaced_or_skipped_as_asked(stores: Stores, tmp_path: Path, clash: NameClash) -> None:
    record, data = upload(stores, "a.png")
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "a.png").write_bytes(OTHER)
    if clash is NameClash.SKIP:
        with pytest.raises(AlreadyExists):
            service_over(stores).download(record, folder, clash=clash)
    else:
        path = service_over(stores).download(record, folder, clash=clash)
        assert path.read_bytes() == data
    assert {path.name for path in folder.iterdir()} == {
        NameClash.KEEP_BOTH: {"a.png", "a (2).png"}, NameClash.REPLACE: {"a.png"}, NameClash.SKIP: {"a.png"}
    }[clash]  # fmt: skip
    assert ((folder / "a.png").read_bytes() == OTHER) is (clash is not NameClash.REPLACE)


def test_many_go_into_one_archive_whose_names_are_harmless_and_differ(stores: Stores, tmp_path: Path) -> None:
    found = [upload(stores, name, name) for name in ("a.png", "A.png", "../../b.png", "høst 東京.png")]
    seen: list[int] = []
    target = tmp_path / "pictures.zip"
    records = [record for record, _ in found]
    assert service_over(stores).download_zip(records, target, seen.append) == target
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["a.png", "A (2).png", "b.png", "høst 東京.png"]
        assert [archive.read(name) for name in archive.namelist()] == [data for _, data in found]
        assert archive.infolist()[0].date_time[:3] == tuple(int(part) for part in records[0].created_at[:10].split("-"))
    assert seen[-1] == sum(record.size for record in records)
    assert seen == sorted(seen)


def test_an_archive_that_cannot_be_whole_is_not_there(stores: Stores, tmp_path: Path) -> None:
    (first, _), (second, _) = upload(stores, "a.png", "1"), upload(stores, "b.png", "2")
    service, cancel, folder = service_over(stores), CancelToken(), tmp_path / "here"
    folder.mkdir()
    stores.objects.delete(second.key)
    with pytest.raises(NotFound):
        service.download_zip([first, second], folder / "a.zip")
    stores.objects.put(second.key, fake_picture(salt="3"), _described(second, fake_picture(salt="3")))
    with pytest.raises(CorruptObject):
        service.download_zip([first, second], folder / "a.zip")
    with pytest.raises(Cancelled):
        service.download_zip([first, second], folder / "a.zip", lambda _done: cancel.cancel(), cancel)
    assert list(folder.iterdir()) == []


def _described(record: ImageRecord, data: bytes) -> ObjectDescription:
    digest = hashlib.sha256(data).hexdigest()
    return ObjectDescription(record.content_type, len(data), digest, "ann", record.image_id, record.filename)
