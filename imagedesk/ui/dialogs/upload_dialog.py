"""Asks what a batch of uploads keeps of its files' camera data, and what fields its images share."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from imagedesk.core.camera_data import CameraData
from imagedesk.core.errors import InvalidMetadata
from imagedesk.models.upload_habits import UploadHabits
from imagedesk.ui.batch_fields import BatchFields
from imagedesk.ui.plain_labels import ElidedLabel, plain_label

CHOICES = {
    CameraData.KEEP: ("Keep it", "Files are stored bit by bit as they are."),
    CameraData.LOCATION: ("Remove the location", "Where a picture was taken; camera, time and captions stay."),
    CameraData.ALL: (
        "Remove the location and all other camera data",
        "Also camera, time, captions and copyright notes inside the file. Pixels, colours and rotation stay.",
    ),
}


class UploadDialog(QDialog):
    """Signal: ``decided(CameraData, Metadata, bool)``, the last: to be shown before every upload. Rejected, nothing is
    uploaded."""

    decided = Signal(object, object, bool)

    def __init__(self, parent: QWidget, habits: UploadHabits) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle("Upload")
        self.setMinimumWidth(500)
        self.title = ElidedLabel("", "title")
        self.options: dict[CameraData, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self.fields = BatchFields(habits.fields)
        self.always = QCheckBox("Show this before every upload")
        self.always.setChecked(habits.asks_always)
        self.message = plain_label("", "danger")
        self.message.setWordWrap(True)
        self.message.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addSpacing(4)
        self._add_question(column, habits.camera_data or CameraData.LOCATION)
        column.addSpacing(8)
        column.addWidget(plain_label("FIELDS FOR ALL OF THEM", "heading"))
        column.addWidget(self.fields)
        column.addSpacing(8)
        for widget in (self.always, self.message, self._buttons()):
            column.addWidget(widget)
        column.addStretch(1)
        self.options[habits.camera_data or CameraData.LOCATION].setFocus()

    def set_batch(self, words: str) -> None:
        """What was dropped: ``3 files and 1 folder``."""
        self.title.set_text(f"Upload {words}")

    def _add_question(self, column: QVBoxLayout, chosen: CameraData) -> None:
        column.addWidget(plain_label("CAMERA DATA IN THE FILES", "heading"))
        column.addWidget(
            _wrapped("Photographs tell where and when they were taken. Everybody who downloads one can read it.")
        )
        for choice, (label, hint) in CHOICES.items():
            option = QRadioButton(label)
            option.setAccessibleDescription(hint)
            option.setChecked(choice is chosen)
            self._group.addButton(option)
            self.options[choice] = option
            column.addWidget(option)
            line = _wrapped(hint)
            line.setContentsMargins(24, 0, 0, 0)
            column.addWidget(line)
        column.addWidget(_wrapped("Your answer is remembered."))

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox()
        self.upload_button = box.addButton("Upload", QDialogButtonBox.ButtonRole.AcceptRole)
        self.upload_button.setDefault(True)
        self.cancel_button = box.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        box.accepted.connect(self._on_accepted)
        box.rejected.connect(self.reject)
        return box

    def _on_accepted(self) -> None:
        try:
            fields = self.fields.fields()
        except InvalidMetadata as error:
            self.message.setText(error.message)
            self.message.show()
            return
        choice = next(choice for choice, option in self.options.items() if option.isChecked())
        self.accept()
        self.decided.emit(choice, fields, self.always.isChecked())


def _wrapped(text: str) -> QLabel:
    label = plain_label(text, "muted")
    label.setWordWrap(True)
    return label
