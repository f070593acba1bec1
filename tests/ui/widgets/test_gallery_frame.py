"""The frame that the mouse draws: what it chooses, and how it scrolls."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt

from tests.ui.widgets.gallery_stage import GalleryStage

CTRL = Qt.KeyboardModifier.ControlModifier
COLUMNS = 3


def between(stage: GalleryStage, row: int) -> QPoint:
    """Beside a tile, to its upper left."""
    return stage.place(row).topLeft() - QPoint(3, 3)


def test_a_frame_chooses_the_tiles_it_touches_and_lets_go_of_those_it_leaves(stage: GalleryStage) -> None:
    stage.press(between(stage, 0))
    stage.drag_to(stage.place(COLUMNS + 1).center())
    assert stage.view.selected_ranges() == [(0, 1), (COLUMNS, COLUMNS + 1)]
    assert stage.view.band() is not None
    stage.drag_to(stage.place(1).center())
    assert stage.view.selected_ranges() == [(0, 1)]
    stage.release(stage.place(1).center())
    assert stage.view.band() is None
    assert stage.view.selected_ranges() == [(0, 1)]


def test_a_frame_let_go_between_the_tiles_keeps_what_it_chose(stage: GalleryStage) -> None:
    stage.press(between(stage, 0))
    gap = QPoint(stage.place(2).left() - 3, stage.place(1).center().y())
    stage.drag_to(gap)
    stage.release(gap)
    assert stage.view.selected_ranges() == [(0, 1)]


def test_a_frame_replaces_the_choice_and_with_ctrl_adds_to_it(stage: GalleryStage) -> None:
    stage.click(4)
    stage.press(between(stage, 0), CTRL)
    stage.drag_to(stage.place(1).center(), CTRL)
    stage.drag_to(stage.place(4).center(), CTRL)
    stage.drag_to(stage.place(1).center(), CTRL)
    stage.release(stage.place(1).center(), CTRL)
    assert stage.view.selected_ranges() == [(0, 1), (4, 4)]
    stage.press(between(stage, 0))
    stage.drag_to(stage.place(0).center())
    stage.release(stage.place(0).center())
    assert stage.view.selected_ranges() == [(0, 0)]


def test_a_hand_that_trembles_draws_no_frame(stage: GalleryStage) -> None:
    at = stage.place(1).center()
    stage.press(at)
    stage.drag_to(at + QPoint(1, 1))
    assert stage.view.band() is None
    stage.release(at + QPoint(1, 1))
    assert stage.view.selected_ranges() == [(1, 1)]


def test_held_below_the_edge_it_scrolls_and_chooses_to_the_end(stage: GalleryStage) -> None:
    stage.press(between(stage, 0))
    stage.drag_to(QPoint(500, stage.view.viewport().height() + 400))
    bar = stage.view.verticalScrollBar()
    stage.qtbot.waitUntil(lambda: bar.value() > 1500)
    chosen = stage.view.selected_ranges()
    assert chosen == [(0, chosen[0][1])]  # whole lines
    assert chosen[0][1] >= stage.view.visible_rows()[1] - COLUMNS
    stage.release(QPoint(500, stage.view.viewport().height() + 400))
    value = bar.value()
    stage.settle()
    assert bar.value() == value


def test_held_above_the_edge_it_scrolls_back_to_the_top_and_stops(stage: GalleryStage) -> None:
    stage.scroll_to(30)
    stage.press(stage.place(32).center())
    stage.drag_to(QPoint(20, -300))
    stage.qtbot.waitUntil(lambda: stage.view.verticalOffset() == 0)
    stage.qtbot.waitUntil(lambda: not stage.view._edge_timer.isActive())
    assert stage.view.selected_ranges() == [(0, 32)]
    stage.release(QPoint(20, -300))


def test_scrolled_by_the_wheel_the_frame_keeps_its_beginning(stage: GalleryStage) -> None:
    stage.press(stage.place(1).center())
    stage.drag_to(stage.place(2).center())
    stage.wheel(-5)
    stage.settle()
    stage.drag_to(QPoint(stage.place(0).center().x(), 200))
    stage.drag_to(QPoint(stage.place(1).center().x(), 200))
    chosen = stage.view.selected_ranges()
    assert chosen[0] == (1, 1)
    assert all(first == last and first % COLUMNS == 1 for first, last in chosen)
    stage.release(QPoint(400, 200))


def test_images_that_arrive_do_not_disturb_the_frame(stage: GalleryStage) -> None:
    stage.scroll_to(30)
    first = stage.view.visible_rows()[0]
    stage.press(between(stage, first + COLUMNS))
    stage.drag_to(stage.place(first + COLUMNS + 1).center())
    before = stage.chosen()
    stage.add(*range(700, 703))  # one line
    stage.follow()
    assert stage.chosen() == before
    stage.drag_to(stage.place(first + 2 * COLUMNS + 1).center())
    assert stage.view.selected_ranges() == [(first + 2 * COLUMNS, first + 2 * COLUMNS + 1)]
    stage.release(QPoint(300, 200))


def test_a_long_narrow_frame_costs_its_line_and_not_its_length(stage: GalleryStage) -> None:
    stage.add(*range(1000, 5000))
    stage.follow()
    stage.press(stage.place(1).center())
    stage.drag_to(stage.place(1).center() + QPoint(20, 20))
    bar = stage.view.verticalScrollBar()
    bar.setValue(bar.maximum())
    stage.drag_to(QPoint(stage.place(1).center().x(), 300))  # far more runs than Qt compares quickly
    chosen = stage.view.selected_ranges()
    assert len(chosen) > 1400
    assert all(first == last and first % COLUMNS == 1 for first, last in chosen)
    told: list[int] = []
    stage.view.selectionModel().selectionChanged.connect(lambda come, gone: told.append(come.count() + gone.count()))
    bar.setValue(bar.maximum() - 2 * stage.view._layout.pitch)
    stage.drag_to(QPoint(stage.place(1).center().x(), 300))
    assert 0 < sum(told) <= 3
    stage.release(QPoint(300, 300))
