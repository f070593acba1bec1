"""What every record store promises of single items: the sentences of ``core.ports.RecordStore``, one test each."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace

import pytest

from imagedesk.core.errors import AlreadyExists, NotFound, NotOwner
from imagedesk.core.ports import RecordStore
from tests.contract.record_pages import add_all, flat, paged
from tests.fakes.sample_records import sample_record

MOMENT = "2026-04-04T04:04:04.000000Z"


# add and get


def test_a_record_comes_back_as_it_went_in(records: RecordStore) -> None:
    full = sample_record(
        1, filename='høst 東京 😀 "x" <b>.jpg', metadata={"tags": ["a", 1, 1.5, None, True], "ü": {"n": []}}
    )
    bare = replace(sample_record(2), sha256=None, width=None, height=None, thumbnail_key=None, placeholder=None)
    dated = replace(sample_record(3, metadata={}), updated_at=MOMENT)
    for record in (full, bare, dated):
        records.add(record)
        assert records.get(record.image_id) == record


def test_a_large_size_is_exact(records: RecordStore) -> None:
    record = sample_record(1, size=2**62 + 1)
    records.add(record)
    assert records.get(record.image_id).size == 2**62 + 1


def test_an_unknown_id_is_not_found(records: RecordStore) -> None:
    records.add(sample_record(1))
    for image_id in ("ann!unknown", "00000000-0000-0000-0000-000000000000", "ann!", "x" * 1500, "ä\n"):
        with pytest.raises(NotFound):
            records.get(image_id)


def test_the_same_item_again_is_a_success(records: RecordStore) -> None:
    record = sample_record(1)
    records.add(record)
    records.add(record)
    assert records.get(record.image_id) == record
    assert len(flat(paged(records, 10))) == 1


@pytest.mark.parametrize("difference", [{"key": "images/ann/other/x.jpg"}, {"sha256": "f" * 64}, {"sha256": None}])
def test_another_image_under_a_taken_id_is_refused(records: RecordStore, difference: dict[str, str | None]) -> None:
    first = sample_record(1)
    records.add(first)
    with pytest.raises(AlreadyExists):
        records.add(replace(first, filename="other.jpg", **difference))  # type: ignore[arg-type]
    assert records.get(first.image_id) == first


def test_of_many_who_add_one_id_at_once_one_succeeds(records: RecordStore) -> None:
    barrier, outcomes = threading.Barrier(6), list[str]()

    def add(number: int) -> None:
        barrier.wait()
        try:
            records.add(replace(sample_record(1), sha256=f"{number:064x}"))
            outcomes.append("added")
        except AlreadyExists:
            outcomes.append("refused")

    run_all(threading.Thread(target=add, args=(number,)) for number in range(6))
    assert sorted(outcomes) == ["added"] + ["refused"] * 5


def test_ids_of_older_clients_are_shown(records: RecordStore) -> None:
    record = replace(sample_record(1), image_id="3f0c5f0e-6a7f-4a43-9b43-0d7c5a0c4b11")
    records.add(record)
    assert records.get(record.image_id) == record
    assert flat(paged(records, 10)) == [record]
    with pytest.raises(NotOwner):
        records.delete(record.image_id, "bo")
    assert records.delete(record.image_id, "ann") == record


# get_many


def test_get_many_returns_those_that_are_there(records: RecordStore) -> None:
    added = add_all(records, map(sample_record, range(5)))
    wanted = [record.image_id for record in added[1:4]]
    assert records.get_many([*wanted, "ann!unknown", wanted[0]]) == {r.image_id: r for r in added[1:4]}
    assert records.get_many([]) == {}
    assert records.get_many(["ann!unknown"]) == {}


def test_get_many_takes_any_number_of_ids(records: RecordStore) -> None:
    added = add_all(records, map(sample_record, range(120)))
    found = records.get_many([record.image_id for record in added] + [f"ann!unknown{n}" for n in range(1000)])
    assert found == {record.image_id: record for record in added}


# delete


def test_only_the_owner_deletes(records: RecordStore) -> None:
    record = sample_record(1)
    records.add(record)
    for stranger in ("bo", "Ann", "an", "ann ", "ann!"):
        with pytest.raises(NotOwner):
            records.delete(record.image_id, stranger)
    assert records.get(record.image_id) == record
    assert records.delete(record.image_id, "ann") == record
    with pytest.raises(NotFound):
        records.get(record.image_id)
    assert flat(paged(records, 10)) == []


def test_not_found_is_another_error_than_not_owner(records: RecordStore) -> None:
    record = sample_record(1)
    records.add(record)
    with pytest.raises(NotFound):
        records.delete("ann!unknown", "ann")
    records.delete(record.image_id, "ann")
    for user_id in ("ann", "bo"):
        with pytest.raises(NotFound):
            records.delete(record.image_id, user_id)


def test_of_many_who_delete_at_once_one_succeeds(records: RecordStore) -> None:
    record = sample_record(1)
    records.add(record)
    barrier, outcomes = threading.Barrier(4), list[str]()

    def delete() -> None:
        barrier.wait()
        try:
            records.delete(record.image_id, "ann")
            outcomes.append("deleted")
        except NotFound:
            outcomes.append("not found")

    run_all(threading.Thread(target=delete) for _ in range(4))
    assert sorted(outcomes) == ["deleted"] + ["not found"] * 3


def run_all(threads: Iterable[threading.Thread]) -> None:
    started = list(threads)
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
