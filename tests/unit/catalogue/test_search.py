"""Search as one types."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.catalogue.filters import match_expression
from imagedesk.core.changes import LibraryChange
from imagedesk.core.query import LibraryQuery
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


def test_an_edit_is_found_by_its_new_words_and_no_more_by_the_old(catalogue: Catalogue) -> None:
    seen = sample_record(1, filename="x.jpg", metadata={"campaign": "autumn"})
    catalogue.apply(LibraryChange(added=(seen,)))
    version = catalogue.version
    catalogue.edit_if_unchanged(seen, {"campaign": "winter"}, "2026-04-04T04:04:04.000000Z", "ann")
    assert (found(catalogue, "autumn"), found(catalogue, "winter")) == ([], ["x.jpg"])
    changes = catalogue.row_changes(LibraryQuery(), version)
    assert (changes.updated, changes.removed, changes.inserted) == ((0,), (), ())
