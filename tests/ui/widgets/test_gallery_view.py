"""The grid by keys, clicks and wheel; what it asks for; what it says."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from imagedesk.core.changes import LibraryChange
from imagedesk.core.query import LibraryQuery, Order
from imagedesk.ui.tile_layout import MAX_TILE, MIN_TILE
from tests.fakes.sample_records import sample_record
from tests.ui.widgets.gallery_stage import GalleryStage

Key = Qt.Key
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
COLUMNS = 3  # of the stage's grid


def test_the_arrows_walk_through_the_tiles(stage: GalleryStage) -> None:
    assert stage.view._layout.columns == COLUMNS
    stage.click(0)
    for key, row in (
        (Key.Key_Right, 1),
        (Key.Key_Down, 1 + COLUMNS),
        (Key.Key_Left, COLUMNS),
        (Key.Key_Left, COLUMNS - 1),
        (Key.Key_Up, COLUMNS - 1),
        (Key.Key_End, 599),
        (Key.Key_Down, 599),
        (Key.Key_Right, 599),
        (Key.Key_Home, 0),
        (Key.Key_Left, 0),
    ):
        stage.key(key)
        assert stage.view.currentIndex().row() == row
        assert stage.view.selected_ranges() == [(row, row)]


def test_paging_moves_by_the_lines_that_are_visible_and_shows_the_current_tile(stage: GalleryStage) -> None:
    stage.click(1)
    lines = stage.view.viewport().height() // stage.view._layout.pitch
    stage.key(Key.Key_PageDown)
    assert stage.view.currentIndex().row() == 1 + lines * COLUMNS
    assert stage.view.viewport().rect().contains(stage.place(1 + lines * COLUMNS))
    stage.key(Key.Key_PageUp)
    assert stage.view.currentIndex().row() == 1


def test_shift_chooses_the_run_and_ctrl_single_tiles(stage: GalleryStage) -> None:
    stage.click(1)
    stage.click(5, SHIFT)
    assert stage.view.selected_ranges() == [(1, 5)]
    stage.click(3, CTRL)
    assert stage.view.selected_ranges() == [(1, 2), (4, 5)]
    stage.click(0)
    stage.key(Key.Key_End, SHIFT)
    assert stage.view.selected_ranges() == [(0, 599)]
    stage.key(Key.Key_Home, SHIFT)
    assert stage.view.selected_ranges() == [(0, 0)]


def test_a_run_begins_at_its_image_however_many_came_before_it(stage: GalleryStage) -> None:
    stage.click(4)
    began = stage.name(4)
    stage.add(*range(700, 710))
    stage.follow()
    stage.click(16, SHIFT)
    assert stage.view.selected_ranges() == [(14, 16)]
    assert stage.name(14) == began


def test_all_are_chosen_as_one_range_and_none_by_escape(stage: GalleryStage) -> None:
    stage.view.setFocus()
    stage.key(Key.Key_A, CTRL)
    assert stage.view.selected_ranges() == [(0, 599)]
    assert stage.view.selectionModel().selection().count() == 1
    stage.key(Key.Key_Escape)
    assert stage.view.selected_ranges() == []


@pytest.mark.parametrize("key", [Key.Key_Space, Key.Key_Return, Key.Key_Enter])
def test_a_tile_is_opened_by_key_and_by_double_click(stage: GalleryStage, key: Qt.Key) -> None:
    stage.click(2)
    with stage.qtbot.waitSignal(stage.view.row_activated) as opened:
        stage.key(key)
    assert opened.args == [2]
    stage.click(4)
    with stage.qtbot.waitSignal(stage.view.row_activated) as opened:
        stage.qtbot.mouseDClick(stage.view.viewport(), Qt.MouseButton.LeftButton, pos=stage.place(4).center())
    assert opened.args == [4]


def test_the_wheel_with_ctrl_changes_the_size_within_bounds(stage: GalleryStage) -> None:
    size = stage.view.tile_size
    stage.wheel(1, CTRL)
    assert stage.view.tile_size > size
    stage.wheel(-1, CTRL)
    assert stage.view.tile_size == size
    for _ in range(40):
        stage.wheel(1, CTRL)
    assert stage.view.tile_size == MAX_TILE
    for _ in range(40):
        stage.key(Key.Key_Minus, CTRL)
    assert stage.view.tile_size == MIN_TILE
    assert stage.view.verticalOffset() == 0


def test_the_wheel_alone_scrolls(stage: GalleryStage) -> None:
    stage.wheel(-3)
    assert stage.view.verticalOffset() > 0
    assert stage.view.selected_ranges() == []


def test_what_is_visible_is_asked_for_first_and_what_is_far_not_at_all(stage: GalleryStage) -> None:
    stage.scroll_to(300)
    first, last = stage.view.visible_rows()
    visible = [stage.name(row) for row in range(first, last + 1)]
    assert stage.loader.last_request[: len(visible)] == visible
    assert stage.name(last + 1) == stage.loader.last_request[len(visible)]
    assert len(stage.loader.last_request) < 80


def test_tool_tips_show_what_a_name_says_and_never_its_markup(stage: GalleryStage) -> None:
    hostile = '<b>bold</b><img src="x">\u202egnp.exe & co.jpg'
    stage.catalogue.apply(LibraryChange(added=(sample_record(9000, filename=hostile),)))
    stage.follow()
    at = stage.place(0).center()
    QApplication.sendEvent(
        stage.view.viewport(), QHelpEvent(QEvent.Type.ToolTip, at, stage.view.viewport().mapToGlobal(at))
    )
    tip = QToolTip.text()
    QToolTip.hideText()
    assert "&lt;b&gt;bold&lt;/b&gt;" in tip
    assert "&amp; co.jpg" in tip
    assert "\u202e" not in tip
    assert "<img" not in tip


def test_the_place_between_tiles_has_no_tip(stage: GalleryStage) -> None:
    at = QPoint(2, 2)
    assert not stage.view.indexAt(at).isValid()
    QApplication.sendEvent(stage.view.viewport(), QHelpEvent(QEvent.Type.ToolTip, at, at))
    assert QToolTip.text() == ""


@pytest.mark.parametrize(
    ("order", "shown"), [(Order.NEWEST, "March 2026"), (Order.NAME, "IMG"), (Order.SIZE, "1.0 kB")]
)
def test_dragging_the_scroll_bar_tells_where_one_is(stage: GalleryStage, order: Order, shown: str) -> None:
    stage.show(LibraryQuery(order=order))
    bar, hint = stage.view.verticalScrollBar(), stage.view._hint
    assert not hint.isVisible()
    bar.setSliderDown(True)
    bar.setValue(bar.maximum() // 2)
    stage.settle()
    assert hint.isVisible()
    assert hint.text == shown
    assert abs(hint.geometry().center().y() - stage.view.height() // 2) < 20
    assert hint.geometry().right() < bar.mapTo(stage.view, QPoint()).x()
    bar.setSliderDown(False)
    assert not hint.isVisible()


def test_an_empty_grid_takes_keys_and_clicks(stage: GalleryStage) -> None:
    stage.remove(*range(600))
    stage.follow()
    for key in (Key.Key_Down, Key.Key_End, Key.Key_Space, Key.Key_PageUp):
        stage.key(key)
    stage.press(QPoint(50, 50))
    stage.drag_to(QPoint(300, 300))
    stage.release(QPoint(300, 300))
    assert stage.view.selected_ranges() == []
