"""The question about names that are taken: once, by keyboard, with the last answer proposed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from imagedesk.core.file_names import NameClash
from imagedesk.ui.dialogs.name_clash_dialog import NameClashDialog, question_text
from tests.ui.widgets.conftest import Show
from tests.ui.widgets.hostile_text import HOSTILE, breaches
from tests.ui.widgets.records import image


@pytest.fixture
def host(show: Show) -> QWidget:
    host = QWidget()
    show(host)
    return host


def opened(
    qtbot: QtBot, host: QWidget, preselected: NameClash = NameClash.KEEP_BOTH
) -> tuple[NameClashDialog, list[NameClash]]:
    dialog = NameClashDialog(host, [image(n) for n in range(3)], 40, Path("/pictures/autumn"), preselected)
    answers: list[NameClash] = []
    dialog.answered.connect(answers.append)
    with qtbot.waitExposed(dialog):
        dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog, answers


def test_it_says_how_many_of_how_many() -> None:
    assert question_text(3, 40) == "3 of 40 files are already in this folder"
    assert question_text(1, 1200) == "1 of 1,200 files is already in this folder"
    assert question_text(40, 40) == "All 40 files are already in this folder"
    assert question_text(1, 1) == "This file is already in the folder"


def test_enter_takes_the_answer_that_was_given_last(host: QWidget, qtbot: QtBot) -> None:
    dialog, answers = opened(qtbot, host, NameClash.SKIP)
    assert dialog.options[NameClash.SKIP].isChecked()
    qtbot.keyClick(dialog.options[NameClash.SKIP], Qt.Key.Key_Return)
    assert answers == [NameClash.SKIP]


def test_arrow_keys_go_through_the_answers(host: QWidget, qtbot: QtBot) -> None:
    dialog, answers = opened(qtbot, host)
    qtbot.keyClick(dialog.options[NameClash.KEEP_BOTH], Qt.Key.Key_Down)
    assert dialog.options[NameClash.REPLACE].isChecked()
    qtbot.mouseClick(dialog.download_button, Qt.MouseButton.LeftButton)
    assert answers == [NameClash.REPLACE]


def test_escape_downloads_nothing(host: QWidget, qtbot: QtBot) -> None:
    dialog, answers = opened(qtbot, host)
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert answers == []


@pytest.mark.parametrize("text", HOSTILE)
def test_names_are_plain_text(host: QWidget, text: str) -> None:
    dialog = NameClashDialog(host, [image(1, filename=text)], 2, Path(f"/{text}"), NameClash.KEEP_BOTH)
    dialog.open()
    dialog.grab()
    assert breaches(dialog) == []
    dialog.reject()
