"""The dialogs, by keys and clicks on a window of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from imagedesk.core.ports import PresignedLink
from imagedesk.ui.dialogs.delete_dialog import NAMED, DeleteDialog
from imagedesk.ui.dialogs.leave_dialog import Leave, LeaveDialog
from imagedesk.ui.dialogs.share_dialog import ShareDialog
from imagedesk.ui.theme import ThemeSource
from tests.ui.widgets.conftest import Show
from tests.ui.widgets.hostile_text import BIDI, HOSTILE, MARKUP, breaches
from tests.ui.widgets.records import image

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton
LINK = PresignedLink("https://bucket.s3.amazonaws.com/a?X-Amz-Signature=abc", datetime(2026, 6, 1, 12, 0, tzinfo=UTC))


@pytest.fixture
def window(theme: ThemeSource, show: Show) -> QWidget:
    window = QWidget()
    show(window)
    return window


def opened(qtbot: QtBot, dialog: QDialog) -> None:
    with qtbot.waitExposed(dialog):
        dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)


def result_of(qtbot: QtBot, dialog: QDialog, key: Qt.Key) -> int:
    """Press a key where the focus is; what the dialog then says."""
    opened(qtbot, dialog)
    with qtbot.waitSignal(dialog.finished) as finished:
        qtbot.keyClick(dialog.focusWidget() or dialog, key)
    return int(finished.args[0])


def words(dialog: QDialog) -> list[str]:
    return [label.text() for label in dialog.findChildren(QLabel)]


# -- deleting --------------------------------------------------------------------------------------------------------


def test_deleting_names_the_image(qtbot: QtBot, window: QWidget) -> None:
    dialog = DeleteDialog(window, [image(7)], others=0)
    assert words(dialog) == ["Delete this image?", "photo-7.jpg", "It goes from the library for everybody."]


def test_deleting_many_names_some_and_counts_the_rest(qtbot: QtBot, window: QWidget) -> None:
    dialog = DeleteDialog(window, [image(n) for n in range(1, 1235)], others=2)
    said = words(dialog)
    assert said[0] == "Delete 1,234 images?"
    assert said[1 : NAMED + 1] == [f"photo-{n}.jpg" for n in range(1, NAMED + 1)]
    assert said[NAMED + 1] == f"and {1234 - NAMED:,} more"
    assert "2 images of your choice stay, because they belong to somebody else." in said[NAMED + 2]
    exactly = DeleteDialog(window, [image(n) for n in range(NAMED)], others=1)
    assert not [text for text in words(exactly) if text.startswith("and ")]
    assert "1 image of your choice stays, because it belongs" in words(exactly)[-1]


@pytest.mark.parametrize("key", [KEY.Key_Return, KEY.Key_Enter, KEY.Key_Escape, KEY.Key_Space])
def test_no_key_deletes_at_once(qtbot: QtBot, window: QWidget, key: Qt.Key) -> None:
    assert result_of(qtbot, DeleteDialog(window, [image()], others=0), key) == QDialog.DialogCode.Rejected


def test_delete_is_reached_by_tab_and_pressed_by_space(qtbot: QtBot, window: QWidget) -> None:
    dialog = DeleteDialog(window, [image()], others=0)
    opened(qtbot, dialog)
    assert dialog.cancel_button.hasFocus()
    qtbot.keyClick(dialog.cancel_button, KEY.Key_Tab)
    assert dialog.delete_button.hasFocus()
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(dialog.delete_button, KEY.Key_Space)


# -- sharing ---------------------------------------------------------------------------------------------------------


def test_a_link_is_on_the_clipboard_and_stays_there(qtbot: QtBot, window: QWidget) -> None:
    QGuiApplication.clipboard().clear()
    dialog = ShareDialog.for_link(window, image(7), LINK)
    clipboard = QGuiApplication.clipboard()
    assert clipboard.text() == dialog.field.text() == LINK.url
    assert result_of(qtbot, dialog, KEY.Key_Escape) == QDialog.DialogCode.Rejected
    assert clipboard.text() == LINK.url


def test_copy_again_brings_it_back(qtbot: QtBot, window: QWidget) -> None:
    dialog = ShareDialog.for_link(window, image(), LINK)
    opened(qtbot, dialog)
    QGuiApplication.clipboard().setText("something else")
    dialog.copy_button.setFocus()
    qtbot.keyClick(dialog.copy_button, KEY.Key_Space)
    assert QGuiApplication.clipboard().text() == LINK.url
    assert dialog.isVisible()
    dialog.reject()


def test_a_link_says_until_when_it_works_and_what_to_beware_of(qtbot: QtBot, window: QWidget) -> None:
    warned = PresignedLink(LINK.url, LINK.expires_at, "The session ends before.")
    dialog = ShareDialog.for_link(window, image(7), warned)
    said = [label.text() for label in dialog.sentences]
    assert "Jun 2026" in said[0]
    assert said[1] == "The session ends before."
    assert dialog.sentences[1].property("kind") == "danger"
    assert "photo-7.jpg" in words(dialog)


def test_enter_closes_and_does_not_copy(qtbot: QtBot, window: QWidget) -> None:
    dialog = ShareDialog.for_link(window, image(), LINK)
    QGuiApplication.clipboard().setText("mine")
    assert result_of(qtbot, dialog, KEY.Key_Return) == QDialog.DialogCode.Rejected
    assert QGuiApplication.clipboard().text() == "mine"


def test_a_path_is_copied_as_it_is_though_it_is_shown_plain(
    qtbot: QtBot, window: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / BIDI / "a.jpg"
    dialog = ShareDialog.for_path(window, image(filename=MARKUP), path)
    assert QGuiApplication.clipboard().text() == str(path)
    assert breaches(dialog) == []
    shown: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(url.toLocalFile()))
    opened(qtbot, dialog)
    folder = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Show folder")
    folder.setFocus()
    qtbot.keyClick(folder, KEY.Key_Space)
    assert shown == [str(path.parent)]
    dialog.reject()


def test_a_long_link_is_copied_whole(qtbot: QtBot, window: QWidget) -> None:
    long = PresignedLink(f"{LINK.url}&token={'x' * 3000}", LINK.expires_at)
    dialog = ShareDialog.for_link(window, image(), long)
    assert QGuiApplication.clipboard().text() == dialog.field.text() == long.url


# -- leaving ---------------------------------------------------------------------------------------------------------


def test_leaving_says_what_is_not_finished(qtbot: QtBot, window: QWidget) -> None:
    assert words(LeaveDialog(window, 1))[0] == "1 transfer is not finished"
    assert words(LeaveDialog(window, 1500))[0] == "1,500 transfers are not finished"


@pytest.mark.parametrize("key", [KEY.Key_Return, KEY.Key_Escape])
def test_enter_and_escape_keep_the_window_open(qtbot: QtBot, window: QWidget, key: Qt.Key) -> None:
    assert result_of(qtbot, LeaveDialog(window, 3), key) == QDialog.DialogCode.Rejected


def test_leaving_is_a_click_away(qtbot: QtBot, window: QWidget) -> None:
    dialog = LeaveDialog(window, 3)
    opened(qtbot, dialog)
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(dialog.buttons[Leave.LATER], LEFT)


@pytest.mark.parametrize("choice", list(Leave))
def test_each_way_to_leave_is_told(qtbot: QtBot, window: QWidget, choice: Leave) -> None:
    dialog = LeaveDialog(window, 3, has_tray=True)
    opened(qtbot, dialog)
    with qtbot.waitSignal(dialog.chosen) as chosen:
        qtbot.mouseClick(dialog.buttons[choice], LEFT)
    assert chosen.args == [choice]


def test_without_a_tray_the_background_is_not_offered_and_says_why(qtbot: QtBot, window: QWidget) -> None:
    dialog = LeaveDialog(window, 3, has_tray=False)
    background = dialog.buttons[Leave.BACKGROUND]
    assert not background.isEnabled()
    assert "no place for the icon" in background.toolTip()


# -- all of them -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE, ids=["markup", "bidi", "controls", "long"])
def test_strange_names_are_plain_text(qtbot: QtBot, window: QWidget, text: str) -> None:
    strange = image(1, text, text)
    link = PresignedLink(LINK.url, LINK.expires_at, text)
    for dialog in (
        DeleteDialog(window, [strange, strange], others=1),
        ShareDialog.for_link(window, strange, link),
        ShareDialog.for_path(window, strange, Path("/pictures/a.jpg")),
    ):
        opened(qtbot, dialog)
        dialog.grab()
        assert breaches(dialog) == []
        dialog.reject()


def test_a_closed_dialog_is_gone(qtbot: QtBot, window: QWidget) -> None:
    gone: list[bool] = []
    for dialog in (
        DeleteDialog(window, [image()], 0),
        LeaveDialog(window, 1),
        ShareDialog.for_link(window, image(), LINK),
    ):
        dialog.destroyed.connect(lambda: gone.append(True))
        opened(qtbot, dialog)
        dialog.reject()
    qtbot.waitUntil(lambda: len(gone) == 3)
    assert window.findChildren(QDialog) == []
