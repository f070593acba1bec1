"""Asks once when the window is closed while transfers are under way."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from imagedesk.models.text_format import count_text
from imagedesk.ui.plain_labels import plain_label


class LeaveDialog(QDialog):
    """``accepted``: leave now."""

    def __init__(self, parent: QWidget, unfinished: int) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle("Close ImageDesk")
        many = "s are" if unfinished > 1 else " is"
        self.question = plain_label(f"{count_text(unfinished)} transfer{many} not finished", "title")
        sentence = plain_label(
            "Uploads go on when you open ImageDesk again: nothing is lost and nothing is sent twice. "
            "Downloads have to be asked for again.",
            "muted",
        )
        sentence.setWordWrap(True)
        box = QDialogButtonBox()
        self.leave_button = box.addButton("Finish later", QDialogButtonBox.ButtonRole.AcceptRole)
        self.stay_button = box.addButton("Keep the window open", QDialogButtonBox.ButtonRole.RejectRole)
        self.stay_button.setDefault(True)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(8)
        column.addWidget(self.question)
        column.addWidget(sentence)
        column.addSpacing(6)
        column.addWidget(box)
        self.setMinimumWidth(440)
