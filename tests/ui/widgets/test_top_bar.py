"""The bar at the top."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from imagedesk.core.query import LibraryQuery, Order
from imagedesk.ui.theme import ThemeSource
from imagedesk.ui.tile_layout import MAX_TILE, MIN_TILE
from imagedesk.ui.top_bar import NARROW, VERY_NARROW, TopBar
from tests.ui.widgets.conftest import Show
from tests.ui.widgets.hostile_text import HOSTILE, MARKUP, breaches

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton
NO_GRAB = pytest.mark.qt_log_ignore("This plugin does not support grabbing", extend=True)  # no screen, no grab
IN_THE_BAR = ("upload", "download", "share", "delete")


@pytest.fixture
def bar(theme: ThemeSource, show: Show) -> TopBar:
    bar = TopBar(theme)
    bar.set_library_menu(QMenu(bar))
    show(bar, 1200, 52)
    return bar


def choose_from_menu(qtbot: QtBot, button: QToolButton, opening: Qt.Key, downs: int) -> None:
    """Open a button's menu by a key, go down so often, and take what is there."""

    def in_the_menu() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        for _ in range(downs):
            qtbot.keyClick(menu, KEY.Key_Down)
        qtbot.keyClick(menu, KEY.Key_Return)

    QTimer.singleShot(0, in_the_menu)
    qtbot.keyClick(button, opening)


@pytest.mark.parametrize("name", IN_THE_BAR)
@pytest.mark.parametrize("key", [KEY.Key_Space, KEY.Key_Return, KEY.Key_Enter])
def test_an_action_is_done_by_key(qtbot: QtBot, bar: TopBar, name: str, key: Qt.Key) -> None:
    bar.buttons[name].setFocus()
    with qtbot.waitSignal(getattr(bar, f"{name}_requested")):
        qtbot.keyClick(bar.buttons[name], key)


@pytest.mark.parametrize("name", IN_THE_BAR)
def test_an_action_is_done_by_mouse_unless_it_is_disabled(qtbot: QtBot, bar: TopBar, name: str) -> None:
    signal = getattr(bar, f"{name}_requested")
    with qtbot.waitSignal(signal):
        qtbot.mouseClick(bar.buttons[name], LEFT)
    bar.set_action_state(name, False, "Choose an image first.")
    with qtbot.assertNotEmitted(signal):
        qtbot.mouseClick(bar.buttons[name], LEFT)
    assert "Choose an image first." in bar.buttons[name].toolTip()
    assert bar.buttons[name].accessibleDescription() == "Choose an image first."
    bar.set_action_state(name, True, "")
    assert "Choose an image" not in bar.buttons[name].toolTip()
    assert bar.buttons[name].accessibleDescription() == ""


def test_typing_is_told_once_it_pauses_and_enter_tells_at_once(qtbot: QtBot, bar: TopBar) -> None:
    told: list[str] = []
    bar.text_changed.connect(told.append)
    qtbot.keyClicks(bar.search, "beach")
    assert told == []
    qtbot.waitUntil(lambda: told == ["beach"])
    qtbot.keyClicks(bar.search, "es")
    qtbot.keyClick(bar.search, KEY.Key_Return)
    assert told == ["beach", "beaches"]
    assert not bar._pause.isActive()


def test_the_search_follows_the_query_without_asking_for_it_again(qtbot: QtBot, bar: TopBar) -> None:
    with qtbot.assertNotEmitted(bar.text_changed, wait=200):
        bar.set_query(LibraryQuery(text="dunes"))
    assert bar.search.text() == "dunes"
    bar.focus_search()
    assert bar.search.hasFocus()
    assert bar.search.selectedText() == "dunes"


def test_a_space_behind_a_word_is_not_taken_away_while_one_types(qtbot: QtBot, bar: TopBar) -> None:
    qtbot.keyClicks(bar.search, "two ")
    bar.set_query(LibraryQuery(text="two"))
    assert bar.search.text() == "two "


@NO_GRAB
def test_the_order_is_chosen_by_keyboard(qtbot: QtBot, bar: TopBar) -> None:
    chosen: list[Order] = []
    bar.order_changed.connect(chosen.append)
    bar._order.setFocus()
    choose_from_menu(qtbot, bar._order, KEY.Key_Space, 3)
    assert chosen == [Order.NAME]


def test_the_order_shown_is_that_of_the_query(bar: TopBar) -> None:
    bar.set_query(LibraryQuery(order=Order.SIZE))
    assert bar._order.text() == "Size ▾"
    assert [a.text() for a in bar._order.menu().actions() if a.isChecked()] == ["Size"]


@NO_GRAB
def test_the_library_menu_opens_by_key(qtbot: QtBot, bar: TopBar) -> None:
    taken: list[bool] = []
    menu = bar.library.menu()
    menu.addAction("Open a folder…").triggered.connect(lambda: taken.append(True))
    bar.library.setFocus()
    choose_from_menu(qtbot, bar.library, KEY.Key_Return, 1)
    assert taken == [True]


def test_the_tiles_grow_by_keys_and_the_slider_follows_silently(qtbot: QtBot, bar: TopBar) -> None:
    bar.set_tile_size(200)
    with qtbot.waitSignal(bar.tile_size_changed) as told:
        qtbot.keyClick(bar.slider, KEY.Key_Right)
    assert told.args == [201]
    with qtbot.assertNotEmitted(bar.tile_size_changed):
        bar.set_tile_size(120)
    assert bar.slider.value() == 120
    qtbot.keyClick(bar.slider, KEY.Key_End)
    assert bar.slider.value() == MAX_TILE
    qtbot.keyClick(bar.slider, KEY.Key_Home)
    assert bar.slider.value() == MIN_TILE


def test_a_narrow_window_keeps_the_icons_and_their_names(bar: TopBar) -> None:
    icons_alone = Qt.ToolButtonStyle.ToolButtonIconOnly
    bar.resize(NARROW - 10, 52)
    assert bar.buttons["download"].toolButtonStyle() == icons_alone
    assert bar.buttons["upload"].toolButtonStyle() != icons_alone
    assert bar.buttons["download"].accessibleName() == "Download"
    assert bar.slider.isVisible()
    bar.layout().activate()  # its least width is now that of the icons
    bar.resize(VERY_NARROW - 10, 52)
    assert not bar.slider.isVisible()
    bar.layout().activate()
    assert bar.minimumSizeHint().width() <= 560  # the least width of the window
    bar.resize(1200, 52)
    assert bar.buttons["download"].toolButtonStyle() != icons_alone


@pytest.mark.parametrize("text", HOSTILE, ids=["markup", "bidi", "controls", "long"])
def test_a_library_s_title_is_plain_text(bar: TopBar, text: str) -> None:
    bar.set_library(text, is_cloud=True)
    assert breaches(bar) == []


def test_an_ampersand_in_a_title_is_no_shortcut(bar: TopBar) -> None:
    bar.set_library("Me & you", is_cloud=False)
    assert bar.library.text() == "Me && you ▾"


def test_a_reason_that_quotes_a_name_is_plain_text(bar: TopBar) -> None:
    bar.set_action_state("delete", False, f"Only {MARKUP} can delete this.")
    assert breaches(bar) == []


def test_icons_follow_the_theme(bar: TopBar, theme: ThemeSource) -> None:
    light = bar.buttons["download"].icon().pixmap(16).toImage()
    theme.choose("dark")
    assert bar.buttons["download"].icon().pixmap(16).toImage() != light
