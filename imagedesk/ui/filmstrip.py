"""The strip of neighbours below the picture: the current one in the middle, a click shows another."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from imagedesk.core.image_record import ImageRecord
from imagedesk.ui.theme import ThemeSource

HEIGHT, TILE_WIDTH, TILE_HEIGHT, GAP = 84, 94, 60, 8
NOTCH = 120  # eighths of a degree, QWheelEvent's unit

RecordAt = Callable[[int], ImageRecord | None]
PixmapAt = Callable[[int], QPixmap | None]


class Filmstrip(QWidget):
    """Signal: ``row_requested(int)``."""

    row_requested = Signal(int)

    def __init__(self, theme: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._record_at: RecordAt = lambda _row: None
        self._pixmap_at: PixmapAt = lambda _row: None
        self._row, self._total, self._turned = 0, 0, 0
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Neighbouring images")
        theme.theme_changed.connect(self._on_changed)

    def set_source(self, record_at: RecordAt, pixmap_at: PixmapAt) -> None:
        self._record_at, self._pixmap_at = record_at, pixmap_at
        self.update()

    def show_row(self, row: int, total: int) -> None:
        self._row, self._total = row, total
        self.update()

    def visible_rows(self) -> range:
        """The rows that fit, around the current one but never beyond the ends."""
        fitting = max(1, (self.width() - 2 * GAP) // (TILE_WIDTH + GAP))
        first = min(max(0, self._row - fitting // 2), max(0, self._total - fitting))
        return range(first, min(self._total, first + fitting))

    def sizeHint(self) -> QSize:
        return QSize(600, HEIGHT)

    def _on_changed(self) -> None:
        self.update()

    def _cell(self, place: int) -> QRect:
        return QRect(14 + place * (TILE_WIDTH + GAP), (HEIGHT - TILE_HEIGHT) // 2, TILE_WIDTH, TILE_HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for place, row in enumerate(self.visible_rows()):
            if self._cell(place).contains(event.position().toPoint()):
                self.row_requested.emit(row)
                return

    def wheelEvent(self, event: QWheelEvent) -> None:
        """One notch is one image; the small steps of a touch pad add up to it."""
        event.accept()
        self._turned += event.angleDelta().y()
        if abs(self._turned) < NOTCH:
            return
        step, self._turned = (-1 if self._turned > 0 else 1), 0
        if 0 <= self._row + step < self._total:
            self.row_requested.emit(self._row + step)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme.theme
        painter.fillRect(self.rect(), theme.color("window"))
        painter.fillRect(0, 0, self.width(), 1, theme.color("border"))
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        for place, row in enumerate(self.visible_rows()):
            cell = self._cell(place)
            path = QPainterPath()
            path.addRoundedRect(QRectF(cell), 5, 5)
            painter.fillPath(path, theme.color("tile"))
            pixmap = self._pixmap_at(row)
            if pixmap is not None:
                painter.save()
                painter.setClipPath(path)
                painter.drawPixmap(cell, pixmap, _filling(pixmap.size(), cell.size()))
                painter.restore()
            if row == self._row:
                painter.setPen(QPen(theme.color("accent"), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(QRectF(cell).adjusted(-2, -2, 2, 2), 6, 6)


def _filling(size: QSize, cell: QSize) -> QRect:
    """The middle part of a picture that fills the cell."""
    part = cell.scaled(size, Qt.AspectRatioMode.KeepAspectRatio)
    return QRect((size.width() - part.width()) // 2, (size.height() - part.height()) // 2, part.width(), part.height())
