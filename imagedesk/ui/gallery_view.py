"""The grid of thumbnails: only what is visible is painted; rows and thumbnails are asked for as they come near.

The image at the top stays in its place when images come or go above it, when tiles change size, and when the window
does.
"""

from __future__ import annotations

from datetime import datetime
from math import ceil
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QEvent, QItemSelection, QItemSelectionModel, QRect, QTimer
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from imagedesk.core.image_record import ImageRecord
from imagedesk.core.plain_text import plain
from imagedesk.models.gallery_model import GalleryModel
from imagedesk.models.text_format import moment_text, size_text
from imagedesk.models.thumbnail_store import ThumbnailStore
from imagedesk.ui.plain_labels import as_tip
from imagedesk.ui.scroll_anchor import ScrollAnchor
from imagedesk.ui.theme import ThemeSource
from imagedesk.ui.tile_grid import Index, TileGrid
from imagedesk.ui.tile_layout import TileLayout
from imagedesk.ui.tile_painter import TilePainter, TileState

STORED_SIDE = 512  # pixels of a stored thumbnail; more is not to be had
SIDE_STEP = 32  # device pixels
NEAR_LINES = 6  # lines of tiles beyond the visible ones that are made ready


class GalleryView(TileGrid):
    """Shows a GalleryModel with the pixmaps of a ThumbnailStore."""

    def __init__(self, theme: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._thumbnails: ThumbnailStore | None = None
        self._anchor = ScrollAnchor()
        self._painter: TilePainter | None = None
        self._needs = QTimer(self, singleShot=True, interval=0)
        self._needs.timeout.connect(self._ask_for_what_is_near)
        self.setAccessibleName("Images")
        theme.theme_changed.connect(self._on_look_changed)

    # -- what it shows ----------------------------------------------------------------------------------------------

    def set_thumbnails(self, thumbnails: ThumbnailStore) -> None:
        self._thumbnails = thumbnails
        thumbnails.thumbnails_changed.connect(self._on_thumbnails_changed)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        old = self.gallery_model()
        if old is not None:
            old.relocated.disconnect(self._on_relocated)
            old.rowsRemoved.disconnect(self.relayout)
        super().setModel(model)
        if isinstance(model, GalleryModel):
            model.relocated.connect(self._on_relocated)
            model.rowsRemoved.connect(self.relayout)
        self._painter = None  # who "you" are comes with the model
        self.relayout()

    def gallery_model(self) -> GalleryModel | None:
        model = self.model()
        return model if isinstance(model, GalleryModel) else None

    def thumbnail_side(self) -> int:
        """Device pixels of the long side that fills a tile's box, in steps: a few pixels of a window's width must not
        make all of them anew."""
        side = self._layout.box_width * self.devicePixelRatioF()
        return min(STORED_SIDE, ceil(side / SIDE_STEP) * SIDE_STEP)

    # -- geometry ---------------------------------------------------------------------------------------------------

    def relayout(self) -> None:
        """Fit the layout to width, tile size, font and number of rows; the image at the top stays there."""
        self._fit_layout()
        self.verticalScrollBar().setValue(self._anchor.offset(self._layout))

    def _fit_layout(self) -> None:
        if self._painter is None:
            self._painter = TilePainter(self._theme.theme, self.font(), self.devicePixelRatioF(), self._me())
        count = self.model().rowCount() if self.model() is not None else 0
        self._layout = TileLayout(self.viewport().width(), self._tile, self._painter.caption_height, count)
        super().relayout()
        self._needs.start()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().scroll(dx, dy)
        self._note_anchor()
        self._needs.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.relayout()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._on_look_changed()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._on_look_changed()
        return super().event(event)

    def _on_look_changed(self) -> None:
        self._painter = None
        self.relayout()

    def _note_anchor(self) -> None:
        self._anchor.note(self._layout, self.verticalOffset())

    # -- following the model ----------------------------------------------------------------------------------------

    def rowsInserted(self, parent: Index, start: int, end: int) -> None:
        self._anchor.rows_inserted(start, end - start + 1)
        super().rowsInserted(parent, start, end)
        self.relayout()

    def rowsAboutToBeRemoved(self, parent: Index, start: int, end: int) -> None:
        self._anchor.rows_removed(start, end - start + 1)
        super().rowsAboutToBeRemoved(parent, start, end)

    def reset(self) -> None:
        super().reset()
        self._fit_layout()  # the place is found again by ``relocated``

    def dataChanged(self, top: Index, bottom: Index, roles: Any = ()) -> None:
        super().dataChanged(top, bottom, roles)
        self.viewport().update()
        self._needs.start()

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self._needs.start()

    def _on_relocated(self, found: dict[str, int]) -> None:
        """After a reset, choose again what was chosen and put the image at the top back there."""
        self._anchor.relocate(found, self._layout)
        selection = QItemSelection()
        for image_id in self._anchor.selected:
            if (row := found.get(image_id)) is not None:
                selection.select(self.model().index(row, 0), self.model().index(row, 0))
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.Select)
        if (row := found.get(self._anchor.current_id or "")) is not None:
            flag = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(self.model().index(row, 0), flag)
        self.verticalScrollBar().setValue(self._anchor.offset(self._layout))
        self._needs.start()

    def _on_thumbnails_changed(self, _ids: object) -> None:
        self.viewport().update()

    # -- asking for what is near ------------------------------------------------------------------------------------

    def _ask_for_what_is_near(self) -> None:
        model = self.gallery_model()
        if model is None or not self._layout.count:
            return
        first, last = self.visible_rows()
        self._note_anchor()
        model.remember(self._anchor.remembered(model, self.selected_ranges(), self.currentIndex().row()))
        model.visible_rows_changed(first, last)
        if self._thumbnails is not None:
            self._thumbnails.want(self._by_need(model, first, last), self.thumbnail_side())

    def _by_need(self, model: GalleryModel, first: int, last: int) -> list[ImageRecord]:
        """Visible first, then what scrolling reaches next, below before above."""
        near = self._layout.columns * NEAR_LINES
        rows = [*range(first, last + 1), *range(last + 1, last + 1 + near), *range(first - 1, first - 1 - near, -1)]
        return [record for row in rows if (record := model.record(row)) is not None]

    # -- painting ---------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._theme.theme.color("content"))
        model, tiles = self.gallery_model(), self._painter
        if model is not None and tiles is not None and self._layout.count:
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            top, now = self.verticalOffset(), datetime.now().astimezone()
            first, last = self._layout.rows_between(top + event.rect().top(), top + event.rect().bottom())
            for row in range(first, last + 1):
                box = self._layout.cell(row)
                cell = QRect(box.x, box.y - top, box.width, box.height)
                tiles.paint(painter, cell, self._layout.box_height, self._tile_state(model, row), now)
        self._paint_band(painter)

    def _tile_state(self, model: GalleryModel, row: int) -> TileState:
        record, thumbnails = model.record(row), self._thumbnails
        pixmap = failure = None
        if record is not None and thumbnails is not None:
            pixmap = thumbnails.pixmap(record.image_id, self.thumbnail_side())
            failure = thumbnails.failure(record.image_id)
        index = model.index(row, 0)
        return TileState(
            record=record,
            pixmap=pixmap,
            failure=failure,
            is_selected=self.selectionModel().isSelected(index),
            has_focus=self.hasFocus() and self.currentIndex().row() == row,
            is_hovered=row == self._hovered,
        )

    def _paint_band(self, painter: QPainter) -> None:
        if (frame := self.band()) is None:
            return
        accent = self._theme.theme.color("accent")
        painter.setPen(QPen(accent, 1))
        painter.setBrush(QColor(accent.red(), accent.green(), accent.blue(), 40))
        painter.drawRect(frame)

    def viewportEvent(self, event: Any) -> bool:
        if isinstance(event, QHelpEvent):
            self._show_tip(event)
            return True
        return super().viewportEvent(event)

    def _show_tip(self, event: QHelpEvent) -> None:
        model, row = self.gallery_model(), self.indexAt(event.pos()).row()
        record = model.record(row) if model is not None else None
        if record is None:
            QToolTip.hideText()
            return
        lines = [plain(record.filename, 120), f"{moment_text(record.created.astimezone())} · {size_text(record.size)}"]
        if self._thumbnails is not None and (failure := self._thumbnails.failure(record.image_id)):
            lines.append(failure)
        QToolTip.showText(event.globalPos(), as_tip("\n".join(lines)), self)

    def _me(self) -> str:
        model = self.gallery_model()
        return model.me if model is not None else ""
