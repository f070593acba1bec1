"""The question about clashes: plain text, a choice for each field, and nothing decided unasked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from imagedesk.core.metadata_merge import ABSENT, Choice, Clash
from imagedesk.ui.dialogs.clash_dialog import ClashDialog
from tests.fakes.sample_records import sample_record

CLASHES = (Clash("campaign", "winter", "<img src='x'>"), Clash("n\u202e", ABSENT, [1, None]))


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    return window


def opened(window: QWidget) -> tuple[ClashDialog, list[dict[str, Choice]]]:
    dialog = ClashDialog(window, sample_record(1), CLASHES)
    decisions: list[dict[str, Choice]] = []
    dialog.decided.connect(decisions.append)
    dialog.open()
    return dialog, decisions


def test_each_field_has_a_choice_of_its_own(window: QWidget, qtbot: QtBot) -> None:
    dialog, decisions = opened(window)
    dialog.options["campaign"][Choice.BOTH].click()
    dialog.options["n\u202e"][Choice.THEIRS].click()
    assert dialog.options["campaign"][Choice.BOTH].isChecked()
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    (decision,) = decisions
    assert decision == {"campaign": Choice.BOTH, "n\u202e": Choice.THEIRS}
    assert all(isinstance(choice, Choice) for choice in decision.values())


def test_what_is_typed_is_kept_unless_one_says_otherwise(window: QWidget, qtbot: QtBot) -> None:
    dialog, decisions = opened(window)
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    assert decisions == [dict.fromkeys(("campaign", "n\u202e"), Choice.YOURS)]


def test_escape_decides_nothing(window: QWidget, qtbot: QtBot) -> None:
    dialog, decisions = opened(window)
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert decisions == []


def test_values_are_plain_text(window: QWidget) -> None:
    dialog, _ = opened(window)
    texts = [label.text() for label in dialog.findChildren(QLabel) if label.text()]
    assert {"<img src='x'>", "(removed)", "[1, null]", "n\ufffd"} <= set(texts)
    assert {label.textFormat() for label in dialog.findChildren(QLabel)} == {Qt.TextFormat.PlainText}
    dialog.reject()
