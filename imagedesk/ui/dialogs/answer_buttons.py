"""The buttons under a question: the answer, which Return gives, and the way out, which Escape takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton

_Role = QDialogButtonBox.ButtonRole


@dataclass(frozen=True, slots=True)
class AnswerButtons:
    """``box`` stands at the bottom of the dialog, in the order of the system."""

    box: QDialogButtonBox
    answer: QPushButton
    way_out: QPushButton


def answer_buttons(
    dialog: QDialog, answer: str, answered: Callable[[], object], way_out: str = "Cancel"
) -> AnswerButtons:
    """``answered`` is called for the answer; the way out rejects the dialog."""
    box = QDialogButtonBox()
    buttons = AnswerButtons(box, box.addButton(answer, _Role.AcceptRole), box.addButton(way_out, _Role.RejectRole))
    buttons.answer.setDefault(True)
    buttons.answer.setProperty("kind", "primary")
    box.accepted.connect(answered)
    box.rejected.connect(dialog.reject)
    return buttons
