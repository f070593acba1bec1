"""A row of buttons that gives way to a menu where there is no room."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from imagedesk.ui.overflow_bar import OverflowBar
from tests.ui.widgets.conftest import Show

WORDS = ("Pause all", "Cancel all", "Retry failed", "Clear finished", "Copy report")


class Bar:
    def __init__(self) -> None:
        self.widget = OverflowBar()
        self.clicked: list[str] = []
        self.buttons = {word: QPushButton(word) for word in WORDS}
        for word, button in self.buttons.items():
            button.clicked.connect(lambda _checked=False, word=word: self.clicked.append(word))
            self.widget.add(button)

    def shown(self) -> list[str]:
        return [word for word, button in self.buttons.items() if button.isVisible()]

    def in_menu(self) -> list[str]:
        self.widget.menu.aboutToShow.emit()
        return [action.text() for action in self.widget.menu.actions()]


@pytest.fixture
def bar(show: Show, qtbot: QtBot) -> Bar:
    bar = Bar()
    show(bar.widget, 900, 40)
    return bar


def test_all_are_shown_where_there_is_room(bar: Bar) -> None:
    assert bar.shown() == list(WORDS)
    assert bar.widget.more.isHidden()
    edges = [bar.buttons[word].geometry() for word in WORDS]
    assert all(left.right() < right.left() for left, right in pairwise(edges))


def test_the_last_go_into_the_menu_and_act_from_there(bar: Bar) -> None:
    bar.widget.resize(bar.widget.sizeHint().width() - 10, 40)
    assert bar.shown() == list(WORDS[: len(bar.shown())])
    assert 0 < len(bar.shown()) < len(WORDS)
    assert bar.in_menu() == list(WORDS[len(bar.shown()) :])
    assert bar.widget.more.isVisible()
    bar.widget.menu.actions()[-1].trigger()
    assert bar.clicked == ["Copy report"]


def test_in_the_narrowest_place_everything_is_in_the_menu(bar: Bar) -> None:
    bar.widget.resize(bar.widget.minimumSizeHint().width(), 40)
    assert bar.shown() == []
    assert bar.in_menu() == list(WORDS)


def test_what_is_not_wanted_is_nowhere(bar: Bar) -> None:
    bar.widget.want(bar.buttons["Retry failed"], wanted=False)
    bar.widget.resize(bar.widget.minimumSizeHint().width(), 40)
    assert "Retry failed" not in bar.in_menu()
    bar.widget.resize(900, 40)
    assert "Retry failed" not in bar.shown()
