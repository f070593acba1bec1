"""The library check in the window: it tells what does not fit, and repairs what is one's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from imagedesk.core.profiles import EmbeddedProfile, LibraryProfile
from imagedesk.ui.dialogs.check_dialog import CheckDialog
from tests.end_to_end.conftest import OpenDesktop
from tests.end_to_end.desktop import Desktop


def checked(desktop: Desktop) -> CheckDialog:
    desktop.window.library_menu.check_requested.emit()
    dialog = desktop.dialog()
    assert isinstance(dialog, CheckDialog)
    desktop.wait(dialog.again_button.isEnabled)
    return dialog


def test_a_sound_library_fits(
    open_desktop: OpenDesktop, library: LibraryProfile, pictures: Callable[..., list[Path]]
) -> None:
    desktop = open_desktop(library)
    desktop.drop(pictures(2))
    desktop.wait_for_rows(2)
    desktop.wait_until_idle()
    dialog = checked(desktop)
    assert dialog.summary.text() == "Everything fits"
    assert not dialog.repair_button.isEnabled()
    dialog.reject()


def test_a_missing_thumbnail_is_found_and_made_anew(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Callable[..., list[Path]]
) -> None:
    desktop = open_desktop(folder_library)
    desktop.drop(pictures(2))
    desktop.wait_for_rows(2)
    desktop.wait_until_idle()
    thumbnail = next((folder_library.folder / "thumbnails").rglob("*.webp"))
    thumbnail.unlink()
    dialog = checked(desktop)
    assert dialog.summary.text() == "1 can be repaired"
    assert dialog.findings.item(0).text().startswith("Without a thumbnail")
    desktop.qtbot.mouseClick(dialog.repair_button, Qt.MouseButton.LeftButton)
    desktop.wait(lambda: dialog.summary.text() == "1 repaired")
    assert thumbnail.is_file()
    desktop.qtbot.mouseClick(dialog.again_button, Qt.MouseButton.LeftButton)
    desktop.wait(lambda: dialog.summary.text() == "Everything fits")
    dialog.reject()
