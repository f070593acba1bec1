"""What every record store promises of edits: one conditional write, by the owner, on what was last seen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from imagedesk.core.errors import EditConflict, NotFound, NotOwner
from imagedesk.core.metadata import Metadata
from imagedesk.core.ports import RecordStore
from tests.contract.record_pages import flat, paged
from tests.fakes.sample_records import sample_record

NOON, LATER = "2026-04-04T12:00:00.000000Z", "2026-04-04T12:00:01.000000Z"
RECORD = sample_record(1, metadata={"campaign": "autumn"})


@pytest.fixture
def seen(records: RecordStore) -> RecordStore:
    records.add(RECORD)
    return records


@pytest.mark.parametrize("before", [None, {}, {"campaign": "autumn", "tags": ["a", 1.5, None, {"ü": True}]}])
@pytest.mark.parametrize("after", [None, {"rights": "CC BY"}, {"x": [1, 2.5, None, {"deep": [True]}], "": "empty"}])
def test_the_metadata_is_replaced_and_all_else_stays(
    records: RecordStore, before: Metadata | None, after: Metadata | None
) -> None:
    record = replace(RECORD, metadata=before)
    records.add(record)
    edited = replace(record, metadata=after, updated_at=NOON)
    assert records.edit(record, after, NOON, "ann") == edited
    assert records.get(record.image_id) == edited
    assert flat(paged(records, 10)) == [edited]


def test_one_edit_after_another_is_made_on_what_the_first_returned(seen: RecordStore) -> None:
    first = seen.edit(RECORD, {"n": 1}, NOON, "ann")
    second = seen.edit(first, {"n": 2}, LATER, "ann")
    assert seen.get(RECORD.image_id) == second == replace(RECORD, metadata={"n": 2}, updated_at=LATER)


def test_an_edit_on_what_is_no_longer_so_is_a_conflict_and_changes_nothing(seen: RecordStore) -> None:
    first = seen.edit(RECORD, {"n": 1}, NOON, "ann")
    with pytest.raises(EditConflict):
        seen.edit(RECORD, {"n": 2}, LATER, "ann")
    with pytest.raises(EditConflict):
        seen.edit(replace(first, metadata={"n": 0}), {"n": 2}, LATER, "ann")
    with pytest.raises(EditConflict):
        seen.edit(replace(first, updated_at=LATER), {"n": 2}, "2026-04-05", "ann")
    assert seen.get(RECORD.image_id) == first


def test_the_same_edit_again_is_a_success(seen: RecordStore) -> None:
    first = seen.edit(RECORD, {"n": 1}, NOON, "ann")
    assert seen.edit(RECORD, {"n": 1}, NOON, "ann") == first
    with pytest.raises(EditConflict):  # the same words at another moment are somebody else's
        seen.edit(RECORD, {"n": 1}, LATER, "ann")


def test_only_the_owner_edits(seen: RecordStore) -> None:
    for stranger in ("bo", "Ann", "an", "ann!"):
        with pytest.raises(NotOwner):
            seen.edit(RECORD, {"n": 1}, NOON, stranger)
    assert seen.get(RECORD.image_id) == RECORD


def test_what_is_gone_is_not_found_and_does_not_come_back(seen: RecordStore) -> None:
    seen.delete(RECORD.image_id, "ann")
    for user_id in ("ann", "bo"):
        with pytest.raises(NotFound):
            seen.edit(RECORD, {"n": 1}, NOON, user_id)
    assert flat(paged(seen, 10)) == []


@pytest.mark.needs("atomic conditions")
def test_of_many_who_edit_at_once_one_succeeds(seen: RecordStore) -> None:
    barrier, outcomes = threading.Barrier(4), list[str]()

    def edit(number: int) -> Callable[[], None]:
        def run() -> None:
            barrier.wait()
            try:
                seen.edit(RECORD, {"n": number}, f"2026-04-04T12:00:0{number}.000000Z", "ann")
                outcomes.append(str(number))
            except EditConflict:
                outcomes.append("conflict")

        return run

    threads = [threading.Thread(target=edit(number)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("conflict") == 3
    (winner,) = [outcome for outcome in outcomes if outcome != "conflict"]
    assert seen.get(RECORD.image_id).metadata == {"n": int(winner)}


def test_an_image_of_an_older_client_is_edited_by_its_user(records: RecordStore) -> None:
    record = replace(RECORD, image_id="3f0c5f0e-6a7f-4a43-9b43-0d7c5a0c4b11")
    records.add(record)
    with pytest.raises(NotOwner):
        records.edit(record, {"n": 1}, NOON, "bo")
    assert records.edit(record, {"n": 1}, NOON, "ann").metadata == {"n": 1}
