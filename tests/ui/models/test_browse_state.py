from __future__ import annotations

import pytest
from PySide6.QtCore import QObject

from imagedesk.core.query import LibraryQuery, Order
from imagedesk.models.browse_state import BrowseState


@pytest.fixture
def state(owner: QObject) -> BrowseState:
    return BrowseState(owner)


@pytest.fixture
def told(state: BrowseState) -> list[LibraryQuery]:
    queries: list[LibraryQuery] = []
    state.query_changed.connect(queries.append)
    return queries


def test_people_and_types_are_switched_on_and_off_one_by_one(state: BrowseState) -> None:
    state.toggle_person("ann")
    state.toggle_person("bea")
    state.toggle_type("image/png")
    state.toggle_person("ann")
    assert state.query == LibraryQuery(frozenset({"bea"}), frozenset({"image/png"}))
    state.clear_people()
    state.clear_types()
    assert state.query == LibraryQuery()


def test_people_and_types_can_be_set_at_once(state: BrowseState) -> None:
    state.set_people(["ann", "bea"])
    state.set_types(["image/gif"])
    assert state.query == LibraryQuery(frozenset({"ann", "bea"}), frozenset({"image/gif"}))


def test_only_a_real_change_is_told(state: BrowseState, told: list[LibraryQuery]) -> None:
    state.set_text("  boat ")
    state.set_text("boat")
    state.set_order(Order.NEWEST)
    state.clear_people()
    state.set_people([])
    assert told == [LibraryQuery(text="boat")]


def test_my_images_are_all_of_mine_and_what_is_searched_for_stays(state: BrowseState) -> None:
    state.set_text("boat")
    state.toggle_person("bea")
    state.toggle_type("image/png")
    state.set_order(Order.NAME)
    state.show_mine("ann")
    assert state.query == LibraryQuery(frozenset({"ann"}), text="boat", order=Order.NAME)
    state.show_all()
    assert state.query == LibraryQuery(text="boat", order=Order.NAME)


def test_clearing_everything_keeps_the_order(state: BrowseState, told: list[LibraryQuery]) -> None:
    state.set_order(Order.SIZE)
    state.set_text("boat")
    state.toggle_type("image/png")
    state.clear_all()
    assert told[-1] == state.query == LibraryQuery(order=Order.SIZE)
