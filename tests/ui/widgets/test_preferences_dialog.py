"""The preferences: what is shown, what is chosen, and that it is chosen by keyboard, too."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from imagedesk.settings import CAMERA_DATA, Preferences
from imagedesk.ui.dialogs.preferences_dialog import CAMERA_DATA_LABELS, PreferencesDialog
from imagedesk.ui.theme import ThemeSource
from tests.ui.widgets.conftest import Show

KEY = Qt.Key


@pytest.fixture
def host(theme: ThemeSource, show: Show) -> QWidget:
    host = QWidget()
    show(host)
    return host


def opened(
    qtbot: QtBot, host: QWidget, preferences: Preferences, *, has_tray: bool = True
) -> tuple[PreferencesDialog, list[Preferences]]:
    dialog = PreferencesDialog(host, preferences, has_tray=has_tray)
    saved: list[Preferences] = []
    dialog.saved.connect(saved.append)
    with qtbot.waitExposed(dialog):
        dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog, saved


def test_what_is_not_touched_stays(host: QWidget, qtbot: QtBot) -> None:
    before = Preferences(
        user="ann",
        bandwidth_limit=0.25,
        camera_data="location",
        thumbnail_cache_mb=123,
        go_on_in_background=True,
        notifications=False,
    )
    dialog, saved = opened(qtbot, host, before)
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    assert saved == [before]


def test_a_limit_is_typed_and_taken_away(host: QWidget, qtbot: QtBot) -> None:
    dialog, saved = opened(qtbot, host, Preferences())
    assert not dialog.limit.isEnabled()
    qtbot.keyClick(dialog.is_limited, KEY.Key_Space)
    assert dialog.limit.isEnabled()
    dialog.limit.setFocus()
    dialog.limit.selectAll()
    qtbot.keyClicks(dialog.limit, "12.5")
    qtbot.keyClick(dialog.limit, KEY.Key_Return)
    assert [preferences.bandwidth_limit for preferences in saved] == [12.5]
    again, saved = opened(qtbot, host, saved[0])
    qtbot.keyClick(again.is_limited, KEY.Key_Space)
    qtbot.mouseClick(again.save_button, Qt.MouseButton.LeftButton)
    assert [preferences.bandwidth_limit for preferences in saved] == [None]


def test_every_answer_about_camera_data_has_a_name() -> None:
    assert tuple(CAMERA_DATA_LABELS) == CAMERA_DATA


def test_escape_saves_nothing(host: QWidget, qtbot: QtBot) -> None:
    dialog, saved = opened(qtbot, host, Preferences())
    dialog.camera_data.setCurrentIndex(3)
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog, KEY.Key_Escape)
    assert saved == []


def test_the_cache_says_how_much_it_holds(host: QWidget, qtbot: QtBot) -> None:
    dialog, _ = opened(qtbot, host, Preferences(), has_tray=False)
    dialog.show_cache(310_000_000)
    assert dialog.cache_used.text() == "310 MB are used by this library now."
    dialog.show_cache(None)
    assert "in its own folder" in dialog.cache_used.text()
    assert "no place for the icon" in dialog.background.toolTip()
    dialog.reject()
