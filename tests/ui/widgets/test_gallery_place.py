"""Place and choice stay with their images, whatever happens above, below and to the window."""

from __future__ import annotations

import random
import sqlite3
import threading
from typing import Any

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt

from imagedesk.core.query import LibraryQuery, Order
from imagedesk.models import gallery_model
from tests.ui.widgets.gallery_stage import GalleryStage, record_of

CTRL = Qt.KeyboardModifier.ControlModifier


def top_of(stage: GalleryStage, image_id: str) -> int | None:
    """Where the image stands in the viewport, None where it is not visible."""
    first, last = stage.view.visible_rows()
    rows = [row for row in range(first, last + 1) if stage.name(row) == image_id]
    return stage.place(rows[0]).top() if rows else None


def top_image(stage: GalleryStage) -> str:
    return stage.name(stage.view._anchor.row)


@pytest.fixture
def scrolled(stage: GalleryStage) -> GalleryStage:
    """In the middle of the list, a line partly scrolled away."""
    stage.scroll_to(300)
    stage.wheel(-1)
    stage.settle()
    return stage


def test_images_that_come_above_do_not_move_what_is_visible(scrolled: GalleryStage) -> None:
    image = top_image(scrolled)
    place = top_of(scrolled, image)
    for number in range(700, 720):
        scrolled.add(number)
        scrolled.follow()
        assert top_of(scrolled, image) == place


def test_images_that_go_above_do_not_move_what_is_visible(scrolled: GalleryStage) -> None:
    image = top_image(scrolled)
    place = top_of(scrolled, image)
    scrolled.remove(*range(450, 600, 7))
    scrolled.follow()
    assert top_of(scrolled, image) == place


def test_at_the_top_images_are_seen_to_arrive(stage: GalleryStage) -> None:
    stage.add(700)
    stage.follow()
    assert stage.view.verticalOffset() == 0
    assert stage.name(0) == record_of(700).image_id


def test_the_image_at_the_top_survives_resizing_and_another_tile_size(scrolled: GalleryStage) -> None:
    image, place = top_image(scrolled), scrolled.view.verticalOffset()
    for width in (400, 900, 555, 1200, 333, 720):
        scrolled.view.resize(width, 500)
        scrolled.settle()
        assert top_of(scrolled, image) is not None
    assert scrolled.view.verticalOffset() == place
    for size in (100, 300, 160):
        scrolled.view.set_tile_size(size)
        scrolled.settle()
        assert top_of(scrolled, image) is not None
    assert scrolled.view.verticalOffset() == place


def written_by_another_process(stage: GalleryStage) -> None:
    """Nobody here knows what it changed: the rows are reset."""
    connection = sqlite3.connect(stage.catalogue._database.path, isolation_level=None)
    connection.execute("UPDATE change_counter SET version = version + 1")
    connection.close()
    assert stage.catalogue.refresh_external()


def test_place_choice_and_current_image_survive_a_reset(scrolled: GalleryStage) -> None:
    row = scrolled.view.visible_rows()[0] + 4
    scrolled.click(row)
    scrolled.click(row + 2, CTRL)
    scrolled.settle()
    chosen, image = scrolled.chosen(), top_image(scrolled)
    current = scrolled.name(scrolled.view.currentIndex().row())
    place = top_of(scrolled, image)
    scrolled.add(*range(700, 720))
    written_by_another_process(scrolled)
    with scrolled.qtbot.waitSignal(scrolled.model.modelReset):
        scrolled.model.refresh()
    scrolled.settle()
    assert top_of(scrolled, image) == place
    assert scrolled.chosen() == chosen
    assert len(chosen) == 2
    assert scrolled.name(scrolled.view.currentIndex().row()) == current


def test_a_choice_out_of_sight_survives_a_reset(stage: GalleryStage) -> None:
    stage.click(1)
    chosen = stage.chosen()
    stage.scroll_to(500)
    stage.add(700, 701)
    written_by_another_process(stage)
    with stage.qtbot.waitSignal(stage.model.modelReset):
        stage.model.refresh()
    stage.settle()
    assert stage.view.selected_ranges() == [(3, 3)]
    stage.scroll_to(0)
    assert stage.chosen() == chosen


def held_reset(stage: GalleryStage, gate: threading.Event, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """The next reading waits at the gate once it has read everything; the event tells when it is there."""
    there, load = threading.Event(), gallery_model.load_gallery

    def held(*arguments: Any) -> Any:
        loaded = load(*arguments)
        there.set()
        assert gate.wait(10)
        return loaded

    monkeypatch.setattr(gallery_model, "load_gallery", held)
    return there


def test_what_is_chosen_while_the_rows_are_read_anew_stays_chosen(
    scrolled: GalleryStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    written_by_another_process(scrolled)
    there = held_reset(scrolled, gate, monkeypatch)
    scrolled.model.refresh()
    scrolled.qtbot.waitUntil(there.is_set, timeout=10_000)
    row = scrolled.view.visible_rows()[0] + 5
    chosen = scrolled.name(row)
    scrolled.click(row)
    with scrolled.qtbot.waitSignal(scrolled.model.modelReset):
        gate.set()  # before the view's own timer has told what is chosen now
    scrolled.settle()
    assert scrolled.chosen() == [chosen]
    assert scrolled.name(scrolled.view.currentIndex().row()) == chosen


def test_somebody_who_goes_on_choosing_gets_the_new_rows_all_the_same(
    stage: GalleryStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = gallery_model.load_gallery
    choices = iter(range(1, 100))
    written_by_another_process(stage)
    stage.add(700)

    def held(*arguments: Any) -> Any:
        loaded = load(*arguments)
        chosen.append(next(choices))
        return loaded

    chosen: list[int] = []
    monkeypatch.setattr(gallery_model, "load_gallery", held)
    stage.model.names_wanted.connect(lambda: stage.view.reveal(len(chosen) + 1))
    with stage.qtbot.waitSignal(stage.model.modelReset):
        stage.model.refresh()
    assert len(chosen) <= 7


def test_everything_stays_chosen_when_the_rows_are_read_anew(stage: GalleryStage) -> None:
    stage.view.selectAll()
    stage.settle()
    stage.remove(5, 6)
    written_by_another_process(stage)
    with stage.qtbot.waitSignal(stage.model.modelReset):
        stage.model.refresh()
    stage.settle()
    assert stage.view.selected_ranges() == [(0, 597)]


def test_a_filter_keeps_the_chosen_that_it_shows_and_stands_where_they_stood(scrolled: GalleryStage) -> None:
    row = scrolled.view.visible_rows()[0] + 3
    scrolled.click(row)
    scrolled.settle()
    chosen = scrolled.name(row)
    scrolled.show(LibraryQuery(user_ids=frozenset([chosen.partition("!")[0]])))
    assert [scrolled.model.record(first).image_id for first, _ in scrolled.view.selected_ranges()] == [chosen]
    others = {"ann", "bob", "cem"} - {chosen.partition("!")[0]}
    scrolled.show(LibraryQuery(user_ids=frozenset(others)))
    assert scrolled.view.selected_ranges() == []


def test_everything_chosen_is_not_everything_of_another_filter(stage: GalleryStage) -> None:
    stage.show(LibraryQuery(user_ids=frozenset(["ann"])))
    stage.view.selectAll()
    stage.settle()
    stage.show(LibraryQuery())
    assert len(stage.chosen()) <= 200
    assert {image.partition("!")[0] for image in stage.chosen()} <= {"ann"}


def test_another_order_stands_at_the_same_image(scrolled: GalleryStage) -> None:
    image = top_image(scrolled)
    scrolled.show(LibraryQuery(order=Order.OLDEST))
    assert top_of(scrolled, image) is not None


def test_whatever_happens_the_top_image_stays_visible(stage: GalleryStage) -> None:
    chance = random.Random(5)
    present, fresh = set(range(600)), 1000
    stage.scroll_to(250)
    for _ in range(60):
        image = top_image(stage)
        step = chance.randrange(4)
        if step == 0:
            stage.add(*range(fresh, fresh + chance.randrange(1, 5)))
            fresh += 5
        elif step == 1:
            gone = [number for number in chance.sample(sorted(present), 4) if record_of(number).image_id != image]
            stage.remove(*gone)
            present -= set(gone)
        elif step == 2:
            stage.view.resize(chance.randrange(300, 1000), chance.randrange(300, 600))
        else:
            stage.view.set_tile_size(chance.randrange(100, 300))
        stage.follow()
        assert top_of(stage, image) is not None


def test_any_choice_and_the_place_survive_an_upload_by_others_during_a_search(stage: GalleryStage) -> None:
    stage.show(LibraryQuery(text="img"))
    stage.scroll_to(300)
    stage.wheel(-1)
    stage.settle()
    stage.view.selectionModel().select(
        stage.view.selection_of([(2, 560)]), QItemSelectionModel.SelectionFlag.ClearAndSelect
    )
    image, resets = top_image(stage), list[int]()
    place = top_of(stage, image)
    stage.model.modelReset.connect(lambda: resets.append(1))
    stage.add(700, 701)
    stage.remove(10)
    stage.follow()
    assert stage.view.selected_ranges() == [(4, 562)]
    assert top_of(stage, image) == place
    assert resets == []
