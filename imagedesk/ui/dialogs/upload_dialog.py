"""Asks what a batch of uploads keeps of its files' camera data, and what fields its images share."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QLabel,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from imagedesk.core.camera_data import CameraData
from imagedesk.core.errors import InvalidMetadata
from imagedesk.models.upload_habits import UploadHabits
from imagedesk.ui.batch_fields import BatchFields
from imagedesk.ui.dialogs.answer_buttons import answer_buttons
from imagedesk.ui.plain_labels import ElidedLabel, plain_label

WIDTH = 460  # logical pixels of what is between the margins
SCREEN_MARGIN = 60  # for the window's own frame
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
        self.setMinimumWidth(WIDTH + 40)
        self.title = ElidedLabel("", "title")
        self.options: dict[CameraData, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self.fields = BatchFields(habits.fields)
        self.always = QCheckBox("Show this before every upload")
        self.always.setChecked(habits.asks_always)
        self.message = plain_label("", "danger")
        self.message.setWordWrap(True)
        self.message.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 18, 20, 16)
        whole.setSpacing(8)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        whole.addWidget(self.title)
        column.addSpacing(4)
        self._add_question(column, habits.camera_data or CameraData.LOCATION)
        column.addSpacing(8)
        column.addWidget(plain_label("FIELDS FOR ALL OF THEM", "heading"))
        column.addWidget(self.fields)
        column.addSpacing(8)
        column.addWidget(self.always)
        column.addStretch(1)
        self._scroll = _Fitting(body)
        for widget, stretch in ((self._scroll, 1), (self.message, 0), (self._buttons(), 0)):
            whole.addWidget(widget, stretch)
        self.fields.rows_changed.connect(self._on_rows_changed)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._on_range_changed)
        first = self.options[CameraData.LOCATION] if habits.camera_data is None else self.fields.add_button
        first.setFocus()

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
            line = _wrapped(hint)
            line.setContentsMargins(20, 0, 0, 0)
            both = QVBoxLayout()
            both.setSpacing(1)
            both.addWidget(option)
            both.addWidget(line)
            column.addLayout(both)
        column.addWidget(_wrapped("Your answer is remembered."))

    def _buttons(self) -> QDialogButtonBox:
        buttons = answer_buttons(self, "Upload", self._on_accepted)
        self.upload_button, self.cancel_button = buttons.answer, buttons.way_out
        return buttons.box

    def showEvent(self, event: QShowEvent) -> None:
        """Qt alone would make it no higher than two thirds of the screen."""
        self._fit()
        super().showEvent(event)

    def _on_rows_changed(self) -> None:
        """Grow with the fields, as far as the screen goes; then they are scrolled to."""
        self._order_tabs()
        QTimer.singleShot(0, self._fit)

    def _order_tabs(self) -> None:
        """A row that comes later would be the last."""
        stops = [*self.options.values(), *self.fields.tab_stops(), self.always, self.upload_button, self.cancel_button]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def _fit(self) -> None:
        self._scroll.updateGeometry()
        room = self.screen().availableGeometry().height() - SCREEN_MARGIN
        self.resize(self.width(), max(self.height(), min(self.sizeHint().height(), room)))

    def _on_range_changed(self) -> None:
        """Fields came or went, and are in their places: the one that is typed into stays in sight."""
        if (focused := self.focusWidget()) is not None and self._scroll.isAncestorOf(focused):
            self._scroll.ensureWidgetVisible(focused)

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


class _Fitting(QScrollArea):
    """As large as what is in it where there is room; on a small screen it is scrolled."""

    def __init__(self, body: QWidget) -> None:
        super().__init__()
        self._body = body
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(body)

    def sizeHint(self) -> QSize:
        body = self._body
        body.ensurePolished()
        width = max(body.minimumSizeHint().width(), WIDTH)
        return QSize(width, max(body.heightForWidth(width), body.minimumSizeHint().height()))


def _wrapped(text: str) -> QLabel:
    label = plain_label(text, "muted")
    label.setWordWrap(True)
    return label
