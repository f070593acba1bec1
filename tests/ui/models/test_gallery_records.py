"""``fetch_records``: what a person chose stays chosen, wherever its rows go meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.core.changes import LibraryChange
from imagedesk.core.errors import ImageDeskError, Refused, StoreUnavailable
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.query import LibraryQuery
from imagedesk.models.gallery_model import GalleryModel
from tests.fakes.operation_runner import HandRunner
from tests.fakes.sample_records import sample_record
from tests.ui.models.conftest import fill

EVERYTHING = LibraryQuery()


class Received:
    def __init__(self, model: GalleryModel) -> None:
        self.answers: list[list[str]] = []
        self.errors: list[ImageDeskError] = []
        model.failed.connect(self.errors.append)

    def use(self, records: list[ImageRecord]) -> None:
        self.answers.append([record.image_id for record in records])


@pytest.fixture
def received(catalogue: Catalogue, model: GalleryModel, runner: HandRunner) -> Received:
    fill(catalogue, 2600)
    model.set_query(EVERYTHING)
    runner.run_all()
    return Received(model)


def test_rows_at_hand_are_given_at_once(model: GalleryModel, received: Received, catalogue: Catalogue) -> None:
    model.fetch_records([(3, 5), (9, 9)], received.use)
    ids = catalogue.ids(EVERYTHING, 0, 20)
    assert received.answers == [ids[3:6] + ids[9:10]]
    model.fetch_records([], received.use)
    assert received.answers[1:] == [[]]


def test_rows_of_many_pages_come_whole_and_in_order(
    model: GalleryModel, received: Received, catalogue: Catalogue, runner: HandRunner
) -> None:
    model.fetch_records([(1, 2500), (2590, 2599)], received.use)
    runner.run_all()
    ids = catalogue.ids(EVERYTHING, 0, 2600)
    assert received.answers == [ids[1:2501] + ids[2590:2600]]


@pytest.mark.parametrize("told_before", [True, False], ids=["the view follows first", "the view follows later"])
def test_the_images_chosen_are_the_ones_given_though_their_rows_move(
    model: GalleryModel, received: Received, catalogue: Catalogue, runner: HandRunner, told_before: bool
) -> None:
    chosen = catalogue.ids(EVERYTHING, 1000, 300)
    gone = chosen[7:9]
    fill(catalogue, 40, first=5000)
    catalogue.apply(LibraryChange(removed=(*gone, sample_record(2599).image_id)))
    if told_before:
        model.refresh()  # is under way when the person asks
    model.fetch_records([(1000, 1299)], received.use)
    model.refresh()
    runner.run_all()
    assert received.answers == [[image_id for image_id in chosen if image_id not in gone]]
    assert model.rowCount() == 2637


def test_they_come_although_others_write_all_the_time(
    model: GalleryModel, received: Received, catalogue: Catalogue, runner: HandRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen, rows = catalogue.ids(EVERYTHING, 0, 2500), catalogue.rows

    def rows_while_others_write(query: LibraryQuery, offset: int, limit: int) -> list[ImageRecord]:
        fill(catalogue, 1, first=10_000 + offset)
        return rows(query, offset, limit)

    monkeypatch.setattr(catalogue, "rows", rows_while_others_write)
    model.fetch_records([(0, 2499)], received.use)
    runner.run()
    assert received.answers == [chosen]


def test_rows_that_nobody_can_name_any_more_are_refused_rather_than_guessed(
    model: GalleryModel, received: Received, catalogue: Catalogue, runner: HandRunner
) -> None:
    model.fetch_records([(1000, 1299)], received.use)
    fill(catalogue, 2500, first=5000)  # beyond what the catalogue can follow
    runner.run_all()
    assert received.answers == []
    assert [type(error) for error in received.errors] == [Refused]


def test_another_query_drops_what_was_asked_of_the_one_before(
    model: GalleryModel, received: Received, runner: HandRunner
) -> None:
    model.fetch_records([(0, 2000)], received.use)
    model.set_query(LibraryQuery(user_ids=frozenset({"ann"})))
    runner.run_all()
    assert (received.answers, received.errors) == ([], [])


def test_a_fault_is_told(model: GalleryModel, received: Received, catalogue: Catalogue, runner: HandRunner) -> None:
    model.fetch_records([(0, 2000)], received.use)
    catalogue.close()
    runner.run_all()
    assert received.answers == []
    assert [type(error) for error in received.errors] == [StoreUnavailable]


def test_the_look_ends_when_it_is_cancelled(
    model: GalleryModel, received: Received, catalogue: Catalogue, runner: HandRunner
) -> None:
    read: list[int] = []
    count: Callable[..., list[ImageRecord]] = catalogue.rows
    catalogue.rows = lambda query, offset, limit: (read.append(offset), count(query, offset, limit))[1]  # type: ignore[method-assign]
    model.fetch_records([(0, 2000)], received.use)
    runner.held[0].token.cancel()
    runner.run_all()
    assert (read, received.answers) == ([], [])
