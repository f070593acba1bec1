"""The first rows of a long list are answered before it has been gone through, and are those of the whole list."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagedesk.catalogue import keyed_rows, views
from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.core.changes import LibraryChange
from imagedesk.core.query import LibraryQuery, Order
from tests.fakes.sample_records import sample_record

PEOPLE = ("ann", "bob", "cem")


@pytest.fixture
def long_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    """Everything beyond ten rows is long, and twenty are near."""
    monkeypatch.setattr(keyed_rows, "_MAX_KEYS", 10)
    monkeypatch.setattr(keyed_rows, "_SEGMENT", 8)
    monkeypatch.setattr(views, "_NEAR", 20)
    catalogue = Catalogue(tmp_path / "library.sqlite", durable=False)
    records = [sample_record(n, PEOPLE[n % 3], filename=f"{n * 7919 % 101}.jpg", size=n * 31 % 17) for n in range(90)]
    catalogue.apply(LibraryChange(added=tuple(records)))
    return catalogue


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("people", [frozenset[str](), frozenset(["bob"]), frozenset(["ann", "cem"])])
def test_they_are_those_of_the_whole_list(
    long_list: Catalogue, monkeypatch: pytest.MonkeyPatch, order: Order, people: frozenset[str]
) -> None:
    query = LibraryQuery(user_ids=people, order=order)
    first = [long_list.ids(query, offset, limit) for offset, limit in ((0, 20), (0, 5), (7, 12), (19, 1), (3, 0))]
    whole = long_list.ids(query, 0, 90)  # too far to walk: from now on there are segments
    assert len(whole) == 30 * (len(people) or 3)
    assert first == [whole[:20], whole[:5], whole[7:19], whole[19:20], []]
    assert [record.image_id for record in long_list.rows(query, 0, 20)] == whole[:20]
    long_list.close()


def test_nothing_is_cut_into_segments_for_them(long_list: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> None:
        raise AssertionError("the whole list was gone through")

    with monkeypatch.context() as patch:
        patch.setattr(keyed_rows, "build", refuse)
        assert len(long_list.rows(LibraryQuery(), 0, 20)) == 20
        with pytest.raises(AssertionError):
            long_list.rows(LibraryQuery(), 0, 21)
    long_list.close()


def test_a_change_behind_them_is_followed(long_list: Catalogue) -> None:
    query = LibraryQuery()
    begin = long_list.row_changes(query, -1)
    before = long_list.ids(query, 0, 20)
    long_list.apply(LibraryChange(added=(sample_record(500),)))
    changes = long_list.row_changes(query, begin.version)
    assert changes.inserted == (0,)
    assert long_list.ids(query, 0, 20) == [sample_record(500).image_id, *before[:19]]
    long_list.close()
