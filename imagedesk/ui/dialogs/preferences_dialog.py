"""What a person prefers, on one page: transfers, camera data, what is kept on this computer.

It writes nothing itself: ``saved`` tells what was chosen.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDoubleSpinBox,
    QHBoxLayout,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from imagedesk.models.text_format import size_text
from imagedesk.settings import BANDWIDTH_LIMITS, THUMBNAIL_CACHE_SIZES, Preferences
from imagedesk.ui.dialogs.answer_buttons import answer_buttons
from imagedesk.ui.form_controls import CheckBox, ComboBox
from imagedesk.ui.plain_labels import as_tip, plain_label
from imagedesk.ui.tray_icon import NO_TRAY

CAMERA_DATA_LABELS = {
    "ask": "Ask at the next upload",
    "keep": "Keep",
    "location": "Remove location",
    "all": "Remove location and camera data",
}
USUAL_LIMIT = 5.0  # MB/s, proposed where there is no limit yet


class PreferencesDialog(QDialog):
    """Signal: ``saved(Preferences)``."""

    saved = Signal(object)

    def __init__(self, parent: QWidget, preferences: Preferences, *, has_tray: bool) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle("Preferences")
        self.setMinimumWidth(500)
        self._preferences = preferences
        self.is_limited = CheckBox("Limit the speed of all transfers together to")
        self.limit = QDoubleSpinBox()
        self.camera_data = ComboBox()
        self.background = CheckBox("Go on in the background when the window is closed, without asking")
        self.notifications = CheckBox("Tell on the desktop when long transfers end")
        self.cache_size = QSpinBox()
        self.cache_used = plain_label("", "muted")
        self._fill(preferences)
        self.background.setEnabled(has_tray)
        self.background.setToolTip("" if has_tray else as_tip(NO_TRAY))
        self._lay_out()

    def show_cache(self, used: int | None) -> None:
        """How many bytes of thumbnails are kept; None for a library that needs no cache."""
        where = "This library has its thumbnails in its own folder."
        self.cache_used.setText(where if used is None else f"{size_text(used)} are used by this library now.")

    def _fill(self, preferences: Preferences) -> None:
        limit = preferences.bandwidth_limit
        self.is_limited.setChecked(limit is not None)
        self.limit.setDecimals(2)
        self.limit.setRange(*BANDWIDTH_LIMITS)
        self.limit.setValue(limit if limit is not None else USUAL_LIMIT)
        self._on_limited(limit is not None)
        self.is_limited.toggled.connect(self._on_limited)
        for value, label in CAMERA_DATA_LABELS.items():
            self.camera_data.addItem(label, value)
        self.camera_data.setCurrentIndex(self.camera_data.findData(preferences.camera_data))
        self.background.setChecked(preferences.go_on_in_background)
        self.notifications.setChecked(preferences.notifications)
        self.cache_size.setRange(*THUMBNAIL_CACHE_SIZES)
        self.cache_size.setSingleStep(100)
        self.cache_size.setValue(preferences.thumbnail_cache_mb)
        _name(self.limit, "Most megabytes a second", " MB/s")
        _name(self.cache_size, "Most megabytes of thumbnails of a library", " MB")
        for view in (self.camera_data, self.camera_data.view()):
            view.setAccessibleName("Camera data in uploads")

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addWidget(plain_label("Transfers", "heading"))
        column.addLayout(_row(self.is_limited, self.limit))
        column.addWidget(self.background)
        column.addWidget(self.notifications)
        column.addSpacing(8)
        column.addWidget(plain_label("Uploads", "heading"))
        column.addLayout(_row(plain_label("Camera data in the files"), self.camera_data))
        column.addSpacing(8)
        column.addWidget(plain_label("Thumbnails on this computer", "heading"))
        column.addLayout(_row(plain_label("Of each library elsewhere, keep at most"), self.cache_size))
        column.addWidget(self.cache_used)
        column.addSpacing(8)
        column.addStretch(1)
        buttons = answer_buttons(self, "Save", self._on_accepted)
        self.save_button = buttons.answer
        column.addWidget(buttons.box)

    def _on_limited(self, limited: bool) -> None:
        self.limit.setEnabled(limited)
        self.limit.setToolTip("" if limited else "There is no limit now.")

    def _on_accepted(self) -> None:
        chosen = replace(
            self._preferences,
            bandwidth_limit=round(self.limit.value(), 2) if self.is_limited.isChecked() else None,
            camera_data=str(self.camera_data.currentData()),
            go_on_in_background=self.background.isChecked(),
            notifications=self.notifications.isChecked(),
            thumbnail_cache_mb=self.cache_size.value(),
        )
        self.saved.emit(chosen)
        self.accept()


def _name(box: QSpinBox | QDoubleSpinBox, name: str, unit: str) -> None:
    """A number that is typed, or moved by the arrow keys."""
    box.setSuffix(unit)
    box.setAlignment(Qt.AlignmentFlag.AlignRight)
    box.setFixedWidth(130)
    for part in (box, box.lineEdit()):
        part.setAccessibleName(name)


def _row(left: QWidget, right: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(10)
    row.addWidget(left)
    row.addStretch(1)
    row.addWidget(right)
    return row
