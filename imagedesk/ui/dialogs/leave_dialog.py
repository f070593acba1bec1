"""Asks once, when the window is closed while transfers are under way, what becomes of them."""

from __future__ import annotations

from enum import StrEnum
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QVBoxLayout, QWidget

from imagedesk.models.text_format import count_text
from imagedesk.ui.plain_labels import as_tip, plain_label
from imagedesk.ui.tray_icon import NO_TRAY


class Leave(StrEnum):
    """How a person leaves."""

    BACKGROUND = "background"
    LATER = "later"
    CANCEL = "cancel"


_CHOICES = {
    Leave.BACKGROUND: (
        "Go on in the background",
        "The window closes, and an icon beside the clock shows it again. ImageDesk ends when all is done.",
    ),
    Leave.LATER: (
        "Finish later",
        "Uploads go on when you open ImageDesk again: nothing is lost and nothing is sent twice. Downloads have to be "
        "asked for again.",
    ),
    Leave.CANCEL: ("Cancel all and close", "What is done stays; of the rest nothing is left behind."),
}


class LeaveDialog(QDialog):
    """Signal: ``chosen(Leave)``. Rejected, the window stays. ``has_tray``: there is a place for an icon."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget, unfinished: int, *, has_tray: bool = False) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle("Close ImageDesk")
        self.setMinimumWidth(460)
        many = "s are" if unfinished > 1 else " is"
        known = f"{count_text(unfinished)} transfer{many} not finished" if unfinished else "Files are being taken in"
        self.question = plain_label(known, "title")
        self.buttons: dict[Leave, QPushButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(4)
        column.addWidget(self.question)
        for choice, (label, sentence) in _CHOICES.items():
            offered = has_tray or choice is not Leave.BACKGROUND
            self._add(column, choice, label, sentence if offered else NO_TRAY)
            self.buttons[choice].setEnabled(offered)
            self.buttons[choice].setToolTip("" if offered else as_tip(NO_TRAY))
        column.addSpacing(10)
        box = QDialogButtonBox()
        self.stay_button = box.addButton("Keep the window open", QDialogButtonBox.ButtonRole.RejectRole)
        self.stay_button.setDefault(True)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self.stay_button.setFocus()

    def _add(self, column: QVBoxLayout, choice: Leave, label: str, sentence: str) -> None:
        button = QPushButton(label)
        button.setAutoDefault(False)
        button.setAccessibleDescription(sentence)
        button.clicked.connect(partial(self._on_clicked, choice))
        self.buttons[choice] = button
        explanation = plain_label(sentence, "muted")
        explanation.setWordWrap(True)
        column.addSpacing(8)
        column.addWidget(button)
        column.addWidget(explanation)

    def _on_clicked(self, choice: Leave, _checked: bool = False) -> None:
        self.accept()
        self.chosen.emit(choice)
