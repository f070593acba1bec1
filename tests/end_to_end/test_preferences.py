"""Preferences at the real window: in force at once, on disk, and in force again at the next start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from imagedesk.core.profiles import EmbeddedProfile, LibraryProfile
from imagedesk.settings import load_settings
from imagedesk.transfers.queue import TransferQueue
from imagedesk.ui.dialogs.preferences_dialog import PreferencesDialog
from tests.end_to_end.conftest import OpenDesktop
from tests.end_to_end.desktop import Desktop


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> list[float | None]:
    """The limits that queues were given, in bytes a second."""
    given: list[float | None] = []
    limit = TransferQueue.limit_bandwidth

    def noted(queue: TransferQueue, bytes_a_second: float | None) -> None:
        given.append(bytes_a_second)
        limit(queue, bytes_a_second)

    monkeypatch.setattr(TransferQueue, "limit_bandwidth", noted)
    return given


def preferences_of(desktop: Desktop) -> PreferencesDialog:
    """Opened by its entry in the menu."""
    entry = next(action for action in desktop.window.library_menu.actions() if action.text() == "Preferences…")
    assert entry.shortcut().toString() == "Ctrl+,"
    entry.trigger()
    dialog = desktop.dialog()
    assert isinstance(dialog, PreferencesDialog)
    return dialog


def save(desktop: Desktop, dialog: PreferencesDialog) -> None:
    desktop.qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)


def test_a_bandwidth_limit_is_in_force_at_once_and_at_the_next_start(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, limits: list[float | None]
) -> None:
    desktop = open_desktop(folder_library)
    assert limits == [None]
    dialog = preferences_of(desktop)
    desktop.wait(lambda: "in its own folder" in dialog.cache_used.text())
    dialog.is_limited.click()
    dialog.limit.setValue(2.5)
    save(desktop, dialog)
    assert limits[-1] == 2_500_000
    assert load_settings().preferences.bandwidth_limit == 2.5
    desktop.app.close()
    again = open_desktop(folder_library)
    assert limits[-1] == 2_500_000
    dialog = preferences_of(again)
    dialog.is_limited.click()
    save(again, dialog)
    assert limits[-1] is None
    assert load_settings().preferences.bandwidth_limit is None


def test_a_smaller_cache_is_trimmed_at_once(
    open_desktop: OpenDesktop,
    aws_profile: Callable[[], LibraryProfile],
    pictures: Callable[..., list[Path]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desktop = open_desktop(aws_profile())
    desktop.drop(pictures(12))
    desktop.wait_for_rows(12)
    desktop.wait_until_idle()
    ids = [record.image_id for record in desktop.records()]
    desktop.wait(lambda: all(desktop.context.thumbnails.best_pixmap(image_id) is not None for image_id in ids))
    assert desktop.app.session is not None
    trimmed: list[int | None] = []
    desktop.app.session.measure_thumbnails(trimmed.append)
    desktop.wait(lambda: bool(trimmed))
    assert trimmed[0]
    dialog = preferences_of(desktop)
    desktop.wait(lambda: "are used by this library now" in dialog.cache_used.text())
    monkeypatch.setattr("imagedesk.session.MEGABYTE", 1)  # so that ten of them are less than what there is
    dialog.cache_size.setValue(10)
    save(desktop, dialog)
    trimmed.clear()
    desktop.app.session.measure_thumbnails(trimmed.append)
    desktop.wait(lambda: bool(trimmed))
    assert trimmed == [0]
    assert load_settings().preferences.thumbnail_cache_mb == 10
