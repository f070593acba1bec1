"""The library check finds and repairs the same things over every store."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from imagedesk.core.findings import REPAIRABLE, Finding, FindingKind, FindingState
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.metadata import Metadata
from imagedesk.core.ports import ObjectDescription
from imagedesk.core.query import StoreFilter
from imagedesk.service.library_check import OLD_ENOUGH, CheckedStores, LibraryCheck
from imagedesk.service.storage_service import StorageService
from imagedesk.service.uploading import UploadRequest
from imagedesk.stores.deletion_notes import FileDeletionNotes
from tests.contract.conftest import Stores
from tests.fakes.identity import FakeIdentity
from tests.fakes.picture_reader import FakePictureReader, fake_picture

AT_ONCE = timedelta(hours=-1)  # whatever is there counts as old


@pytest.fixture
def notes(tmp_path: Path) -> FileDeletionNotes:
    return FileDeletionNotes(tmp_path / "deletions")


def checker(
    stores: Stores, user_id: str = "ann", old_enough: timedelta = AT_ONCE, notes: FileDeletionNotes | None = None
) -> LibraryCheck:
    sides = CheckedStores(stores.objects, stores.records, stores.listing, stores.items)
    return LibraryCheck(sides, FakePictureReader(), FakeIdentity(user_id), deletions=notes, old_enough=old_enough)


def upload(stores: Stores, salt: str, user_id: str = "ann") -> ImageRecord:
    service = StorageService(stores.objects, stores.records, FakePictureReader(), FakeIdentity(user_id))
    return service.upload(UploadRequest(fake_picture(salt=salt), user_id, f"{salt} høst.png"))


def forget_item(stores: Stores, record: ImageRecord) -> None:
    stores.records.delete(record.image_id, record.user_id)


def told(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.kind.value, finding.state.value) for finding in findings]


def run(stores: Stores, *repairs: FindingKind, user_id: str = "ann", old_enough: timedelta = AT_ONCE) -> list[Finding]:
    return list(checker(stores, user_id, old_enough).run(repairs))


def listed(stores: Stores) -> tuple[ImageRecord, ...]:
    return stores.records.page(StoreFilter(), 100).records


def test_a_library_in_order_has_no_findings(stores: Stores) -> None:
    upload(stores, "a")
    upload(stores, "b", "bo")
    assert run(stores) == run(stores, *REPAIRABLE) == []


def test_an_orphan_is_finished_with_its_metadata(stores: Stores) -> None:
    """A folder has nowhere to keep it but the database."""
    service = StorageService(stores.objects, stores.records, FakePictureReader(), FakeIdentity("ann"))
    metadata: Metadata = {"sted": "Tromsø, “nord”", "n": [1, {"x": None}], "100%": "a b"}
    record = service.upload(UploadRequest(fake_picture(salt="a"), "ann", "a.png", metadata))
    forget_item(stores, record)
    run(stores, *REPAIRABLE)
    (finished,) = listed(stores)
    assert finished.metadata == (None if stores.kind == "embedded" else metadata)


def test_an_orphan_is_finished_as_the_image_that_it_was_to_become(stores: Stores) -> None:
    record = upload(stores, "a")
    forget_item(stores, record)
    (dry,) = run(stores)
    assert (dry.kind, dry.state, dry.key, dry.image_id, dry.user_id, dry.size) == (
        FindingKind.UNLISTED,
        FindingState.FOUND,
        record.key,
        record.image_id,
        "ann",
        record.size,
    )
    assert listed(stores) == ()
    assert told(run(stores, *REPAIRABLE)) == [("unlisted-picture", "repaired")]
    (finished,) = listed(stores)
    # The embedded library knows the name from the file; the moment is that of the object's put.
    assert replace(finished, created_at="", filename="") == replace(record, created_at="", filename="")
    assert finished.filename == record.filename
    assert run(stores) == []


def test_an_orphan_without_thumbnail_gets_one(stores: Stores) -> None:
    record = upload(stores, "a")
    forget_item(stores, record)
    stores.objects.delete(record.thumbnail_key or "")
    assert told(run(stores, FindingKind.UNLISTED)) == [("unlisted-picture", "repaired")]
    assert stores.stored_keys() == {record.key, record.thumbnail_key}
    assert run(stores) == []


def test_a_picture_that_is_there_already_is_not_finished_twice(stores: Stores) -> None:
    kept, first, second = (upload(stores, "same") for _ in range(3))
    forget_item(stores, first)
    forget_item(stores, second)
    findings = run(stores, *REPAIRABLE)
    assert {finding.state for finding in findings} == {FindingState.REPAIRED}
    assert listed(stores) == (kept,)
    assert stores.stored_keys() == {kept.key, kept.thumbnail_key}
    assert run(stores) == []


def test_what_is_no_picture_is_removed(stores: Stores) -> None:
    data = b"only text"
    description = ObjectDescription("image/png", len(data), hashlib.sha256(data).hexdigest(), "ann", "ann!1", "x.png")
    stores.objects.put("images/ann/1/x.png", data, description)
    assert [finding.state for finding in run(stores, *REPAIRABLE)] == [FindingState.REPAIRED]
    assert stores.stored_keys() == set()
    assert run(stores) == []


def test_a_thumbnail_of_no_image_is_removed(stores: Stores) -> None:
    record = upload(stores, "a")
    forget_item(stores, record)
    stores.objects.delete(record.key)
    assert told(run(stores)) == [("leftover-object", "found")]
    assert told(run(stores, *REPAIRABLE)) == [("leftover-object", "repaired")]
    assert stores.stored_keys() == set()


def test_a_second_original_of_an_image_is_removed_and_the_first_stays(stores: Stores) -> None:
    record = upload(stores, "a")
    data = fake_picture(salt="other")
    key = record.key.rpartition("/")[0] + "/other.png"
    description = ObjectDescription(
        "image/png", len(data), hashlib.sha256(data).hexdigest(), "ann", record.image_id, "other.png"
    )
    stores.objects.put(key, data, description)
    assert [(f.kind, f.key) for f in run(stores, *REPAIRABLE)] == [(FindingKind.LEFTOVER, key)]
    assert stores.stored_keys() == {record.key, record.thumbnail_key}
    assert listed(stores) == (record,)


def test_an_item_whose_original_is_gone_is_removed_with_its_thumbnail(stores: Stores) -> None:
    record, other = upload(stores, "a"), upload(stores, "b")
    stores.objects.delete(record.key)
    assert told(run(stores)) == [("missing-original", "found")]
    assert set(listed(stores)) == {record, other}
    assert told(run(stores, *REPAIRABLE)) == [("missing-original", "repaired")]
    assert listed(stores) == (other,)
    assert stores.stored_keys() == {other.key, other.thumbnail_key}
    assert run(stores) == []


def test_a_missing_thumbnail_is_made_again_however_young(stores: Stores) -> None:
    record = upload(stores, "a")
    assert record.thumbnail_key
    thumbnail = stores.objects.read(record.thumbnail_key, 10_000)
    stores.objects.delete(record.thumbnail_key)
    assert told(run(stores, old_enough=OLD_ENOUGH)) == [("missing-thumbnail", "found")]
    assert told(run(stores, *REPAIRABLE, old_enough=OLD_ENOUGH)) == [("missing-thumbnail", "repaired")]
    assert stores.objects.read(record.thumbnail_key, 10_000) == thumbnail
    assert run(stores) == []


def test_an_item_that_names_no_thumbnail_gets_one(stores: Stores) -> None:
    record = upload(stores, "a")
    forget_item(stores, record)
    stores.objects.delete(record.thumbnail_key or "")
    stores.records.add(replace(record, thumbnail_key=None))
    assert told(run(stores, FindingKind.NO_THUMBNAIL)) == [("missing-thumbnail", "repaired")]
    assert listed(stores) == (record,)
    assert stores.stored_keys() == {record.key, record.thumbnail_key}
    assert run(stores) == []


def test_a_thumbnail_of_a_damaged_original_cannot_be_made(stores: Stores) -> None:
    record = upload(stores, "a")
    stores.objects.delete(record.thumbnail_key or "")
    stores.objects.delete(record.key)
    data = fake_picture(salt="z")
    description = ObjectDescription("image/png", len(data), hashlib.sha256(data).hexdigest(), "ann", "ann!1", "x.png")
    stores.objects.put(record.key, data, description)
    (finding,) = run(stores, *REPAIRABLE)
    assert (finding.kind, finding.state) == (FindingKind.NO_THUMBNAIL, FindingState.FAILED)
    assert "SHA-256" in finding.reason


def test_nothing_of_anybody_else_is_touched(stores: Stores) -> None:
    orphan, gone, bare = (upload(stores, salt, "bo") for salt in ("a", "b", "c"))
    forget_item(stores, orphan)
    stores.objects.delete(gone.key)
    stores.objects.delete(bare.thumbnail_key or "")
    before = stores.stored_keys()
    findings = run(stores, *REPAIRABLE)
    assert len(findings) == 4
    assert {finding.state for finding in findings} == {FindingState.KEPT}
    assert all("bo" in finding.reason for finding in findings)
    assert (stores.stored_keys(), set(listed(stores))) == (before, {gone, bare})
    assert {finding.state for finding in run(stores, *REPAIRABLE, user_id="bo")} == {FindingState.REPAIRED}
    assert run(stores) == []


def test_nothing_young_is_touched_but_thumbnails(stores: Stores) -> None:
    orphan, gone = upload(stores, "a"), upload(stores, "b")
    forget_item(stores, orphan)
    stores.objects.delete(gone.key)
    before = stores.stored_keys()
    findings = run(stores, *REPAIRABLE, old_enough=OLD_ENOUGH)
    assert {finding.state for finding in findings} == {FindingState.KEPT}
    assert all("seven days" in finding.reason for finding in findings)
    assert (stores.stored_keys(), listed(stores)) == (before, (gone,))


def test_only_the_kinds_that_were_asked_for_are_repaired(stores: Stores) -> None:
    record = upload(stores, "a")
    stores.objects.delete(record.key)
    assert told(run(stores, FindingKind.UNLISTED, FindingKind.LEFTOVER)) == [("missing-original", "found")]
    assert listed(stores) == (record,)


def test_an_item_that_names_the_object_of_another_is_told_and_left(stores: Stores) -> None:
    mine = upload(stores, "a")
    forged = replace(mine, image_id="bo!1", user_id="bo", thumbnail_key=None)
    stores.records.add(forged)
    for user_id in ("ann", "bo"):
        (finding,) = run(stores, *REPAIRABLE, user_id=user_id)
        assert (finding.kind, finding.image_id, finding.state) == (FindingKind.FORGED, "bo!1", FindingState.KEPT)
    assert set(listed(stores)) == {mine, forged}
    assert stores.stored_keys() == {mine.key, mine.thumbnail_key}


def test_what_was_deleted_does_not_come_back(stores: Stores, notes: FileDeletionNotes) -> None:
    record = upload(stores, "a")
    notes.note(record)
    forget_item(stores, record)  # and there the computer went down
    (finding, _thumbnail) = checker(stores, notes=notes).run()
    assert (finding.kind, finding.state) == (FindingKind.LEFTOVER, FindingState.FOUND)
    assert list(checker(stores, notes=notes).run(REPAIRABLE)) == []
    assert (stores.stored_keys(), listed(stores), list(notes.pending())) == (set(), (), [])


def test_a_listing_gives_every_object_once_with_its_size_and_moment(stores: Stores) -> None:
    record = upload(stores, "a")
    upload(stores, "b", "bo")
    found = {each.key: each for each in stores.listing.objects("images/ann/")}
    assert set(found) == {record.key}
    assert found[record.key].size == record.size
    assert abs(stores.listing.server_time() - found[record.key].modified) < timedelta(minutes=1)
