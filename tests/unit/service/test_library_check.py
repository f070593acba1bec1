"""The rules of the library check that need a clock, a fault or a count: over the fakes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import AccessDenied, Cancelled, CannotWrite, StoreUnavailable
from imagedesk.core.findings import REPAIRABLE, Finding, FindingKind, FindingState
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.ports import UnfinishedUpload
from imagedesk.service.inventory import BATCH
from imagedesk.service.library_check import CheckedStores, LibraryCheck
from imagedesk.service.storage_service import StorageService
from imagedesk.service.uploading import UploadRequest
from imagedesk.stores.deletion_notes import FileDeletionNotes
from tests.fakes.audit import FakeItemListing, FakeObjectListing
from tests.fakes.identity import FakeIdentity
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.picture_reader import FakePictureReader, fake_picture
from tests.fakes.record_store import FakeRecordStore
from tests.fakes.sample_records import sample_record


class Library:
    """A library of fakes whose server's clock the test sets."""

    def __init__(self, notes_folder: Path) -> None:
        self.objects, self.records = FakeObjectStore(), FakeRecordStore()
        self.listing, self.items = FakeObjectListing(self.objects), FakeItemListing(self.records)
        self.notes = FileDeletionNotes(notes_folder)
        identity, pictures = FakeIdentity(), FakePictureReader()
        self.service = StorageService(self.objects, self.records, pictures, identity, deletions=self.notes)
        sides = CheckedStores(self.objects, self.records, self.listing, self.items)
        self.check = LibraryCheck(sides, pictures, identity, deletions=self.notes)

    def upload(self, salt: str = "") -> ImageRecord:
        return self.service.upload(UploadRequest(fake_picture(salt=salt), "ann", "x.png"))

    def repair(self) -> list[Finding]:
        return list(self.check.run(REPAIRABLE))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "notes")


@pytest.mark.parametrize(("days", "state"), [(6.999, FindingState.KEPT), (7.0, FindingState.REPAIRED)])
def test_a_week_is_counted_by_the_clock_of_the_server(library: Library, days: float, state: FindingState) -> None:
    record = library.upload()
    library.objects.contents.pop(record.thumbnail_key or "")
    del library.records.items[record.image_id]
    library.listing.later(days)
    assert [finding.state for finding in library.repair()] == [state]


@pytest.mark.parametrize(("days", "left"), [(6.999, 1), (7.0, 0)])
def test_an_unfinished_upload_is_aborted_after_a_week(library: Library, days: float, left: int) -> None:
    for upload_id, key in (("mine", "images/ann/1/x.png"), ("theirs", "images/bo/1/x.png")):
        library.listing.uploads[upload_id] = UnfinishedUpload(key, upload_id, library.listing.now)
    library.listing.later(days)
    library.repair()
    assert len(library.listing.uploads) == 1 + left
    assert "theirs" in library.listing.uploads


def test_items_that_no_listing_shows_are_told_and_protect_their_objects(library: Library) -> None:
    record = library.upload()
    del library.records.items[record.image_id]
    library.items.raw += [
        {"image_id": record.image_id, "user_id": "ann", "s3_key": record.key, "thumbnail_key": record.thumbnail_key},
        {"image_id": "ann!2", "user_id": "bo"},
        {"image_id": "3"},
    ]
    library.listing.later(30)
    findings = library.repair()
    assert [(finding.kind, finding.image_id) for finding in findings] == [
        (FindingKind.MALFORMED, record.image_id),
        (FindingKind.FORGED, "ann!2"),
        (FindingKind.MALFORMED, "3"),
    ]
    assert set(library.objects.contents) == {record.key, record.thumbnail_key}


def test_what_is_uploaded_while_the_check_reads_is_no_finding(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    late: list[ImageRecord] = []
    read_items = library.items.items

    def items(cancel: CancelToken | None = None) -> Iterator[object]:
        late.append(library.upload("between the listings"))
        yield from read_items(cancel)
        late.append(library.upload("after both"))
        library.service.delete(first.image_id)

    first = library.upload("deleted meanwhile")
    monkeypatch.setattr(library.items, "items", items)
    library.listing.later(30)
    assert library.repair() == []
    assert set(library.records.items) == {record.image_id for record in late}


def test_a_store_out_of_reach_ends_the_run_and_a_single_refusal_does_not(library: Library) -> None:
    for salt in "ab":
        library.objects.contents.pop(library.upload(salt).thumbnail_key or "")
    library.objects.faults.fail_next("put", CannotWrite("The folder cannot be written."))
    assert [finding.state for finding in library.repair()] == [FindingState.FAILED, FindingState.REPAIRED]
    library.objects.contents.pop(library.upload("c").thumbnail_key or "")
    library.objects.faults.fail_next("put", StoreUnavailable("Nothing answers."))
    with pytest.raises(StoreUnavailable):
        library.repair()


def test_uploads_that_may_not_be_listed_are_said_so(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Iterator[UnfinishedUpload]:
        raise AccessDenied("You may not do that.")

    monkeypatch.setattr(library.listing, "unfinished", refuse)
    (finding,) = library.repair()
    assert (finding.kind, finding.state) == (FindingKind.NOT_CHECKED, FindingState.KEPT)


def test_a_cancelled_run_stops(library: Library) -> None:
    library.upload()
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(library.check.run(cancel=cancel))


def test_libraries_larger_than_a_batch_are_compared_whole(library: Library) -> None:
    number = 2 * BATCH + 7
    for n in range(number):
        record = sample_record(n)
        library.records.items[record.image_id] = record
        if n % 3 == 0:
            library.objects.contents[record.key] = b"x"
        library.objects.contents[f"thumbnails/ann/orphan{n:06}.webp"] = b"x"
    kinds = [finding.kind for finding in library.check.run()]
    assert kinds.count(FindingKind.LEFTOVER) == number
    assert kinds.count(FindingKind.NO_ORIGINAL) == number - (number + 2) // 3
    assert kinds.count(FindingKind.NO_THUMBNAIL) == (number + 2) // 3


# Deletions


def test_a_deletion_whose_objects_stayed_is_finished_later(library: Library) -> None:
    record = library.upload()
    library.objects.faults.fail_next("delete", StoreUnavailable("Nothing answers."))
    assert library.service.delete(record.image_id) == record
    assert set(library.objects.contents) == {record.key, record.thumbnail_key}
    assert library.service.finish_deletions() == 0
    assert library.objects.contents == {}
    assert list(library.notes.pending()) == []


def test_a_deletion_that_did_not_happen_removes_nothing(library: Library) -> None:
    record = library.upload()
    library.records.faults.fail_next("delete", StoreUnavailable("Nothing answers."))
    with pytest.raises(StoreUnavailable):
        library.service.delete(record.image_id)
    library.service.finish_deletions()
    assert set(library.objects.contents) == {record.key, record.thumbnail_key}
    library.service.delete(record.image_id)
    assert (library.objects.contents, list(library.notes.pending())) == ({}, [])


def test_a_lost_answer_to_a_deletion_is_made_good(library: Library) -> None:
    record = library.upload()
    library.records.faults.fail_next("delete", StoreUnavailable("The connection was cut."), after=True)
    with pytest.raises(StoreUnavailable):
        library.service.delete(record.image_id)
    assert library.service.finish_deletions() == 0
    assert library.objects.contents == {}
