"""Pulling chosen tiles out of the grid, and what is no pull."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt

from tests.ui.widgets.gallery_stage import GalleryStage

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def pulls(stage: GalleryStage) -> list[list[tuple[int, int]]]:
    """What was chosen at each pull."""
    seen: list[list[tuple[int, int]]] = []
    stage.view.pulled.connect(lambda: seen.append(stage.view.selected_ranges()))
    return seen


def test_a_chosen_tile_is_pulled_with_all_that_is_chosen(
    stage: GalleryStage, pulls: list[list[tuple[int, int]]]
) -> None:
    stage.click(0)
    stage.click(4, CTRL)
    at = stage.place(4).center()
    stage.press(at)
    stage.drag_to(at + QPoint(2, 2))
    assert pulls == []
    stage.drag_to(at + QPoint(60, 60))
    stage.drag_to(at + QPoint(90, 90))
    assert pulls == [[(0, 0), (4, 4)]]
    assert stage.view.band() is None
    stage.release(at + QPoint(90, 90))
    assert stage.view.selected_ranges() == [(0, 0), (4, 4)]


def test_a_click_on_one_of_the_chosen_tiles_chooses_it_alone(
    stage: GalleryStage, pulls: list[list[tuple[int, int]]]
) -> None:
    stage.click(0)
    stage.click(4, CTRL)
    stage.click(4)
    assert stage.view.selected_ranges() == [(4, 4)]
    assert stage.view.currentIndex().row() == 4
    assert pulls == []


def test_a_chosen_tile_can_be_let_go_with_ctrl(stage: GalleryStage, pulls: list[list[tuple[int, int]]]) -> None:
    stage.click(0)
    stage.click(4, CTRL)
    stage.click(4, CTRL)
    assert stage.view.selected_ranges() == [(0, 0)]


def test_a_tile_that_is_not_chosen_begins_a_frame(stage: GalleryStage, pulls: list[list[tuple[int, int]]]) -> None:
    stage.click(4)
    stage.press(stage.place(0).center())
    stage.drag_to(stage.place(1).center())
    assert stage.view.band() is not None
    stage.release(stage.place(1).center())
    assert stage.view.selected_ranges() == [(0, 1)]
    assert pulls == []


def test_a_double_click_on_a_chosen_tile_opens_it(stage: GalleryStage, pulls: list[list[tuple[int, int]]]) -> None:
    opened: list[int] = []
    stage.view.row_activated.connect(opened.append)
    stage.click(4)
    stage.qtbot.mouseClick(stage.view.viewport(), Qt.MouseButton.LeftButton, pos=stage.place(4).center())
    stage.qtbot.mouseDClick(stage.view.viewport(), Qt.MouseButton.LeftButton, pos=stage.place(4).center())
    assert opened == [4]
