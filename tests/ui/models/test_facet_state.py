from __future__ import annotations

import pytest
from PySide6.QtCore import QObject

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.catalogue.facets import FacetCount, Totals
from imagedesk.core.changes import LibraryChange
from imagedesk.core.errors import StoreUnavailable
from imagedesk.core.query import LibraryQuery
from imagedesk.models.facet_state import FacetSnapshot, FacetState
from tests.fakes.operation_runner import HandRunner
from tests.fakes.sample_records import sample_record

BEAS = LibraryQuery(user_ids=frozenset({"bea"}))


class Told:
    def __init__(self, state: FacetState) -> None:
        self.snapshots: list[FacetSnapshot] = []
        self.errors: list[Exception] = []
        state.facets_changed.connect(self.snapshots.append)
        state.failed.connect(self.errors.append)


@pytest.fixture
def state(catalogue: Catalogue, runner: HandRunner, owner: QObject) -> FacetState:
    records = [sample_record(1), sample_record(2, content_type="image/png"), sample_record(3, "bea")]
    catalogue.apply(LibraryChange(added=tuple(records)))
    return FacetState(catalogue, runner, "ann", owner)


@pytest.fixture
def told(state: FacetState) -> Told:
    return Told(state)


def test_each_facet_is_counted_under_the_other_filters(state: FacetState, told: Told, runner: HandRunner) -> None:
    state.set_query(BEAS)
    runner.run_all()
    assert told.snapshots == [
        FacetSnapshot(
            people=(FacetCount("ann", 2), FacetCount("bea", 1)),
            types=(FacetCount("image/jpeg", 1), FacetCount("image/png", 0)),
            library_images=3,
            mine=2,
            totals=Totals(1, 1000),
        )
    ]
    assert state.snapshot == told.snapshots[0]


def test_changes_during_a_count_are_answered_by_one_more(state: FacetState, told: Told, runner: HandRunner) -> None:
    for _ in range(30):
        state.refresh()
    assert len(runner.held) == 1
    runner.run_all()
    assert runner.started == 2
    assert len(told.snapshots) == 2


def test_counts_of_a_query_that_was_left_meanwhile_are_not_shown(
    state: FacetState, told: Told, runner: HandRunner
) -> None:
    state.refresh()
    state.set_query(BEAS)
    runner.run()
    assert (told.snapshots, state.snapshot) == ([], None)
    runner.run_all()
    assert [snapshot.totals.images for snapshot in told.snapshots] == [1]


def test_a_failed_count_is_told_and_does_not_swallow_what_came_meanwhile(
    state: FacetState, told: Told, runner: HandRunner
) -> None:
    state.refresh()
    state.refresh()
    runner.held[0].operation = _busy
    runner.run_all()
    assert [type(error) for error in told.errors] == [StoreUnavailable]
    assert [snapshot.totals.images for snapshot in told.snapshots] == [3]


def test_a_count_for_a_query_that_was_left_is_given_up_at_once(
    state: FacetState, told: Told, runner: HandRunner
) -> None:
    state.refresh()
    state.set_query(BEAS)
    first, second = runner.held
    assert (first.token.is_cancelled, second.token.is_cancelled) == (True, False)
    state.set_query(BEAS)  # the same again is no reason
    assert not second.token.is_cancelled
    runner.run_all()
    assert [snapshot.totals.images for snapshot in told.snapshots] == [1, 1]
    assert told.errors == []


def _busy(_cancel: object) -> None:
    raise StoreUnavailable("The file is busy.")


def test_a_closed_catalogue_is_told_once_for_each_look(
    catalogue: Catalogue, state: FacetState, told: Told, runner: HandRunner
) -> None:
    catalogue.close()
    state.refresh()
    runner.run_all()
    state.refresh()
    runner.run_all()
    assert len(told.errors) == 2
