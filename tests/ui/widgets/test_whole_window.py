"""The real window and its dialogs by keyboard alone: Tab reaches every control, each has a name, and each that is
disabled says why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from imagedesk.core.access_policy import PolicyScope
from imagedesk.core.changes import LibraryChange
from imagedesk.core.file_names import NameClash
from imagedesk.core.ports import PresignedLink
from imagedesk.core.profiles import AwsProfile, EmbeddedProfile
from imagedesk.settings import Preferences
from imagedesk.ui.dialogs.about_dialog import AboutDialog
from imagedesk.ui.dialogs.check_dialog import CheckDialog
from imagedesk.ui.dialogs.connect_dialog import ConnectDialog
from imagedesk.ui.dialogs.delete_dialog import DeleteDialog
from imagedesk.ui.dialogs.leave_dialog import LeaveDialog
from imagedesk.ui.dialogs.name_clash_dialog import NameClashDialog
from imagedesk.ui.dialogs.policy_dialog import PolicyDialog
from imagedesk.ui.dialogs.preferences_dialog import PreferencesDialog
from imagedesk.ui.dialogs.share_dialog import ShareDialog
from imagedesk.ui.main_window import MainWindow
from imagedesk.ui.theme import ThemeSource
from tests.end_to_end.conftest import OpenDesktop, folder_library, open_desktop, pictures
from tests.end_to_end.desktop import Desktop
from tests.ui.widgets.conftest import Show
from tests.ui.widgets.hostile_text import HOSTILE, breaches, widgets_of
from tests.ui.widgets.records import image

__all__ = ["folder_library", "open_desktop", "pictures"]

KEY = Qt.Key
CONTROLS = (QAbstractButton, QLineEdit, QPlainTextEdit, QSlider)
LINK = PresignedLink("https://bucket.example/a", datetime(2026, 6, 1, tzinfo=UTC))
MAKERS: dict[str, Callable[[QWidget, ThemeSource], QDialog]] = {
    "about": lambda window, _theme: AboutDialog("1.0", window),
    "connect": lambda window, theme: ConnectDialog(theme, AwsProfile("aws"), "alice", window),
    "check": lambda window, _theme: CheckDialog(window),
    "delete": lambda window, _theme: DeleteDialog(window, [image(n) for n in range(9)], others=1),
    "leave": lambda window, _theme: LeaveDialog(window, 3),
    "leave with a tray": lambda window, _theme: LeaveDialog(window, 3, has_tray=True),
    "name clash": lambda window, _theme: NameClashDialog(
        window, [image(n) for n in range(9)], 40, Path("/pictures"), NameClash.SKIP
    ),
    "policy": lambda window, _theme: PolicyDialog(PolicyScope("images", "image-metadata"), window),
    "preferences": lambda window, _theme: PreferencesDialog(window, Preferences(), has_tray=False),
    "preferences with a limit": lambda window, _theme: PreferencesDialog(
        window, Preferences(bandwidth_limit=2.5), has_tray=True
    ),
    "share link": lambda window, _theme: ShareDialog.for_link(window, image(), LINK),
    "share path": lambda window, _theme: ShareDialog.for_path(window, image(), Path("/pictures/a.jpg")),
}


def name_of(widget: QWidget) -> str:
    """What a screen reader says."""
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def controls(root: QWidget) -> list[QWidget]:
    """What takes part in Tab's round now."""
    return [
        widget
        for widget in widgets_of(root)
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if widget is not root and widget.focusProxy() is None
    ]


def described(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName()} {name_of(widget)!r}"


def nameless(root: QWidget) -> list[str]:
    """Every widget that can get the focus, or that acts, shown or not."""
    acting = [w for w in widgets_of(root) if w.focusPolicy() != Qt.FocusPolicy.NoFocus or isinstance(w, CONTROLS)]
    acting = [w for w in acting if not isinstance(w, QLabel) or w.text()]  # to be selected once it says something
    return [described(widget) for widget in acting if widget is not root and not name_of(widget).strip()]


def unexplained(root: QWidget) -> list[str]:
    """Disabled buttons that do not say why; a tip that is the same as while enabled is no reason."""
    buttons = [widget for widget in root.findChildren(QAbstractButton) if not widget.isEnabledTo(root)]
    return [described(button) for button in buttons if not button.toolTip() or "(" in button.toolTip()]


def round_of_tab(qtbot: QtBot, root: QWidget, key: Qt.Key = KEY.Key_Tab) -> list[QWidget]:
    """The widgets that Tab goes through until it is where it began."""
    seen: list[QWidget] = []
    for _ in range(200):
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused in seen:
            return seen
        seen.append(focused)
        qtbot.keyClick(focused, key)
    raise AssertionError("Tab finds no end")


def check(qtbot: QtBot, root: QWidget) -> None:
    assert nameless(root) == []
    assert unexplained(root) == []
    assert breaches(root) == []
    reached = round_of_tab(qtbot, root)
    assert [described(widget) for widget in controls(root) if widget not in reached] == []
    backwards = round_of_tab(qtbot, root, KEY.Key_Backtab)
    assert set(backwards) == set(reached)


@pytest.fixture
def desktop(open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Callable[..., list[Path]]) -> Desktop:
    """Bob's window on a library with an image of Alice's and two of his, and a transfer that failed."""
    desktop = open_desktop(folder_library, "bob")
    theirs = image(1, "alice", metadata={f"field {n}": "value" for n in range(40)})
    desktop.context.apply_change(LibraryChange(added=(theirs,)))
    bad = folder_library.folder.parent / "bad.png"
    bad.write_text("no picture")
    desktop.drop([*pictures(2), bad])
    desktop.wait_for_rows(3)
    desktop.wait_until_idle()
    desktop.wait(lambda: bool(desktop.failures()))
    desktop.window.activateWindow()
    desktop.wait(desktop.window.isActiveWindow)
    return desktop


def test_an_empty_library_can_be_filled_by_keyboard(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, qtbot: QtBot
) -> None:
    desktop = open_desktop(folder_library, "bob")
    desktop.wait(desktop.page.drop_zone.isVisible)
    desktop.window.activateWindow()
    desktop.wait(desktop.window.isActiveWindow)
    desktop.window.top_bar.search.setFocus()
    check(qtbot, desktop.window)


def test_while_nothing_is_open_each_action_says_why(theme: ThemeSource, show: Show) -> None:
    window = MainWindow(theme)
    window._may_close = True
    show(window, 1200, 700)
    assert unexplained(window) == []
    assert nameless(window) == []


def test_tab_reaches_every_control_of_the_library(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.window.show_fault("Not everything was deleted", "One stayed.")
    desktop.choose(desktop.names()[0])
    desktop.page.gallery.setFocus()
    check(qtbot, desktop.window)
    reached = {name_of(widget) for widget in round_of_tab(qtbot, desktop.window)}
    assert {
        "Upload",
        "Search",
        "Order",
        "Size of the tiles",
        "Dismiss",
        "Mine, 2 images",
        "Details",
        "Transfers",
    } <= reached


def test_an_image_of_somebody_else_is_refused_with_a_reason_everywhere(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.context.browse.toggle_person("alice")
    desktop.wait_for_rows(1)
    desktop.choose(desktop.names()[0])
    delete = desktop.window.top_bar.buttons["delete"]
    desktop.wait(lambda: not delete.isEnabled() and "Only alice" in delete.toolTip())
    desktop.page.gallery.setFocus()
    check(qtbot, desktop.window)
    desktop.page.gallery.setFocus()
    desktop.key(KEY.Key_Return)
    in_the_viewer = desktop.window.viewer.buttons["delete"]
    desktop.wait(lambda: not in_the_viewer.isEnabled())
    assert "Only alice" in in_the_viewer.toolTip()
    desktop.window.viewer.setFocus()
    check(qtbot, desktop.window)
    desktop.key(KEY.Key_Delete)
    assert desktop._open_dialog() is None


def test_tab_reaches_every_control_of_the_viewer(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.choose(desktop.names()[0])
    desktop.key(KEY.Key_Return)
    assert desktop.window.is_viewing()
    check(qtbot, desktop.window)


@pytest.mark.qt_log_ignore("This plugin does not support grabbing", extend=True)
def test_the_menu_of_the_chosen_images_says_why_an_entry_is_disabled(desktop: Desktop) -> None:
    desktop.context.browse.toggle_person("alice")
    desktop.wait_for_rows(1)
    desktop.choose(desktop.names()[0])
    desktop.wait(lambda: len(desktop.page.known_chosen()) == 1)
    desktop.page.menu_requested.emit(desktop.window.pos())
    menu = next(menu for menu in desktop.page.findChildren(QMenu) if menu.isVisible())
    states = {entry.text(): (entry.isEnabled(), entry.toolTip()) for entry in menu.actions()}
    assert states["Download to a folder…"][0]
    assert states["Download as ZIP…"][0]
    enabled, reason = states["Delete…"]
    assert not enabled
    assert "Only alice can delete this" in reason
    assert menu.toolTipsVisible()
    menu.close()


@pytest.mark.parametrize("text", HOSTILE, ids=["markup", "bidi", "controls", "long"])
def test_a_record_that_is_strange_in_every_field_is_plain_text_everywhere(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, text: str
) -> None:
    desktop = open_desktop(folder_library, "bob")
    strange = replace(
        image(1, text, text, content_type=f"image/{text}", sha256=text, metadata={text: text}, width=None),
        image_id="6e1f0f2c-older-client", key="images/older/client/a.jpg",
    )  # fmt: skip
    desktop.context.apply_change(LibraryChange(added=(strange,)))
    desktop.wait_for_rows(1)
    desktop.choose(text)
    desktop.wait(lambda: desktop.page.details.record is not None)
    desktop.context.browse.toggle_person(text)
    desktop.context.browse.set_text(text)
    desktop.wait(lambda: len(desktop.page.chips.chips()) == 3)
    desktop.window.grab()
    assert breaches(desktop.window) == []
    desktop.context.browse.clear_all()
    desktop.wait_for_rows(1)
    desktop.choose(text)
    desktop.key(KEY.Key_Return)
    assert desktop.window.is_viewing()
    picture = desktop.window.viewer.picture
    desktop.wait(lambda: bool(picture.accessibleDescription()))
    desktop.window.grab()
    assert breaches(desktop.window) == []


@pytest.fixture
def host(theme: ThemeSource, show: Show) -> QWidget:
    host = QWidget()
    show(host)
    return host


@pytest.mark.parametrize("name", MAKERS)
def test_tab_reaches_every_control_of_a_dialog(name: str, host: QWidget, theme: ThemeSource, qtbot: QtBot) -> None:
    dialog = MAKERS[name](host, theme)
    with qtbot.waitExposed(dialog):
        dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)
    assert dialog.windowTitle()
    check(qtbot, dialog)
    with qtbot.waitSignal(dialog.finished) as finished:
        qtbot.keyClick(dialog.focusWidget() or dialog, KEY.Key_Escape)
    assert finished.args == [QDialog.DialogCode.Rejected]
