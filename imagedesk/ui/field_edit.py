"""A line of text edited in place: Enter or leaving it commits, Escape takes the typing back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from imagedesk.models.field_text import MAX_EDITED


class FieldEdit(QLineEdit):
    """Signals: ``committed(str)``, with what was typed, when it is to be saved; ``cancelled()``."""

    committed = Signal(str)
    cancelled = Signal()

    def __init__(self, name: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before = text
        self.is_entered = False
        """Whether the last commit came by Enter."""
        self.setProperty("kind", "field")
        self.setAccessibleName(name)
        self.setMaxLength(MAX_EDITED)
        self.take(text)

    def take(self, text: str) -> None:
        """Show this in place of whatever was typed."""
        self._before = text
        self.setText(text)
        self.setCursorPosition(0)
        self.setModified(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Escape end here: a window around it would close its picture."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._commit(entered=True)
        elif event.key() == Qt.Key.Key_Escape:
            self.take(self._before)
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.isModified() and event.reason() != Qt.FocusReason.PopupFocusReason:
            self._commit(entered=False)

    def _commit(self, *, entered: bool) -> None:
        self.is_entered = entered
        self.setModified(False)
        self.committed.emit(self.text())
