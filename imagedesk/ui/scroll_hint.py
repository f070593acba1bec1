"""A small label beside the scroll bar's thumb while it is dragged: the month of the images there."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QScrollBar, QStyle, QStyleOptionSlider, QWidget

from imagedesk.core.image_record import ImageRecord
from imagedesk.core.plain_text import plain
from imagedesk.core.query import Order
from imagedesk.models.text_format import size_text
from imagedesk.ui.theme import ThemeSource

_PADDING, _GAP, _RADIUS = 10, 8, 6  # logical pixels


def hint_text(record: ImageRecord, order: Order) -> str:
    """What tells a place in that order: ``March 2024``, the beginning of a name, or a size."""
    if order is Order.NAME:
        return plain(record.filename[:3]).upper()
    if order is Order.SIZE:
        return size_text(record.size)
    return f"{record.created.astimezone():%B %Y}"


class ScrollHint(QWidget):
    """A child of the view, never in the way of the mouse. Hidden unless ``show_at`` was called last."""

    def __init__(self, theme: ThemeSource, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._view = theme, parent
        self.text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def show_at(self, bar: QScrollBar, text: str) -> None:
        """Beside the thumb of ``bar``. An empty text, of rows on their way, leaves the one before."""
        self.text = text or self.text
        if not self.text:
            return
        self.resize(self.sizeHint())
        corner = bar.mapTo(self._view, QPoint(0, _thumb_centre(bar)))
        top = min(max(0, corner.y() - self.height() // 2), self._view.height() - self.height())
        self.move(corner.x() - self.width() - _GAP, top)
        self.show()
        self.raise_()
        self.update()

    def dismiss(self) -> None:
        self.text = ""
        self.hide()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text) + 2 * _PADDING, metrics.height() + _PADDING)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._theme.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("border"), 1))
        painter.setBrush(theme.color("control"))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), _RADIUS, _RADIUS)
        painter.setPen(theme.color("text"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, self.text)


def _thumb_centre(bar: QScrollBar) -> int:
    option = QStyleOptionSlider()
    bar.initStyleOption(option)
    part, control = QStyle.SubControl.SC_ScrollBarSlider, QStyle.ComplexControl.CC_ScrollBar
    return bar.style().subControlRect(control, option, part, bar).center().y()
