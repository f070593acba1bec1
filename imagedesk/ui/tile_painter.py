"""Paints one tile of the grid: the picture in its box, the name, and who, when and how large."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen, QPixmap

from imagedesk.core.image_record import ImageRecord
from imagedesk.core.plain_text import plain
from imagedesk.models.text_format import age_text, size_text
from imagedesk.ui.icons import icon_pixmap
from imagedesk.ui.theme import Theme
from imagedesk.ui.tile_layout import CAPTION_GAP, PADDING

CELL_RADIUS, BOX_RADIUS = 8, 5


@dataclass(frozen=True, slots=True)
class TileState:
    """What is to be seen of one row. ``record`` is None while the row is on its way."""

    record: ImageRecord | None
    pixmap: QPixmap | None
    failure: str | None
    is_selected: bool
    has_focus: bool
    is_hovered: bool


class TilePainter:
    """Made anew when font, theme or scale change; keeps metrics and the icons."""

    def __init__(self, theme: Theme, font: QFont, ratio: float, me: str) -> None:
        self._theme, self._me = theme, me
        self._name_font = QFont(font)
        self._name_font.setWeight(QFont.Weight.Medium)
        self._line_font = QFont(font)
        self._line_font.setPointSizeF(max(6.0, font.pointSizeF() * 0.88))
        self._name_metrics, self._line_metrics = QFontMetrics(self._name_font), QFontMetrics(self._line_font)
        self._broken = icon_pixmap("image-broken", theme.muted, 28, ratio)
        self.caption_height = self._name_metrics.height() + self._line_metrics.height() + 1

    def paint(self, painter: QPainter, cell: QRect, box_height: int, state: TileState, now: datetime) -> None:
        self._paint_ground(painter, cell, state)
        inner = cell.adjusted(PADDING, PADDING, -PADDING, -PADDING)
        box = QRect(inner.topLeft(), QSize(inner.width(), box_height))
        self._paint_picture(painter, box, state)
        if state.record is not None:
            caption = inner.adjusted(0, box_height + CAPTION_GAP, 0, 0)
            self._paint_caption(painter, caption, state.record, now)

    def _paint_ground(self, painter: QPainter, cell: QRect, state: TileState) -> None:
        theme = self._theme
        if not (state.is_selected or state.has_focus or state.is_hovered):
            return
        painter.setBrush(
            theme.color("selection")
            if state.is_selected
            else theme.color("window")
            if state.is_hovered
            else Qt.GlobalColor.transparent
        )
        pen = QPen(Qt.PenStyle.NoPen)
        if state.is_selected:
            pen = QPen(theme.color("accent"), 2)
        if state.has_focus:
            pen = QPen(theme.color("accent"), 3 if state.is_selected else 1.5)
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(cell).adjusted(1, 1, -1, -1), CELL_RADIUS, CELL_RADIUS)

    def _paint_picture(self, painter: QPainter, box: QRect, state: TileState) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("tile"))
        painter.drawRoundedRect(box, BOX_RADIUS, BOX_RADIUS)
        pixmap = state.pixmap
        if pixmap is not None:
            target = fitted(pixmap.size(), box)
            painter.drawPixmap(target, pixmap)
        elif state.failure is not None:
            side = 28
            corner = box.center() - QRect(0, 0, side, side).center()
            painter.drawPixmap(corner, self._broken)

    def _paint_caption(self, painter: QPainter, area: QRect, record: ImageRecord, now: datetime) -> None:
        name = self._name_metrics.elidedText(plain(record.filename), Qt.TextElideMode.ElideMiddle, area.width())
        painter.setFont(self._name_font)
        painter.setPen(self._theme.color("text"))
        first = QRect(area.left(), area.top(), area.width(), self._name_metrics.height())
        painter.drawText(first, Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine, name)
        who = "you" if record.user_id == self._me else plain(record.user_id, 40)
        line = f" · {age_text(record.created, now)} · {size_text(record.size)}"
        room = max(24, area.width() - self._line_metrics.horizontalAdvance(line))
        line = self._line_metrics.elidedText(who, Qt.TextElideMode.ElideRight, room) + line
        line = self._line_metrics.elidedText(line, Qt.TextElideMode.ElideRight, area.width())
        painter.setFont(self._line_font)
        painter.setPen(self._theme.color("muted"))
        second = QRect(area.left(), first.bottom() + 2, area.width(), self._line_metrics.height())
        painter.drawText(second, Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine, line)


def fitted(size: QSize, box: QRect) -> QRect:
    """The largest rectangle of that shape inside the box, centred; small pictures are not enlarged beyond it."""
    scaled = size.scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
    scaled = scaled.expandedTo(QSize(1, 1))
    left = box.left() + (box.width() - scaled.width()) // 2
    top = box.top() + (box.height() - scaled.height()) // 2
    return QRect(left, top, scaled.width(), scaled.height())
