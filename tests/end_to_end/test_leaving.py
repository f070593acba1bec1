"""Leaving the real window while transfers are under way: later, not at all, or in the background."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from imagedesk import leaving
from imagedesk.core.profiles import EmbeddedProfile, LibraryProfile
from imagedesk.kept_settings import KeptSettings
from imagedesk.settings import load_settings
from imagedesk.transfers import bandwidth
from imagedesk.ui.dialogs.leave_dialog import Leave, LeaveDialog
from tests.end_to_end.conftest import OpenDesktop
from tests.end_to_end.desktop import Desktop

Pictures = Callable[..., list[Path]]
COUNT = 50
MOST_SECONDS = 2.0
NO_DESKTOP = pytest.mark.qt_log_ignore("systemTrayWindowChanged|does not support raise", extend=True)  # offscreen
SLOW = 300  # bytes a second: no file is done in the time of a test


def under_way(desktop: Desktop, paths: list[Path]) -> None:
    """All files are in the list, some of them half sent."""
    desktop.context.transfers.limit_bandwidth(SLOW)
    desktop.drop(paths)
    desktop.wait(lambda: desktop.context.transfers.summary().running == min(4, len(paths)))
    desktop.wait(lambda: desktop.context.transfer_model.rowCount() == len(paths))
    desktop.wait(lambda: not desktop.context.transfers.is_taking_in)


def leave_dialog(desktop: Desktop) -> LeaveDialog:
    desktop.window.close()
    dialog = desktop.dialog()
    assert isinstance(dialog, LeaveDialog)
    return dialog


def is_closed(desktop: Desktop) -> bool:
    return desktop.app.session is None and not desktop.window.isVisible()


def click(desktop: Desktop, choice: Leave) -> float:
    """Answer the question; returns the seconds that leaving took."""
    dialog = leave_dialog(desktop)
    began = time.monotonic()
    desktop.qtbot.mouseClick(dialog.buttons[choice], Qt.MouseButton.LeftButton)
    return time.monotonic() - began


def partial_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.name.endswith((".part", ".partial"))]


@pytest.fixture(autouse=True)
def four_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow it goes."""
    monkeypatch.setattr(bandwidth, "PER_TRANSFER", 1)


@pytest.fixture
def tray(monkeypatch: pytest.MonkeyPatch) -> None:
    """A desktop that shows icons beside the clock, as far as anybody asks."""
    monkeypatch.setattr(leaving, "has_tray", lambda: True)


def test_fifty_under_way_are_left_for_later_at_once_and_all_come(
    open_desktop: OpenDesktop, library: LibraryProfile, pictures: Pictures
) -> None:
    desktop, paths = open_desktop(library), pictures(COUNT)
    under_way(desktop, paths)
    assert click(desktop, Leave.LATER) < MOST_SECONDS
    assert is_closed(desktop)
    again = open_desktop(library)
    again.wait_for_rows(COUNT)
    again.wait_until_idle()
    assert sorted(again.names()) == sorted(path.name for path in paths)
    assert again.failures() == {}


def test_fifty_under_way_are_cancelled_at_once_and_nothing_is_left(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Pictures
) -> None:
    desktop = open_desktop(folder_library)
    under_way(desktop, pictures(COUNT))
    before = desktop.rows()
    assert click(desktop, Leave.CANCEL) < MOST_SECONDS
    assert is_closed(desktop)
    assert partial_files(folder_library.folder) == []
    again = open_desktop(folder_library)
    assert again.context.transfers.summary().is_idle
    assert again.context.transfer_model.rowCount() == 0
    again.wait_for_rows(before)


def test_downloads_under_way_leave_nothing_half_written(
    open_desktop: OpenDesktop, library: LibraryProfile, pictures: Pictures, tmp_path: Path
) -> None:
    desktop = open_desktop(library)
    paths = pictures(8)
    desktop.drop(paths)
    desktop.wait_for_rows(8)
    desktop.wait_until_idle()
    target = tmp_path / "target"
    target.mkdir()
    desktop.context.transfers.limit_bandwidth(SLOW)
    desktop.context.transfers.download(desktop.records(), target)
    desktop.context.transfers.download_zip(desktop.records(), target / "all.zip")
    desktop.wait(lambda: desktop.context.transfers.summary().running == 4)
    assert click(desktop, Leave.LATER) < MOST_SECONDS
    whole = {path.name: path.read_bytes() for path in paths}
    assert {path.name: path.read_bytes() for path in target.iterdir()}.items() <= whole.items()


def test_nothing_under_way_is_not_asked_about(open_desktop: OpenDesktop, folder_library: EmbeddedProfile) -> None:
    desktop = open_desktop(folder_library)
    desktop.window.close()
    assert is_closed(desktop)


def test_whoever_stays_loses_nothing(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Pictures
) -> None:
    desktop = open_desktop(folder_library)
    under_way(desktop, pictures(6))
    dialog = leave_dialog(desktop)
    assert not dialog.buttons[Leave.BACKGROUND].isEnabled()  # there is no tray here
    desktop.qtbot.mouseClick(dialog.stay_button, Qt.MouseButton.LeftButton)
    assert desktop.window.isVisible()
    desktop.context.transfers.limit_bandwidth(None)
    desktop.wait_for_rows(6)


@NO_DESKTOP
@pytest.mark.usefixtures("tray")
def test_work_goes_on_in_the_background_and_a_second_start_brings_the_window_back(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Pictures
) -> None:
    desktop = open_desktop(folder_library)
    under_way(desktop, pictures(6))
    click(desktop, Leave.BACKGROUND)
    assert not desktop.window.isVisible()
    tray = desktop.app.leaving.tray
    assert tray is not None
    assert [action.text() for action in tray.menu.actions() if action.text()] == [
        "Show ImageDesk",
        "Pause all",
        "Quit, and finish later",
    ]
    tray.pause_requested.emit()
    assert desktop.context.transfers.summary().paused
    tray.pause_requested.emit()
    desktop.app.take_files([])
    desktop.wait(desktop.window.isVisible)
    assert desktop.app.leaving.tray is None
    desktop.context.transfers.limit_bandwidth(None)
    desktop.wait_for_rows(6)
    desktop.window.close()
    assert is_closed(desktop)


@NO_DESKTOP
@pytest.mark.usefixtures("tray")
def test_it_ends_by_itself_when_all_is_done_in_the_background(
    open_desktop: OpenDesktop,
    folder_library: EmbeddedProfile,
    pictures: Pictures,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(leaving, "LINGER_MS", 1)
    KeptSettings(load_settings(), pytest.fail).prefer(go_on_in_background=True)
    desktop = open_desktop(folder_library)
    under_way(desktop, pictures(3))
    desktop.window.close()
    assert not desktop.window.isVisible()
    assert desktop.app.session is not None
    desktop.context.transfers.limit_bandwidth(None)
    desktop.wait(lambda: is_closed(desktop))
    again = open_desktop(folder_library)
    again.wait_for_rows(3)


@NO_DESKTOP
@pytest.mark.usefixtures("tray")
def test_what_failed_in_the_background_waits_for_a_person(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "LINGER_MS", 1)
    desktop = open_desktop(folder_library)
    bad = folder_library.folder.parent / "bad.png"
    bad.write_text("no picture")
    under_way(desktop, [*pictures(4), bad])
    click(desktop, Leave.BACKGROUND)
    desktop.context.transfers.limit_bandwidth(None)
    desktop.wait_until_idle()
    desktop.wait(lambda: bool(desktop.failures()))
    desktop.qtbot.wait(50)
    assert desktop.app.session is not None
    tray = desktop.app.leaving.tray
    assert tray is not None
    tray.show_requested.emit()
    assert desktop.window.isVisible()
