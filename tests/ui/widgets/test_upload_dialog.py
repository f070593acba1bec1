"""The question before an upload, by mouse and by keys."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QByteArray, QMimeData, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from imagedesk.core.camera_data import CameraData
from imagedesk.models.upload_habits import REMEMBERED_FIELDS, UploadHabits
from imagedesk.ui.dialogs.upload_dialog import UploadDialog
from imagedesk.ui.file_intake import encoded_picture
from imagedesk.ui.theme import ThemeSource
from tests.ui.widgets.conftest import Show
from tests.ui.widgets.hostile_text import HOSTILE, breaches

KEY = Qt.Key


@pytest.fixture
def window(theme: ThemeSource, show: Show) -> QWidget:
    window = QWidget()
    show(window, 900, 700)
    return window


def opened(qtbot: QtBot, window: QWidget, habits: UploadHabits) -> UploadDialog:
    dialog = UploadDialog(window, habits)
    dialog.set_batch("3 files")
    with qtbot.waitExposed(dialog):
        dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def press(qtbot: QtBot, dialog: UploadDialog, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(dialog.focusWidget() or dialog, key)


def typed(qtbot: QtBot, dialog: UploadDialog, text: str) -> None:
    widget = dialog.focusWidget()
    assert widget is not None
    qtbot.keyClicks(widget, text)


def test_it_is_answered_by_keys_alone(qtbot: QtBot, window: QWidget) -> None:
    dialog = opened(qtbot, window, UploadHabits())
    assert dialog.options[CameraData.LOCATION].hasFocus()
    press(qtbot, dialog, KEY.Key_Down, KEY.Key_Tab, KEY.Key_Space)
    typed(qtbot, dialog, "campaign")
    press(qtbot, dialog, KEY.Key_Tab)
    typed(qtbot, dialog, "autumn")
    press(qtbot, dialog, KEY.Key_Tab, KEY.Key_Tab)
    assert dialog.fields.add_button.hasFocus()
    with qtbot.waitSignal(dialog.decided) as decided:
        press(qtbot, dialog, KEY.Key_Return)
    assert decided.args == [CameraData.ALL, {"campaign": "autumn"}, False]


def test_escape_uploads_nothing(qtbot: QtBot, window: QWidget) -> None:
    dialog = opened(qtbot, window, UploadHabits())
    with qtbot.waitSignal(dialog.rejected), qtbot.assertNotEmitted(dialog.decided):
        press(qtbot, dialog, KEY.Key_Escape)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("", "autumn")], "The value “autumn” needs a name."),
        ([("a", "1"), ("a", "2")], "There are two fields named “a”: leave one out."),
        ([(f"n{number}", "x" * 2000) for number in range(40)], "The metadata is longer than 64 KB: shorten it."),
    ],
)
def test_fields_that_cannot_be_stored_are_told_in_place(
    qtbot: QtBot, window: QWidget, rows: list[tuple[str, str]], sentence: str
) -> None:
    dialog = opened(qtbot, window, UploadHabits())
    for name, value in rows:
        dialog.fields.add_row(name, value)
    with qtbot.assertNotEmitted(dialog.decided):
        dialog.upload_button.click()
    assert (dialog.message.isVisible(), dialog.message.text()) == (True, sentence)
    dialog.reject()


def test_fields_of_earlier_batches_are_offered_and_numbers_stay_numbers(qtbot: QtBot, window: QWidget) -> None:
    habits = UploadHabits(CameraData.KEEP, fields={"year": 2026, "rights": "CC BY"})
    dialog = opened(qtbot, window, habits)
    assert [offer.text() for offer in dialog.fields.offers.values()] == ["year: 2026", "rights: CC BY"]
    dialog.fields.offers["year"].click()
    assert dialog.fields.offers["year"].isHidden()
    dialog.fields.rows[0].value.setText("2027")
    assert dialog.fields.fields() == {"year": 2027}
    dialog.fields.rows[0].remover.click()
    assert (dialog.fields.fields(), dialog.fields.offers["year"].isHidden()) == ({}, False)
    dialog.reject()


def test_many_fields_are_scrolled_and_the_buttons_stay(qtbot: QtBot, window: QWidget) -> None:
    dialog = opened(qtbot, window, UploadHabits())
    for number in range(40):
        dialog.fields.add_row(f"n{number}", "value")
    room = dialog.screen().availableGeometry().height()
    qtbot.waitUntil(lambda: dialog.height() <= room and not dialog.fields.rows[39].visibleRegion().isEmpty())
    assert dialog.rect().contains(dialog.upload_button.mapTo(dialog, dialog.upload_button.rect().center()))
    dialog.reject()


def test_remembered_fields_are_plain_text(qtbot: QtBot, window: QWidget) -> None:
    fields: dict[str, Any] = {text: text for text in HOSTILE}
    dialog = opened(qtbot, window, UploadHabits(fields={**fields, "<b>a</b>": "<i>&x</i>"}))
    assert breaches(dialog) == []
    assert [offer.text() for offer in dialog.fields.offers.values()][-1] == "<b>a</b>: <i>&&x</i>"
    dialog.reject()


def test_the_fields_used_last_come_first_and_old_ones_are_forgotten() -> None:
    habits = UploadHabits(fields={f"n{number}": number for number in range(REMEMBERED_FIELDS)})
    after = habits.after(CameraData.ALL, {"n3": "new", "z": 1}, asks_always=True)
    assert list(after.fields)[:3] == ["n3", "z", "n0"]
    assert (len(after.fields), after.fields["n3"], after.camera_data) == (REMEMBERED_FIELDS, "new", CameraData.ALL)


@pytest.mark.parametrize(
    ("offered", "taken"),
    [
        ({"text/plain": b"x"}, None),
        ({"image/jpeg": b"jpeg", "image/png": b"png"}, b"png"),
        ({"image/png": b"", "image/webp": b"webp"}, b"webp"),
        ({'application/x-qt-windows-mime;value="PNG"': b"png"}, b"png"),
    ],
)
def test_the_clipboards_encoded_bytes_are_taken_the_lossless_first(
    offered: dict[str, bytes], taken: bytes | None
) -> None:
    data = QMimeData()
    for name, content in offered.items():
        data.setData(name, QByteArray(content))
    assert encoded_picture(data) == taken
    assert encoded_picture(None) is None
