"""The strip of neighbours."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from imagedesk.ui.filmstrip import Filmstrip
from imagedesk.ui.theme import LIGHT, ThemeSource
from tests.ui.widgets.conftest import Show
from tests.ui.widgets.records import image, pixmap


@pytest.fixture
def strip(theme: ThemeSource, show: Show) -> Filmstrip:
    """With room for five, at row 10 of 100."""
    strip = Filmstrip(theme)
    show(strip, 530, 84)
    strip.set_source(lambda row: image(row), lambda _row: pixmap(color="orange"))
    strip.show_row(10, 100)
    return strip


def turn_wheel(strip: Filmstrip, down: int, sideways: int = 0) -> None:
    place = QPointF(100, 40)
    event = QWheelEvent(
        place, place, QPoint(), QPoint(sideways, down), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(strip, event)


@pytest.mark.parametrize(
    ("row", "total", "rows"),
    [(10, 100, range(8, 13)), (0, 100, range(5)), (99, 100, range(95, 100)), (1, 3, range(3)), (0, 0, range(0))],
)
def test_the_current_one_is_in_the_middle_but_for_the_ends(strip: Filmstrip, row: int, total: int, rows: range) -> None:
    strip.show_row(row, total)
    assert strip.visible_rows() == rows


def test_a_click_asks_for_the_image_under_it(qtbot: QtBot, strip: Filmstrip) -> None:
    for place, row in ((20, 8), (120, 9), (230, 10), (500, 12)):
        with qtbot.waitSignal(strip.row_requested) as asked:
            qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(place, 40))
        assert asked.args == [row]


def test_a_click_between_two_asks_for_nothing(qtbot: QtBot, strip: Filmstrip) -> None:
    with qtbot.assertNotEmitted(strip.row_requested):
        qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(14 + 94 + 3, 40))


def test_a_notch_of_the_wheel_goes_one_on_or_back(strip: Filmstrip) -> None:
    asked: list[int] = []
    strip.row_requested.connect(asked.append)
    turn_wheel(strip, -120)
    turn_wheel(strip, 120)
    assert asked == [11, 9]
    strip.show_row(0, 1)
    turn_wheel(strip, -120)
    turn_wheel(strip, 120)
    assert asked == [11, 9]


def test_the_small_steps_of_a_touch_pad_add_up_and_nothing_is_no_step(strip: Filmstrip) -> None:
    asked: list[int] = []
    strip.row_requested.connect(asked.append)
    turn_wheel(strip, 0)
    for _ in range(7):
        turn_wheel(strip, -15)
    assert asked == []
    turn_wheel(strip, -15)
    assert asked == [11]


def test_pictures_are_painted_and_the_current_one_is_framed(strip: Filmstrip) -> None:
    image = strip.grab().toImage()
    assert image.pixelColor(60, 42).name() == "#ffa500"
    frame = 14 + 2 * (94 + 8) - 2
    assert image.pixelColor(frame, 42).name() == LIGHT.accent
    strip.show_row(0, 100)
    assert strip.grab().toImage().pixelColor(frame, 42).name() != LIGHT.accent
