"""Shared metadata of a batch: rows of name and value, and the fields of earlier batches to take again."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from imagedesk.core.errors import InvalidMetadata
from imagedesk.core.metadata import JsonValue, Metadata, checked_metadata
from imagedesk.core.plain_text import plain
from imagedesk.models.field_text import MAX_EDITED, field_text, is_editable, typed_value

OFFERED = 6  # fields of earlier batches
OFFER_LENGTH = 30  # characters of one


class _Row(QWidget):
    def __init__(self, name: str, value: str) -> None:
        super().__init__()
        self.name, self.value, self.remover = QLineEdit(name), QLineEdit(value), QToolButton()
        for edit, words in ((self.name, "Name"), (self.value, "Value")):
            edit.setMaxLength(MAX_EDITED)
            edit.setPlaceholderText(words)
            edit.setAccessibleName(f"{words} of the field")
            edit.setCursorPosition(0)
        self.remover.setText("✕")
        self.remover.setProperty("kind", "flat")
        self.remover.setToolTip("Leave this field out")
        self.remover.setAccessibleName("Leave this field out")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.name, 2)
        row.addWidget(self.value, 3)
        row.addWidget(self.remover)


class BatchFields(QWidget):
    """``recent`` are names and values of earlier batches. ``fields`` reads what was typed.

    Signal: ``rows_changed()``, when it needs more or less room."""

    rows_changed = Signal()

    def __init__(self, recent: Metadata, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recent = {name: value for name, value in recent.items() if is_editable(name, field_text(value))}
        self.rows: list[_Row] = []
        self.offers: dict[str, QPushButton] = {}
        self._column = QVBoxLayout()
        self.add_button = QPushButton("+ Add field")
        self.add_button.setProperty("kind", "link")
        self.add_button.setAutoDefault(False)
        self.add_button.clicked.connect(partial(self.add_row, "", ""))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        whole.addLayout(self._column)
        whole.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        whole.addLayout(self._offer_grid())

    def fields(self) -> Metadata:
        """By name; rows without name and value count for nothing. Raises InvalidMetadata."""
        found: Metadata = {}
        for row in self.rows:
            name, text = row.name.text().strip(), row.value.text()
            if not name and not text.strip():
                continue
            if not name:
                raise InvalidMetadata(f"The value “{plain(text, 40)}” needs a name.")
            if name in found:
                raise InvalidMetadata(f"There are two fields named “{plain(name, 40)}”: leave one out.")
            found[name] = typed_value(text, self._recent.get(name, ""))
        return checked_metadata(found) or {}

    def add_row(self, name: str, value: str, _checked: bool = False) -> None:
        row = _Row(name, value)
        row.remover.clicked.connect(partial(self._remove_row, row))
        self.rows.append(row)
        self._column.addWidget(row)
        row.show()  # at once: a quick Tab would pass over it
        self.rows_changed.emit()
        (row.value if name else row.name).setFocus()

    def tab_stops(self) -> list[QWidget]:
        """What Tab goes through, from top to bottom."""
        inside: list[QWidget] = [part for row in self.rows for part in (row.name, row.value, row.remover)]
        return [*inside, self.add_button, *self.offers.values()]

    def _remove_row(self, row: _Row, _checked: bool = False) -> None:
        self.rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
        if (offer := self.offers.get(row.name.text())) is not None:
            offer.show()
        self.rows_changed.emit()
        self.add_button.setFocus()

    def _offer_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        for number, (name, value) in enumerate(list(self._recent.items())[:OFFERED]):
            offer = QPushButton(_offer_text(name, value))
            offer.setProperty("kind", "link")
            offer.setAutoDefault(False)
            offer.setAccessibleName(f"Use again: {plain(name, 100)}: {plain(field_text(value), 200)}")
            offer.clicked.connect(partial(self._on_offer_taken, name))
            self.offers[name] = offer
            grid.addWidget(offer, number // 2, number % 2, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _on_offer_taken(self, name: str, _checked: bool = False) -> None:
        self.offers[name].hide()
        self.add_row(name, field_text(self._recent[name]))


def _offer_text(name: str, value: JsonValue) -> str:
    return plain(f"{name}: {field_text(value)}", OFFER_LENGTH).replace("&", "&&")
