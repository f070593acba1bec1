"""Asks before images are deleted, by name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QVBoxLayout, QWidget

from imagedesk.core.image_record import ImageRecord
from imagedesk.core.plain_text import plain
from imagedesk.models.text_format import count_text, images_text
from imagedesk.ui.plain_labels import ElidedLabel, plain_label

NAMED = 6  # names shown before the rest is counted


class DeleteDialog(QDialog):
    """``accepted`` once the person is sure. *Cancel* has the focus: Enter must not delete."""

    def __init__(self, parent: QWidget, records: Sequence[ImageRecord], others: int) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle("Delete")
        self.setMinimumWidth(420)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(8)
        question = "Delete this image?" if len(records) == 1 else f"Delete {images_text(len(records))}?"
        column.addWidget(plain_label(question, "title"))
        for record in records[:NAMED]:
            column.addWidget(ElidedLabel(record.filename, mode=Qt.TextElideMode.ElideMiddle))
        if (more := len(records) - NAMED) > 0:
            column.addWidget(plain_label(f"and {count_text(more)} more", "muted"))
        column.addWidget(self._consequence(len(records), others))
        column.addSpacing(6)
        column.addWidget(self._buttons())

    def _consequence(self, count: int, others: int) -> QWidget:
        sentence = f"{'It goes' if count == 1 else 'They go'} from the library for everybody."
        if others:
            verb = "stays, because it belongs" if others == 1 else "stay, because they belong"
            sentence += f" {plain(images_text(others))} of your choice {verb} to somebody else."
        label = plain_label(sentence, "muted")
        label.setWordWrap(True)
        return label

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox()
        delete = QPushButton("Delete")
        delete.setProperty("kind", "danger")
        delete.setAutoDefault(False)
        box.addButton(delete, QDialogButtonBox.ButtonRole.AcceptRole)
        cancel = box.addButton(QDialogButtonBox.StandardButton.Cancel)
        cancel.setDefault(True)
        cancel.setFocus()
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        self.delete_button, self.cancel_button = delete, cancel
        return box
