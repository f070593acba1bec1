"""Labels for text from outside: plain, never markup, on one line and shortened with dots where there is no room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyleOption, QWidget

from imagedesk.core.plain_text import plain


def plain_label(text: str = "", kind: str = "", parent: QWidget | None = None) -> QLabel:
    """A wrapping label that shows exactly what it is given. ``kind`` is the style sheet's: muted, heading, title."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    if kind:
        label.setProperty("kind", kind)
    return label


def plain_lines(text: str, limit: int = 1000) -> str:
    """``text`` with its line breaks, and nothing else in it that could hide or reorder it."""
    return "\n".join(plain(line, limit) for line in text.split("\n"))


class ElidedLabel(QLabel):
    """Shows ``text`` shortened to its width, with the whole of it as tool tip when it is."""

    def __init__(
        self,
        text: str = "",
        kind: str = "",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._mode = mode
        if kind:
            self.setProperty("kind", kind)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Any text; what could hide or reorder it is replaced."""
        shown = plain(text, 500)
        self.setText(shown)
        self.setAccessibleName(shown)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self.text()) + 4, metrics.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOption()
        option.initFrom(self)
        painter = QPainter(self)
        text = QFontMetrics(self.font()).elidedText(self.text(), self._mode, self.width())
        self.setToolTip(as_tip(self.text()) if text != self.text() else "")
        self.style().drawItemText(
            painter,
            self.rect(),
            int(self.alignment()),
            self.palette(),
            self.isEnabled(),
            text,
            self.foregroundRole(),
        )


def as_tip(text: str) -> str:
    """A tool tip is rich text when it looks like markup: escaped, it shows what it says."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<span>{escaped.replace(chr(10), '<br/>')}</span>" if escaped else ""
