"""The menu behind the library button."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from imagedesk.core.ownership import Identity
from imagedesk.core.profiles import AwsProfile, EmbeddedProfile
from imagedesk.ui.library_menu import LibraryMenu
from imagedesk.ui.theme import ThemeSource
from tests.ui.widgets.conftest import Show
from tests.ui.widgets.hostile_text import HOSTILE, breaches

KEY = Qt.Key
LOCAL, TEAM = EmbeddedProfile("local", Path("/pictures")), AwsProfile("team", title="Me & you")
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing", extend=True)


@pytest.fixture
def window(theme: ThemeSource, show: Show) -> QWidget:
    window = QWidget()
    show(window)
    return window


@pytest.fixture
def menu(window: QWidget) -> LibraryMenu:
    menu = LibraryMenu(window)
    menu.set_libraries([LOCAL, TEAM], LOCAL)
    return menu


def texts(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def entry(menu: QMenu, text: str) -> QAction:
    return next(action for action in menu.actions() if action.text() == text)


def test_libraries_come_first_and_the_open_one_is_marked(menu: LibraryMenu) -> None:
    assert texts(menu)[:2] == ["This computer (local)", "Me && you (team)"]
    assert [action.isChecked() for action in menu.actions()[:2]] == [True, False]
    menu.set_libraries([TEAM], TEAM)
    assert texts(menu)[0] == "Me && you (team)"
    assert "This computer (local)" not in texts(menu)
    assert menu.actions()[0].isChecked()


def test_another_library_is_chosen_by_keys(qtbot: QtBot, menu: LibraryMenu) -> None:
    menu.popup(menu.parentWidget().pos())
    with qtbot.waitSignal(menu.library_chosen) as chosen:
        qtbot.keyClick(menu, KEY.Key_Down)
        qtbot.keyClick(menu, KEY.Key_Down)
        qtbot.keyClick(menu, KEY.Key_Return)
    assert chosen.args == [TEAM]
    assert not menu.isVisible()


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("Open a folder as a library…", "open_folder_requested"),
        ("Connect to S3 and DynamoDB…", "connect_requested"),
        ("Look for news", "refresh_requested"),
        ("Change your name…", "name_change_requested"),
        ("About ImageDesk", "about_requested"),
    ],
)
def test_an_entry_asks_for_what_it_says(qtbot: QtBot, menu: LibraryMenu, text: str, signal: str) -> None:
    menu.popup(menu.parentWidget().pos())
    menu.setActiveAction(entry(menu, text))
    with qtbot.waitSignal(getattr(menu, signal)):
        qtbot.keyClick(menu, KEY.Key_Return)


def test_the_look_is_chosen_and_marked(qtbot: QtBot, menu: LibraryMenu) -> None:
    menu.set_scheme("dark")
    look = next(action.menu() for action in menu.actions() if action.menu() is not None)
    assert isinstance(look, QMenu)
    assert [action.text() for action in look.actions() if action.isChecked()] == ["Dark"]
    with qtbot.waitSignal(menu.scheme_chosen) as chosen:
        entry(look, "Light").trigger()
    assert chosen.args == ["light"]
    assert [action.text() for action in look.actions() if action.isChecked()] == ["Light"]


def test_a_name_that_credentials_give_cannot_be_changed_and_the_menu_says_why(menu: LibraryMenu) -> None:
    menu.set_identity(Identity("ann", True, "arn:aws:iam::1:user/ann"))
    change = entry(menu, "Change your name…")
    assert not change.isEnabled()
    assert "credentials" in change.toolTip()
    assert menu.toolTipsVisible()
    menu.set_identity(Identity("ann", False, "typed"))
    assert change.isEnabled()
    assert "credentials" not in change.toolTip()


@pytest.mark.parametrize("text", HOSTILE, ids=["markup", "bidi", "controls", "long"])
def test_titles_from_a_settings_file_are_plain_text(menu: LibraryMenu, text: str) -> None:
    menu.set_libraries([AwsProfile(text, title=text)], None)
    assert breaches(menu) == []
