"""Wherever several images can be downloaded, a ZIP is offered beside the folder, with the key that does the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMenu

from imagedesk.core.profiles import EmbeddedProfile
from tests.end_to_end.conftest import OpenDesktop, folder_library, open_desktop, pictures
from tests.end_to_end.desktop import Desktop

__all__ = ["folder_library", "open_desktop", "pictures"]

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
OFFERED = {"Download to a folder…": "Ctrl+S", "Download as ZIP…": "Ctrl+Shift+S"}


def downloads_in(menu: QMenu) -> dict[str, str]:
    return {entry.text(): entry.shortcut().toString() for entry in menu.actions() if "Download" in entry.text()}


@pytest.fixture
def desktop(open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Callable[..., list[Path]]) -> Desktop:
    desktop = open_desktop(folder_library)
    desktop.drop(pictures(2))
    desktop.wait_for_rows(2)
    desktop.wait_until_idle()
    return desktop


def file_dialog(desktop: Desktop) -> str:
    """Its title; it is closed again."""
    desktop.wait(lambda: isinstance(desktop._open_dialog(), QFileDialog))
    dialog = desktop.dialog()
    title = dialog.windowTitle()
    dialog.close()
    return title


def test_the_menu_of_the_download_button_offers_both(desktop: Desktop) -> None:
    assert downloads_in(desktop.window.top_bar.buttons["download"].menu()) == OFFERED


@pytest.mark.qt_log_ignore("This plugin does not support grabbing", extend=True)
def test_the_menu_of_the_grid_offers_both(desktop: Desktop) -> None:
    desktop.choose(desktop.names()[0])
    desktop.page.menu_requested.emit(desktop.window.pos())
    menu = next(menu for menu in desktop.page.findChildren(QMenu) if menu.isVisible())
    assert downloads_in(menu) == OFFERED
    menu.close()


def test_the_keys_do_what_the_entries_say_in_the_grid_and_in_the_viewer(desktop: Desktop) -> None:
    desktop.choose(desktop.names()[0])
    for is_viewing in (False, True):
        if is_viewing:
            desktop.key(Qt.Key.Key_Return)
        assert desktop.window.is_viewing() == is_viewing
        desktop.key(Qt.Key.Key_S, CONTROL)
        assert "ZIP" not in file_dialog(desktop)
        desktop.key(Qt.Key.Key_S, CONTROL | SHIFT)
        assert "as ZIP" in file_dialog(desktop)


def test_a_key_that_can_do_nothing_says_why(desktop: Desktop) -> None:
    place = desktop.window.status.place
    desktop.page.gallery.clearSelection()
    desktop.key(Qt.Key.Key_S, CONTROL)
    assert place.accessibleName() == "Choose one or more images to download."
    desktop.key(Qt.Key.Key_A, CONTROL)
    desktop.key(Qt.Key.Key_L, CONTROL)
    assert place.accessibleName() == "Share one image at a time."
    assert desktop._open_dialog() is None
