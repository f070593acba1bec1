"""Row changes are exact: an old list with them applied is the new list, for every query and after any history."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from imagedesk.catalogue import keyed_rows
from imagedesk.catalogue.catalogue import Catalogue, RowChanges
from imagedesk.core.changes import LibraryChange
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.query import LibraryQuery, Order
from tests.fakes.sample_records import sample_record

USERS, TYPES = ("ann", "bo", "cy"), ("image/jpeg", "image/png")
QUERIES = [
    LibraryQuery(frozenset(users), frozenset(types), "", order)
    for order in Order
    for users in ((), ("ann",), ("ann", "cy"))
    for types in ((), ("image/png",))
]


def applied(old: Sequence[str], changes: RowChanges, new: Sequence[str]) -> list[str]:
    """What a view shows after the changes; the ids of inserted rows are those of the new list."""
    rows = list(old)
    for number in reversed(changes.removed):
        del rows[number]
    for number in changes.inserted:
        rows.insert(number, new[number])
    return rows


class RandomLibrary:
    """Applies random changes, to the catalogue and to a dictionary that is compared with it."""

    def __init__(self, catalogue: Catalogue, seed: int) -> None:
        self._catalogue = catalogue
        self._random = random.Random(seed)
        self.model: dict[str, ImageRecord] = {}
        self._number = 0

    def change(self, most: int) -> None:
        added = tuple(self._new() for _ in range(self._random.randrange(most)))
        some = self._random.sample(sorted(self.model), min(len(self.model), self._random.randrange(most)))
        updated = tuple(self._edited(self.model[image_id]) for image_id in some[::2])
        removed = tuple(some[1::2])
        self._catalogue.apply(LibraryChange(added, updated, removed))
        self.model.update((record.image_id, record) for record in (*added, *updated))
        for image_id in removed:
            del self.model[image_id]

    def _new(self) -> ImageRecord:
        self._number += 1
        pick = self._random.choice
        return sample_record(
            self._number if self._random.random() < 0.5 else self._number + self._random.randrange(10**6),
            pick(USERS),
            pick(TYPES),
            f"{pick('abcABC')}{self._random.randrange(5)}.jpg",
            size=self._random.randrange(4),
            created_at=f"2026-01-0{self._random.randrange(1, 4)}T00:00:00.000000Z"
            if self._random.random() < 0.3
            else None,
        )

    def _edited(self, record: ImageRecord) -> ImageRecord:
        kind = self._random.randrange(4)
        if kind == 0:
            return replace(record, filename=f"{self._random.choice('abcABC')}9.jpg")
        if kind == 1:
            return replace(record, content_type=self._random.choice(TYPES))
        return replace(record, size=self._random.randrange(4)) if kind == 2 else replace(record, metadata={"n": 1})


@pytest.fixture(params=["short lists", "segments"], autouse=True)
def row_index(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything holds for either row index; a long list is one of more than no rows here."""
    if request.param == "segments":
        monkeypatch.setattr(keyed_rows, "_MAX_KEYS", 0)
        monkeypatch.setattr(keyed_rows, "_SEGMENT", 4)
        monkeypatch.setattr(keyed_rows, "_MAX_SEGMENT", 9)


@pytest.fixture(params=range(4))
def library(request: pytest.FixtureRequest, catalogue: Catalogue) -> RandomLibrary:
    return RandomLibrary(catalogue, request.param)


def test_the_changes_turn_the_old_list_into_the_new_one(catalogue: Catalogue, library: RandomLibrary) -> None:
    library.change(60)
    for _ in range(15):
        version = catalogue.version
        before = {query: catalogue.rows(query, 0, 1000) for query in QUERIES}
        for _ in range(library._random.randrange(1, 4)):
            library.change(12)
        for query, old in before.items():
            new = catalogue.rows(query, 0, 1000)
            changes = catalogue.row_changes(query, version)
            assert not changes.reset
            assert (changes.version, changes.total) == (catalogue.version, len(new))
            old_ids, new_ids = [record.image_id for record in old], [record.image_id for record in new]
            assert applied(old_ids, changes, new_ids) == new_ids
            assert_only_updated_rows_differ(old, new, changes)


def assert_only_updated_rows_differ(old: list[ImageRecord], new: list[ImageRecord], changes: RowChanges) -> None:
    known = {record.image_id: record for record in old}
    differing = tuple(
        number
        for number, record in enumerate(new)
        if number not in changes.inserted and known[record.image_id] != record
    )
    assert changes.updated == differing
    for rows in (changes.removed, changes.inserted, changes.updated):
        assert list(rows) == sorted(set(rows))


def test_rows_totals_and_facets_agree_with_a_plain_dictionary(catalogue: Catalogue, library: RandomLibrary) -> None:
    for _ in range(10):
        library.change(40)
    for query in QUERIES:
        expected = [
            record
            for record in library.model.values()
            if (not query.user_ids or record.user_id in query.user_ids)
            and (not query.content_types or record.content_type in query.content_types)
        ]
        rows = catalogue.rows(query, 0, 1000)
        assert sorted(rows, key=lambda r: r.image_id) == sorted(expected, key=lambda r: r.image_id)
        assert catalogue.totals(query).images == len(expected)
        assert catalogue.totals(query).size == sum(record.size for record in expected)


def test_any_window_and_any_position_are_those_of_the_sorted_list(catalogue: Catalogue, library: RandomLibrary) -> None:
    for _ in range(6):
        library.change(30)
        for query in QUERIES:
            rows = catalogue.rows(query, 0, 1000)
            key = {
                Order.NEWEST: lambda record: (record.created_at, record.image_id),
                Order.OLDEST: lambda record: (record.created_at, record.image_id),
                Order.NAME: lambda record: (record.filename.casefold(), record.image_id),
                Order.SIZE: lambda record: (record.size, record.image_id),
            }[query.order]
            assert rows == sorted(rows, key=key, reverse=query.order in {Order.NEWEST, Order.SIZE})
            for offset in range(0, len(rows), 5):
                assert catalogue.ids(query, offset, 7) == [record.image_id for record in rows[offset : offset + 7]]
                assert catalogue.position(query, rows[offset].image_id) == offset


def test_a_reader_of_an_older_snapshot_is_still_right(catalogue: Catalogue, library: RandomLibrary) -> None:
    library.change(40)
    query = LibraryQuery()
    before = catalogue.ids(query, 0, 1000)
    with catalogue._database.reading() as old:
        old.execute("SELECT * FROM change_counter").fetchone()
        library.change(40)
        assert catalogue.ids(query, 0, 1000) != before  # the kept index is now of the newer version
        assert catalogue._views._ids(old, query, 0, 1000) == before
    assert catalogue.ids(query, 0, 1000) != before


def test_nothing_changed_is_no_change(catalogue: Catalogue) -> None:
    catalogue.apply(LibraryChange(added=(sample_record(1),)))
    changes = catalogue.row_changes(LibraryQuery(), catalogue.version)
    assert not changes
    assert (changes.total, changes.reset) == (1, False)


def test_changes_that_cancel_out_are_no_change(catalogue: Catalogue) -> None:
    catalogue.apply(LibraryChange(added=(sample_record(1),)))
    version = catalogue.version
    catalogue.apply(LibraryChange(added=(sample_record(2),)))
    catalogue.apply(LibraryChange(removed=(sample_record(2).image_id,)))
    changes = catalogue.row_changes(LibraryQuery(), version)
    assert (bool(changes), changes.version) == (False, version + 2)


def test_to_begin_is_a_reset_with_version_and_total(catalogue: Catalogue) -> None:
    catalogue.apply(LibraryChange(added=(sample_record(1),)))
    assert catalogue.row_changes(LibraryQuery(), -1) == RowChanges(1, 1, reset=True)


def test_a_search_and_a_flood_are_resets(catalogue: Catalogue) -> None:
    catalogue.apply(LibraryChange(added=(sample_record(0),)))
    catalogue.apply(LibraryChange(added=tuple(map(sample_record, range(1, 2500)))))
    assert catalogue.row_changes(LibraryQuery(), 1).reset
    catalogue.apply(LibraryChange(added=(sample_record(3000),)))
    assert catalogue.row_changes(LibraryQuery(text="img"), 2).reset
    assert catalogue.row_changes(LibraryQuery(), 2).inserted == (0,)


def test_what_happened_before_this_process_opened_the_file_is_a_reset(tmp_path: Path) -> None:
    for number in range(3):
        catalogue = Catalogue(tmp_path / "library.sqlite", durable=True)
        catalogue.apply(LibraryChange(added=(sample_record(number),)))
        assert catalogue.version == number + 1
        if number:
            assert catalogue.row_changes(LibraryQuery(), number - 1).reset
        assert catalogue.row_changes(LibraryQuery(), number).inserted == (0,)
        catalogue.close()


@pytest.fixture
def neighbour(tmp_path: Path, catalogue: Catalogue) -> Iterator[Catalogue]:
    """Another process with the same file open."""
    neighbour = Catalogue(tmp_path / "library.sqlite", durable=False)
    yield neighbour
    neighbour.close()


def test_what_another_process_wrote_is_seen_and_is_a_reset(catalogue: Catalogue, neighbour: Catalogue) -> None:
    told: list[int] = []
    catalogue.subscribe(lambda: told.append(1))
    assert catalogue.refresh_external() is False
    neighbour.apply(LibraryChange(added=(sample_record(1),)))
    assert catalogue.row_changes(LibraryQuery(), 0).reset
    assert catalogue.refresh_external() is True
    assert catalogue.refresh_external() is False
    assert (catalogue.version, told) == (1, [1])
    catalogue.apply(LibraryChange(added=(sample_record(2),)))
    assert catalogue.refresh_external() is False
    assert catalogue.row_changes(LibraryQuery(), 1).inserted == (0,)
    assert told == [1, 1]


def test_writes_of_two_processes_between_each_other_stay_exact(catalogue: Catalogue, neighbour: Catalogue) -> None:
    catalogue.apply(LibraryChange(added=(sample_record(1),)))
    neighbour.apply(LibraryChange(added=(sample_record(2),)))
    catalogue.apply(LibraryChange(added=(sample_record(3),)))
    assert catalogue.row_changes(LibraryQuery(), 1).reset
    assert catalogue.row_changes(LibraryQuery(), 2).inserted == (0,)
    assert neighbour.row_changes(LibraryQuery(), 1).reset
