"""Asks once, for all files of a download, what becomes of those whose names are in the folder already."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QRadioButton, QVBoxLayout, QWidget

from imagedesk.core.file_names import NameClash
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.plain_text import plain
from imagedesk.models.text_format import count_text
from imagedesk.ui.dialogs.answer_buttons import answer_buttons
from imagedesk.ui.plain_labels import ElidedLabel, plain_label

NAMED = 4  # names shown before the rest is counted
_CHOICES = {
    NameClash.KEEP_BOTH: ("Keep both", "What comes gets a number behind its name."),
    NameClash.REPLACE: ("Replace", "The files that are in the folder are overwritten."),
    NameClash.SKIP: ("Skip", "Only what is not there yet is downloaded."),
}


class NameClashDialog(QDialog):
    """Signal: ``answered(NameClash)``. Rejected, nothing is downloaded at all."""

    answered = Signal(object)

    def __init__(
        self, parent: QWidget, taken: Sequence[ImageRecord], count: int, folder: Path, preselected: NameClash
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle("Names that are taken")
        self.setMinimumWidth(440)
        self.options = {answer: QRadioButton(label) for answer, (label, _) in _CHOICES.items()}
        self.question = plain_label(question_text(len(taken), count), "title")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(4)
        column.addWidget(self.question)
        column.addWidget(ElidedLabel(str(folder), "muted", Qt.TextElideMode.ElideMiddle))
        column.addSpacing(4)
        for record in taken[:NAMED]:
            column.addWidget(ElidedLabel(record.filename, mode=Qt.TextElideMode.ElideMiddle))
        if (more := len(taken) - NAMED) > 0:
            column.addWidget(plain_label(f"and {count_text(more)} more", "muted"))
        column.addSpacing(8)
        for answer, option in self.options.items():
            option.setAccessibleDescription(_CHOICES[answer][1])
            column.addWidget(option)
            column.addWidget(_explanation(_CHOICES[answer][1]))
        self.options[preselected].setChecked(True)
        column.addSpacing(8)
        column.addWidget(self._buttons())
        self.options[preselected].setFocus()

    def _buttons(self) -> QDialogButtonBox:
        buttons = answer_buttons(self, "Download", self._on_accepted)
        self.download_button, self.cancel_button = buttons.answer, buttons.way_out
        return buttons.box

    def _on_accepted(self) -> None:
        self.answered.emit(next(answer for answer, option in self.options.items() if option.isChecked()))
        self.accept()


def question_text(taken: int, count: int) -> str:
    """``3 of 40 files are already in this folder``."""
    if count == 1:
        return "This file is already in the folder"
    which = f"{count_text(taken)} of {count_text(count)} files" if taken < count else f"All {count_text(count)} files"
    return f"{plain(which)} {'is' if taken == 1 else 'are'} already in this folder"


def _explanation(text: str) -> QLabel:
    label = plain_label(text, "muted")
    label.setIndent(24)
    label.setWordWrap(True)
    return label
