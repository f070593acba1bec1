"""Viewing: pixels from the thumbnail where it is of use, else from a verified original that does not stay for long."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import Cancelled, CannotWrite, CorruptObject, NotFound, StoreUnavailable
from imagedesk.service.storage_service import DEFAULT_LIFETIME
from imagedesk.service.viewing import MAX_THUMBNAIL_BYTES
from tests.fakes.picture_reader import fake_picture
from tests.unit.service.conftest import PICTURE, Library

DOWN = StoreUnavailable("Nothing answers.")


class FakeByteCache:
    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self.blobs.get(key)

    def put(self, key: str, data: bytes) -> None:
        self.blobs[key] = data


def test_a_thumbnail_is_fetched_once_and_then_comes_from_the_cache(library: Library) -> None:
    record, cache = library.upload(), FakeByteCache()
    service = library.service(thumbnails=cache)
    assert service.thumbnail(record, 100).width == 100
    assert list(cache.blobs) == [record.thumbnail_key]
    library.objects.faults.fail_next("read", DOWN)
    assert service.thumbnail(record, 50).width == 50


def test_without_a_cache_a_thumbnail_is_fetched_each_time(library: Library) -> None:
    record = library.upload()
    library.objects.faults.fail_next("download", DOWN)  # the original is not asked for
    assert library.service().thumbnail(record, 100).width == 100


@pytest.mark.parametrize("what", ["absent", "unreadable", "too large", "unnamed", "another's"])
def test_a_thumbnail_of_no_use_is_made_from_the_original(library: Library, what: str) -> None:
    record, cache = library.upload(), FakeByteCache()
    assert record.thumbnail_key is not None
    if what == "absent":
        del library.objects.contents[record.thumbnail_key]
    elif what == "unreadable":
        library.objects.contents[record.thumbnail_key] = b"not a picture"
    elif what == "too large":
        library.objects.contents[record.thumbnail_key] = bytes(MAX_THUMBNAIL_BYTES + 1)
    elif what == "unnamed":
        record = replace(record, thumbnail_key=None)
    else:
        record = replace(record, thumbnail_key="thumbnails/bo/1.webp")
        library.objects.contents["thumbnails/bo/1.webp"] = fake_picture(40, 30, "image/webp")
    pixels = library.service(thumbnails=cache).thumbnail(record, 40)
    assert (pixels.width, pixels.full_width) == (40, 400)
    assert "thumbnails/bo/1.webp" not in cache.blobs


def test_a_store_that_is_down_is_no_reason_to_fetch_the_original(library: Library) -> None:
    record = library.upload()
    library.objects.faults.fail_next("read", DOWN)
    with pytest.raises(StoreUnavailable):
        library.service().thumbnail(record, 40)


@pytest.mark.parametrize("given", [True, False])
def test_an_original_stays_on_this_computer_only_while_the_library_is_open(
    library: Library, tmp_path: Path, given: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, scratch = library.upload(), tmp_path / "cache" / "scratch"
    if not given:
        scratch.mkdir(parents=True)
        monkeypatch.setattr("tempfile.tempdir", str(scratch))
    service = library.service(scratch=scratch if given else None)
    assert service.picture(record, None).width == 400
    library.objects.faults.fail_next("download", DOWN)
    assert service.facts(record).content_type == "image/png"  # it is not fetched again
    assert [path.read_bytes() for path in scratch.rglob("*") if path.is_file()] == [PICTURE]
    service.close()
    assert list(scratch.iterdir()) == []


def test_a_damaged_original_is_not_decoded_and_does_not_stay(library: Library, tmp_path: Path) -> None:
    record = library.upload()
    library.objects.contents[record.key] = PICTURE + b"!"
    library.pictures.calls.clear()
    with pytest.raises(CorruptObject):
        library.service(scratch=tmp_path).picture(record, None)
    assert library.pictures.calls == []
    assert list(tmp_path.iterdir()) == []


def test_an_original_that_is_gone_is_not_found(library: Library, tmp_path: Path) -> None:
    record = library.upload()
    del library.objects.contents[record.key]
    with pytest.raises(NotFound):
        library.service(scratch=tmp_path).picture(record, None)
    assert list(tmp_path.iterdir()) == []


def test_viewing_can_be_cancelled(library: Library, tmp_path: Path) -> None:
    record, cancel = library.upload(), CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        library.service(scratch=tmp_path).picture(record, None, cancel=cancel)
    assert list(tmp_path.iterdir()) == []


def test_a_scratch_folder_that_cannot_be_made_is_a_fault_with_a_sentence(library: Library, tmp_path: Path) -> None:
    record = library.upload()
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CannotWrite):
        library.service(scratch=tmp_path / "file" / "scratch").picture(record, None)


@pytest.mark.parametrize("lifetime", [None, timedelta(seconds=1), timedelta(hours=12)])
def test_a_link_lives_as_long_as_asked_seven_days_if_nothing_is_said(
    library: Library, lifetime: timedelta | None
) -> None:
    record, service = library.upload(), library.service()
    before = datetime.now(UTC)
    link = service.share(record) if lifetime is None else service.share(record, lifetime)
    wanted = DEFAULT_LIFETIME if lifetime is None else lifetime
    assert before + wanted <= link.expires_at <= datetime.now(UTC) + wanted
    assert link.url.endswith(record.key)
