"""Controls of dialogs that look the same on every system and in both themes.

The style sheet draws their frames; marks and arrows follow the palette, which a style sheet's pictures could not.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QCheckBox, QComboBox, QStyle, QStyleOptionButton, QWidget

_CHECK = ((-3.5, 0.0), (-1.0, 2.5), (3.5, -2.5))
_ARROW = ((-3.5, -1.5), (0.0, 2.0), (3.5, -1.5))


class CheckBox(QCheckBox):
    """Its box is filled, and has a check in it, while it is checked."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.isChecked():
            option = QStyleOptionButton()
            self.initStyleOption(option)
            box = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
            _draw(self, QPointF(box.center()) + QPointF(0.5, 0.5), _CHECK, QPalette.ColorRole.HighlightedText)


class ComboBox(QComboBox):
    """With an arrow at its right side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "form")

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        _draw(self, QPointF(self.width() - 16, self.height() / 2), _ARROW, QPalette.ColorRole.Text)


def _draw(widget: QWidget, center: QPointF, steps: Sequence[tuple[float, float]], role: QPalette.ColorRole) -> None:
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(widget.palette().color(role), 1.6))
    painter.drawPolyline([center + QPointF(*step) for step in steps])
    painter.end()
