"""Search as one types."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imagedesk.catalogue import text_rows
from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.catalogue.filters import match_expression
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.changes import LibraryChange
from imagedesk.core.errors import Cancelled
from imagedesk.core.query import LibraryQuery, Order
from tests.fakes.sample_records import sample_record


def found(catalogue: Catalogue, text: str) -> list[str]:
    return [record.filename for record in catalogue.rows(LibraryQuery(text=text), 0, 10)]


@pytest.mark.parametrize(
    ("filename", "text"),
    [
        ("IMG_2041.jpg", "2041"),
        ("IMG_2041.jpg", "img"),
        ("IMG_2041.jpg", "IMG_20"),
        ("IMG_2041.jpg", "jpg 2041"),
        ("DSC02041.jpg", "02041"),
        ("DSC02041.jpg", "dsc02"),
        ("holiday-in-Bergen (2).png", "bergen hol"),
        ("café.png", "cafe"),
        ("cafe\u0301.png", "café"),
        ("Ελλάδα.jpg", "ελλ"),
        ("東京タワー.jpg", "東京"),
        ('it\'s "quoted".jpg', '"quoted"'),
    ],
)
def test_a_name_is_found_by_the_beginning_of_its_parts(catalogue: Catalogue, filename: str, text: str) -> None:
    other = sample_record(2, filename="other.tiff")
    catalogue.apply(LibraryChange(added=(sample_record(1, filename=filename), other)))
    assert found(catalogue, text) == [filename]


def test_people_and_metadata_are_searched_too(catalogue: Catalogue) -> None:
    catalogue.apply(
        LibraryChange(
            added=(
                sample_record(1, "ann.berg", filename="one.jpg"),
                sample_record(2, "bo", filename="two.jpg", metadata={"campaign": "Høst 2026", "shots": 17}),
            )
        )
    )
    assert found(catalogue, "berg") == ["one.jpg"]
    assert found(catalogue, "høst") == ["two.jpg"]
    assert found(catalogue, "campaign 17") == ["two.jpg"]


def test_every_word_must_be_found(catalogue: Catalogue) -> None:
    catalogue.apply(LibraryChange(added=(sample_record(1, filename="blue harbour.jpg"),)))
    assert found(catalogue, "blue har") == ["blue harbour.jpg"]
    assert found(catalogue, "blue forest") == []


def test_signs_alone_filter_nothing(catalogue: Catalogue) -> None:
    catalogue.apply(LibraryChange(added=(sample_record(1),)))
    assert match_expression(' -- "( * ') == ""
    assert found(catalogue, ' -- "( * ') == [sample_record(1).filename]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters() | st.sampled_from("\"'*^-+():{}\0\\ NEAR AND OR NOT"), max_size=40))
def test_nothing_that_a_person_types_breaks_the_search(catalogue: Catalogue, text: str) -> None:
    query = LibraryQuery(text=text)
    assert len(catalogue.rows(query, 0, 10)) == catalogue.totals(query).images


def test_a_very_long_search_is_cut(catalogue: Catalogue) -> None:
    catalogue.apply(LibraryChange(added=(sample_record(1),)))
    assert found(catalogue, "img " * 5000) == [sample_record(1).filename]
    assert found(catalogue, "x" * 100_000) == []


@pytest.mark.parametrize("order", list(Order))
def test_the_first_rows_of_a_search_that_matches_much_are_those_of_the_whole(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, order: Order
) -> None:
    names = [f"{'harbour' if number % 3 else 'forest'} {number * 7919 % 100:02d}.jpg" for number in range(100)]
    records = [sample_record(n, "ann", filename=name, size=n % 7) for n, name in enumerate(names)]
    catalogue.apply(LibraryChange(added=tuple(records)))
    query = LibraryQuery(text="har", order=order)
    whole = catalogue.ids(query, 0, 100)
    assert len(whole) == 66
    monkeypatch.setattr(text_rows, "MANY", 10)
    monkeypatch.setattr(text_rows, "_HEAD", 20)
    catalogue.apply(LibraryChange(added=(sample_record(500, filename="forest.jpg"),)))  # what was kept is out of date
    for offset, limit in ((0, 20), (5, 10), (0, 0), (0, 21), (15, 20), (60, 50), (200, 5), (0, 100)):
        assert catalogue.ids(query, offset, limit) == whole[offset : offset + limit]
    assert catalogue.row_changes(query, -1).total == catalogue.totals(query).images == 66
    assert [catalogue.position(query, image_id) for image_id in whole] == list(range(66))
    forest = next(record.image_id for record in records if record.image_id not in whole)
    assert catalogue.position(query, forest) is None


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("users", [(), ("ann", "bo")])
def test_the_places_of_a_few_in_a_search_that_matches_much_are_counted_and_not_sorted(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, order: Order, users: tuple[str, ...]
) -> None:
    names = [f"{'harbour' if number % 3 else 'forest'} {number * 7919 % 100:02d}.jpg" for number in range(100)]
    records = [sample_record(n, ("ann", "bo", "cy")[n % 3], filename=name, size=n % 7) for n, name in enumerate(names)]
    catalogue.apply(LibraryChange(added=tuple(records)))
    query = LibraryQuery(frozenset(users), text="har", order=order)
    whole = catalogue.ids(query, 0, 100)
    monkeypatch.setattr(text_rows, "MANY", 10)
    catalogue.apply(LibraryChange(added=(sample_record(500, filename="forest.jpg"),)))  # what was kept is out of date
    monkeypatch.setattr(text_rows, "search", lambda *_: pytest.fail("it was sorted"))
    for start in range(0, len(whole), 7):
        some = whole[start : start + 7]
        expected = {image_id: start + place for place, image_id in enumerate(some)}
        assert catalogue.positions(query, [*some, "ann!unknown"]) == expected


def test_a_search_that_nobody_waits_for_any_more_is_given_up(catalogue: Catalogue) -> None:
    catalogue.apply(LibraryChange(added=tuple(sample_record(number) for number in range(3000))))
    token = CancelToken()
    with catalogue.abandoned_by(token):
        assert catalogue.facets(LibraryQuery(text="img")).people[0].images == 3000
    token.cancel()
    with pytest.raises(Cancelled), catalogue.abandoned_by(token):
        catalogue.facets(LibraryQuery(text="im"))
    assert catalogue.facets(LibraryQuery(text="im")).people[0].images == 3000  # the connection is as good as before


def test_an_edit_is_found_by_its_new_words_and_no_more_by_the_old(catalogue: Catalogue) -> None:
    seen = sample_record(1, filename="x.jpg", metadata={"campaign": "autumn"})
    catalogue.apply(LibraryChange(added=(seen,)))
    version = catalogue.version
    catalogue.edit_if_unchanged(seen, {"campaign": "winter"}, "2026-04-04T04:04:04.000000Z", "ann")
    assert (found(catalogue, "autumn"), found(catalogue, "winter")) == ([], ["x.jpg"])
    changes = catalogue.row_changes(LibraryQuery(), version)
    assert (changes.updated, changes.removed, changes.inserted) == ((0,), (), ())
