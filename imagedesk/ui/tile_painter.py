"""Paints one tile of the grid: the picture in its box, the name, and who, when and how large."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen, QPixmap

from imagedesk.core.image_record import ImageRecord
from imagedesk.ui.fitted_pixmaps import FittedPixmaps
from imagedesk.ui.icons import icon_pixmap
from imagedesk.ui.theme import Theme
from imagedesk.ui.tile_captions import TileCaptions
from imagedesk.ui.tile_layout import CAPTION_GAP, PADDING

CELL_RADIUS, BOX_RADIUS = 8, 5
BROKEN_SIDE = 28


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
    """Made anew when font, theme or scale change; keeps what was laid out and scaled."""

    def __init__(self, theme: Theme, font: QFont, ratio: float, me: str) -> None:
        self._captions = TileCaptions(font, me)
        self._pixmaps = FittedPixmaps(ratio)
        self._broken = icon_pixmap("image-broken", theme.muted, BROKEN_SIDE, ratio)
        self._box, self._selected, self._hovered = (QBrush(theme.color(n)) for n in ("tile", "selection", "window"))
        self._text, self._muted = QPen(theme.color("text")), QPen(theme.color("muted"))
        self._accent = theme.color("accent")
        self.caption_height = self._captions.height

    def begin(self, now: datetime) -> None:
        """Call it once a paint; ages count from ``now``."""
        self._captions.set_now(now)

    def paint(self, painter: QPainter, cell: QRect, box_height: int, state: TileState) -> None:
        self._paint_ground(painter, cell, state)
        inner = cell.adjusted(PADDING, PADDING, -PADDING, -PADDING)
        box = QRect(inner.topLeft(), QSize(inner.width(), box_height))
        self._paint_picture(painter, box, state)
        if state.record is not None:
            corner = QPoint(inner.left(), inner.top() + box_height + CAPTION_GAP)
            self._paint_caption(painter, corner, inner.width(), state.record)

    def _paint_ground(self, painter: QPainter, cell: QRect, state: TileState) -> None:
        if not (state.is_selected or state.has_focus or state.is_hovered):
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if state.is_selected or state.is_hovered:
            painter.setBrush(self._selected if state.is_selected else self._hovered)
        pen = QPen(Qt.PenStyle.NoPen)
        if state.is_selected:
            pen = QPen(self._accent, 2)
        if state.has_focus:
            pen = QPen(self._accent, 3 if state.is_selected else 1.5)
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(cell).adjusted(1, 1, -1, -1), CELL_RADIUS, CELL_RADIUS)

    def _paint_picture(self, painter: QPainter, box: QRect, state: TileState) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._box)
        painter.drawRoundedRect(box, BOX_RADIUS, BOX_RADIUS)
        if state.pixmap is not None:
            target = fitted(state.pixmap.size(), box)
            painter.drawPixmap(target.topLeft(), self._pixmaps.get(state.pixmap, target.size()))
        elif state.failure is not None:
            self._paint_failure(painter, box, state.failure)
        elif state.record is not None and state.record.placeholder is not None:
            painter.fillRect(shape_of(state.record, box), QColor(state.record.placeholder))

    def _paint_failure(self, painter: QPainter, box: QRect, reason: str) -> None:
        """The broken picture and, as far as there is room, why: all of it is in the tip."""
        corner = QPoint(box.center().x() - BROKEN_SIDE // 2, box.top() + (box.height() - BROKEN_SIDE) // 3)
        painter.drawPixmap(corner, self._broken)
        top = corner.y() + BROKEN_SIDE + CAPTION_GAP
        room = QRect(box.left() + PADDING, top, box.width() - 2 * PADDING, box.bottom() - top)
        painter.setFont(self._captions.line_font)
        painter.setPen(self._muted)
        text = self._captions.paragraph(reason, room.width(), room.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap, text)

    def _paint_caption(self, painter: QPainter, corner: QPoint, width: int, record: ImageRecord) -> None:
        caption = self._captions.get(record, width)
        painter.setFont(self._captions.name_font)
        painter.setPen(self._text)
        painter.drawStaticText(corner, caption.name)
        painter.setFont(self._captions.line_font)
        painter.setPen(self._muted)
        painter.drawStaticText(corner + QPoint(0, self._captions.name_height + 1), caption.line)


def shape_of(record: ImageRecord, box: QRect) -> QRect:
    """Where the picture will be once its pixels come."""
    return fitted(QSize(record.width, record.height), box) if record.width and record.height else box


def fitted(size: QSize, box: QRect) -> QRect:
    """The largest rectangle of that shape inside the box, centred."""
    scaled = size.scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
    scaled = scaled.expandedTo(QSize(1, 1))
    left = box.left() + (box.width() - scaled.width()) // 2
    top = box.top() + (box.height() - scaled.height()) // 2
    return QRect(left, top, scaled.width(), scaled.height())
