"""The metadata of one image as fields that its owner edits in place; for others they are plain text with the reason.

A field is saved by Enter or by leaving it, Escape takes the typing back. Each change goes out as the whole metadata,
and with it the record that the person saw.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from imagedesk.core.image_record import ImageRecord
from imagedesk.core.metadata import JsonValue, Metadata
from imagedesk.models.field_text import field_text, is_editable, typed_value
from imagedesk.ui.field_edit import FieldEdit
from imagedesk.ui.icons import icon
from imagedesk.ui.plain_labels import ElidedLabel, plain_label
from imagedesk.ui.theme import ThemeSource

MAX_FIELDS = 60
NAME_WIDTH = 84


class MetadataFields(QWidget):
    """Signals: ``edit_requested(ImageRecord seen, Metadata)``; ``left()``, by Escape."""

    edit_requested = Signal(object, object)
    left = Signal()

    def __init__(self, theme: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._seen: ImageRecord | None = None
        self._refusal: str | None = None
        self._fields: Metadata = {}
        self.edits: dict[str, FieldEdit] = {}
        self.removers: dict[str, QToolButton] = {}
        self.new_name, self.new_value = FieldEdit("Name of the new field"), FieldEdit("Value of the new field")
        self.message = plain_label("", "danger")
        self.reason = plain_label("", "muted")
        self.add_button = QToolButton()
        self._rows = QWidget()
        self._grid = QGridLayout(self._rows)
        self._lay_out()
        self._wire()

    def show_record(self, record: ImageRecord, refusal: str | None) -> None:
        """``refusal`` tells why nothing can be edited, None for the owner. What is being typed into a field of the same
        image stays, and is saved on what was seen before."""
        same = self._seen is not None and self._seen.image_id == record.image_id and self._refusal == refusal
        if same and (self._is_typing() or self._seen == record):
            return
        if not same:
            self.set_message("")
            self._close_new_row()
        keeps = same and self._fields == (record.metadata or {})
        self._seen, self._refusal, self._fields = record, refusal, dict(record.metadata or {})
        if not keeps:
            self._fill()

    def clear(self) -> None:
        self._seen, self._fields = None, {}
        self._close_new_row()
        self._fill()

    def set_message(self, sentence: str, *, is_fault: bool = True) -> None:
        """What became of the last edit; empty when there is nothing to say."""
        self.message.setText(sentence)
        kind = "danger" if is_fault else "muted"
        if self.message.property("kind") != kind:
            self.message.setProperty("kind", kind)
            self.message.style().unpolish(self.message)
            self.message.style().polish(self.message)
        self.message.setVisible(bool(sentence))

    # -- layout -----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(3)
        heading = plain_label("METADATA", "heading")
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        self._new_row = QWidget()
        row = QGridLayout(self._new_row)
        row.setContentsMargins(0, 0, 0, 0)
        self.new_name.setFixedWidth(NAME_WIDTH + 8)
        self.new_name.setPlaceholderText("Name")
        self.new_value.setPlaceholderText("Value")
        row.addWidget(self.new_name, 0, 0)
        row.addWidget(self.new_value, 0, 1)
        self._new_row.hide()
        self.add_button.setText("+ Add field")
        self.add_button.setProperty("kind", "link")
        for label in (self.message, self.reason):
            label.setWordWrap(True)
            label.hide()
        for widget in (heading, self._rows, self._new_row, self.add_button, self.message, self.reason):
            column.addWidget(
                widget, 0, Qt.AlignmentFlag.AlignLeft if widget is self.add_button else Qt.AlignmentFlag(0)
            )

    def _wire(self) -> None:
        self.add_button.clicked.connect(self.open_new_row)
        self.new_name.committed.connect(self._on_name_entered)
        self.new_value.committed.connect(self._on_value_entered)
        for edit in (self.new_name, self.new_value):
            edit.cancelled.connect(self._close_new_row)
            edit.cancelled.connect(self.left)

    def _fill(self) -> None:
        self.edits, self.removers = {}, {}
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.blockSignals(True)  # losing the focus is no wish to save
                widget.hide()
                widget.deleteLater()
        names = list(self._fields)
        for line, name in enumerate(names[:MAX_FIELDS]):
            self._add_row(line, name, self._fields[name])
        if (more := len(names) - MAX_FIELDS) > 0:
            self._grid.addWidget(plain_label(f"and {more} more", "muted"), MAX_FIELDS, 0, 1, 2)
        self._rows.setVisible(bool(names))
        self.add_button.setVisible(self._refusal is None)
        self.reason.setText(self._refusal or "")
        self.reason.setVisible(bool(self._refusal))

    def _add_row(self, line: int, name: str, value: JsonValue) -> None:
        label = ElidedLabel(name, "muted")
        label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        label.setFixedWidth(NAME_WIDTH)
        self._grid.addWidget(label, line, 0)
        text = field_text(value)
        if self._refusal is not None or not is_editable(name, text):
            shown: QLabel = ElidedLabel(text)
            shown.setAccessibleName(f"{label.text()}: {shown.text()}")
            self._grid.addWidget(shown, line, 1)
        else:
            edit = FieldEdit(label.text(), text)
            edit.committed.connect(partial(self._on_committed, name))
            edit.cancelled.connect(self.left)
            self.edits[name] = edit
            self._grid.addWidget(edit, line, 1)
        if self._refusal is None:
            self._grid.addWidget(self._remover(name, label.text()), line, 2)

    def _remover(self, name: str, shown: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("kind", "flat")
        button.setIcon(icon("close", self._theme.theme.muted, self._theme.theme.muted))
        button.setAccessibleName(f"Remove the field {shown}")
        button.setToolTip("Remove this field")
        button.clicked.connect(partial(self._on_removed, name))
        self.removers[name] = button
        return button

    # -- what a person does -----------------------------------------------------------------------------------------

    def open_new_row(self) -> None:
        self._new_row.show()
        self.new_name.setFocus()

    def _close_new_row(self) -> None:
        for edit in (self.new_name, self.new_value):
            edit.take("")
        self._new_row.hide()

    def _is_typing(self) -> bool:
        return any(edit.isModified() for edit in (*self.edits.values(), self.new_name, self.new_value))

    def _on_committed(self, name: str, text: str) -> None:
        self._fields[name] = typed_value(text, self._fields.get(name))
        self._request()

    def _on_removed(self, name: str) -> None:
        self._fields.pop(name, None)
        self._fill()
        self._request()

    def _on_name_entered(self, _text: str) -> None:
        if self.new_value.text():
            self._on_value_entered(self.new_value.text())
        elif self.new_name.is_entered:
            self.new_value.setFocus()

    def _on_value_entered(self, value: str) -> None:
        name = self.new_name.text().strip()
        if not name:
            return
        if name in self._fields:
            self.set_message("There is a field of that name: change it above, or choose another name.")
            return
        self._fields[name] = value
        self._close_new_row()
        self._fill()
        self._request()

    def _request(self) -> None:
        if self._seen is not None and self._fields != (self._seen.metadata or {}):
            self.edit_requested.emit(self._seen, dict(self._fields))
