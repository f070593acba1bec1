"""Row changes of a search are exact: the old rows with them applied are those of a new search, after any history."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from imagedesk.catalogue import text_rows
from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.core.changes import LibraryChange
from imagedesk.core.query import LibraryQuery, Order
from tests.fakes.sample_records import sample_record
from tests.unit.catalogue.test_row_changes import RandomLibrary, applied, assert_only_updated_rows_differ

SCOPES = [(users, text) for users in ((), ("ann", "cy")) for text in ("a", "b jpg", "a9")]  # as many as are remembered


def queries(chance: random.Random) -> list[LibraryQuery]:
    orders = list(Order)
    return [LibraryQuery(frozenset(users), frozenset(), text, chance.choice(orders)) for users, text in SCOPES]


@pytest.fixture
def fresh(tmp_path: Path, catalogue: Catalogue) -> Iterator[Catalogue]:
    """The same file, seen by somebody who remembers no search."""
    fresh = Catalogue(tmp_path / "library.sqlite", durable=False)
    yield fresh
    fresh.close()


@pytest.mark.parametrize("seed", range(6))
def test_the_changes_turn_the_old_rows_into_those_of_a_new_search(
    catalogue: Catalogue, fresh: Catalogue, seed: int
) -> None:
    library = RandomLibrary(catalogue, seed)
    library.change(60)
    exact = 0
    for _ in range(12):
        version = catalogue.version
        before = {query: catalogue.rows(query, 0, 1000) for query in queries(library._random)}
        for _ in range(library._random.randrange(1, 4)):
            library.change(12)
        for query, old in before.items():
            changes = catalogue.row_changes(query, version)
            new = fresh.rows(query, 0, 1000)
            assert catalogue.rows(query, 0, 1000) == new
            assert (changes.version, changes.total) == (catalogue.version, len(new))
            if changes.reset:
                assert not old  # nothing was found, and nothing remembered
                continue
            old_ids, new_ids = [record.image_id for record in old], [record.image_id for record in new]
            assert applied(old_ids, changes, new_ids) == new_ids
            assert_only_updated_rows_differ(old, new, changes)
            exact += bool(changes)
    assert exact > 50


def test_an_image_leaves_a_search_with_its_words_and_comes_with_them(catalogue: Catalogue) -> None:
    records = [sample_record(number, filename=f"harbour {number}.jpg") for number in range(5)]
    catalogue.apply(LibraryChange(added=tuple(records)))
    query = LibraryQuery(text="harbour")
    assert len(catalogue.rows(query, 0, 10)) == 5
    renamed = replace(records[2], filename="street.jpg")
    catalogue.apply(LibraryChange(updated=(renamed,)))
    left = catalogue.row_changes(query, 1)
    assert (left.removed, left.inserted, left.updated, left.total) == ((2,), (), (), 4)
    catalogue.apply(LibraryChange(updated=(records[2],)))
    came = catalogue.row_changes(query, 2)
    assert (came.removed, came.inserted, came.updated, came.total) == ((), (2,), (), 5)


def test_an_image_that_was_removed_and_put_back_is_found_in_its_new_row(catalogue: Catalogue) -> None:
    records = [sample_record(number) for number in range(4)]
    catalogue.apply(LibraryChange(added=tuple(records)))
    query = LibraryQuery(text="img")
    catalogue.rows(query, 0, 10)
    version = catalogue.version
    catalogue.apply(LibraryChange(removed=(records[1].image_id,)))
    catalogue.apply(LibraryChange(added=(sample_record(9),)))
    catalogue.apply(LibraryChange(added=(records[1],)))
    changes = catalogue.row_changes(query, version)
    assert not changes.reset
    assert catalogue.rows(query, 0, 10) == [sample_record(9), *reversed(records)]


def test_what_changes_elsewhere_costs_no_search(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue.apply(LibraryChange(added=tuple(map(sample_record, range(50)))))
    query = LibraryQuery(text="img")
    catalogue.rows(query, 0, 10)
    version = catalogue.version
    searches: list[object] = []
    search = text_rows.search

    def counted(connection: sqlite3.Connection, *arguments: object) -> text_rows.TextRows:
        searches.append(arguments)
        return search(connection, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(text_rows, "search", counted)
    catalogue.apply(LibraryChange(added=(sample_record(60, filename="street.jpg"), sample_record(61))))
    assert catalogue.row_changes(query, version).inserted == (0,)
    assert len(catalogue.rows(query, 0, 100)) == 51
    assert searches == []


def test_a_search_that_nobody_remembers_is_read_anew(catalogue: Catalogue) -> None:
    catalogue.apply(LibraryChange(added=(sample_record(1),)))
    catalogue.apply(LibraryChange(added=(sample_record(2),)))
    assert catalogue.row_changes(LibraryQuery(text="img"), 1).reset
