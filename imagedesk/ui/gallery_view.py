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
from imagedesk.ui.banded_grid import BandedGrid
from imagedesk.ui.kept_choice import KeptChoice
from imagedesk.ui.plain_labels import as_tip
from imagedesk.ui.scroll_anchor import ScrollAnchor
from imagedesk.ui.scroll_hint import ScrollHint, hint_text
from imagedesk.ui.theme import ThemeSource
from imagedesk.ui.tile_grid import Index
from imagedesk.ui.tile_layout import TileLayout
from imagedesk.ui.tile_painter import TilePainter, TileState

STORED_SIDE = 512  # pixels of a stored thumbnail; more is not to be had
SIDE_STEP = 32  # device pixels
NEAR_LINES = 6  # lines of tiles beyond the visible ones that are made ready


class GalleryView(BandedGrid):
    """Shows a GalleryModel with the pixmaps of a ThumbnailStore."""

    def __init__(self, theme: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._thumbnails: ThumbnailStore | None = None
        self._anchor, self._choice = ScrollAnchor(), KeptChoice()
        self._is_fitting = self._choice_moved = False
        self._painter: TilePainter | None = None
        self._needs = QTimer(self, singleShot=True, interval=0)
        self._needs.timeout.connect(self._ask_for_what_is_near)
        self._hint = ScrollHint(theme, self)
        self.setAccessibleName("Images")
        bar = self.verticalScrollBar()
        bar.sliderPressed.connect(self._show_hint)
        bar.sliderReleased.connect(self._hint.dismiss)
        theme.theme_changed.connect(self._on_look_changed)

    # -- what it shows ----------------------------------------------------------------------------------------------

    def set_thumbnails(self, thumbnails: ThumbnailStore) -> None:
        self._thumbnails = thumbnails
        thumbnails.thumbnails_changed.connect(self._on_thumbnails_changed)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        old = self.gallery_model()
        if old is not None:
            old.names_wanted.disconnect(self._keep_names)
            old.relocated.disconnect(self._on_relocated)
            old.rowsRemoved.disconnect(self._on_rows_removed)
        super().setModel(model)
        if isinstance(model, GalleryModel):
            model.names_wanted.connect(self._keep_names)
            model.relocated.connect(self._on_relocated)
            model.rowsRemoved.connect(self._on_rows_removed)
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
        before = self.verticalOffset()
        self._fit_layout()
        self._scroll_to_anchor()
        self.content_moved(self.verticalOffset() - before)

    def _fit_layout(self) -> None:
        if self._painter is None:
            self._painter = TilePainter(self._theme.theme, self.font(), self.devicePixelRatioF(), self._me())
        count = self.model().rowCount() if self.model() is not None else 0
        self._layout = TileLayout(self.viewport().width(), self._tile, self._painter.caption_height, count)
        super().relayout()
        self._needs.start()

    def _scroll_to_anchor(self) -> None:
        self._is_fitting = True
        self.verticalScrollBar().setValue(self._anchor.offset(self._layout))
        self._is_fitting = False

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().scroll(dx, dy)
        if not self._is_fitting:
            self._anchor.note(self._layout, self.verticalOffset())
        if self.verticalScrollBar().isSliderDown():
            self._show_hint()
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

    def _show_hint(self) -> None:
        model = self.gallery_model()
        record = model.record(self.visible_rows()[0]) if model is not None else None
        if model is not None:
            self._hint.show_at(self.verticalScrollBar(), hint_text(record, model.query.order) if record else "")

    # -- following the model ----------------------------------------------------------------------------------------

    def rowsInserted(self, parent: Index, start: int, end: int) -> None:
        self._anchor.rows_inserted(start, end - start + 1)
        self._choice.rows_inserted(start, end - start + 1)
        self._forget_ranges()
        self._choice_moved = True
        super().rowsInserted(parent, start, end)
        self.relayout()

    def rowsAboutToBeRemoved(self, parent: Index, start: int, end: int) -> None:
        self._anchor.rows_removed(start, end - start + 1)
        self._choice.rows_removed(start, end - start + 1)
        super().rowsAboutToBeRemoved(parent, start, end)

    def _on_rows_removed(self) -> None:
        self._forget_ranges()
        self._choice_moved = True
        self.relayout()

    def reset(self) -> None:
        super().reset()
        self._forget_ranges()
        self._fit_layout()  # the place is found again by ``relocated``

    def dataChanged(self, top: Index, bottom: Index, roles: Any = ()) -> None:
        first, last = self.visible_rows()
        first, last = max(first, top.row()), min(last, bottom.row())
        if first <= last:  # Qt would ask for the place of every row, and a page has hundreds
            super().dataChanged(self.model().index(first, 0), self.model().index(last, 0), roles)
            self.viewport().update()
        if self.verticalScrollBar().isSliderDown():
            self._show_hint()
        self._needs.start()

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        self._forget_ranges()
        self._choice_moved = True
        super().selectionChanged(selected, deselected)
        self._needs.start()

    def currentChanged(self, current: Index, previous: Index) -> None:
        self._choice_moved = True
        super().currentChanged(current, previous)
        self._needs.start()

    def _on_relocated(self, found: dict[str, int]) -> None:
        """After a reset, choose again what was chosen and put the image at the top back there."""
        model = self.gallery_model()
        if model is None:
            return
        current = self._choice.current_again(found)
        chosen = self._choice.chosen_again(found, model.rowCount(), model.query)
        self._anchor.relocate(found)
        self._is_fitting = True  # Qt scrolls to what becomes current
        self.selectionModel().select(self.selection_of(chosen), QItemSelectionModel.SelectionFlag.Select)
        if current is not None:
            self.selectionModel().setCurrentIndex(model.index(current, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
        self._scroll_to_anchor()
        self._needs.start()

    def _on_thumbnails_changed(self, _ids: object) -> None:
        self.viewport().update()

    # -- asking for what is near ------------------------------------------------------------------------------------

    def _ask_for_what_is_near(self) -> None:
        model = self.gallery_model()
        if model is None or not self._layout.count:
            return
        first, last = self.visible_rows()
        self._keep_names()
        model.visible_rows_changed(first, last)
        if self._thumbnails is not None:
            self._thumbnails.want(self._by_need(model, first, last), self.thumbnail_side())

    def _keep_names(self) -> None:
        """Tell the model which images to find again if its rows are reset."""
        if (model := self.gallery_model()) is None or not self._layout.count:
            return

        def name_at(row: int) -> str | None:
            record = model.record(row)
            return record.image_id if record is not None else None

        self._anchor.image_id = name_at(self._anchor.row) or self._anchor.image_id
        if self._choice_moved or not self._choice.is_whole:
            self._choice_moved = False
            current = self.currentIndex().row()
            self._choice.note(self.selected_ranges(), current, name_at, model.rowCount(), model.query)
        place = self._anchor.place
        model.remember([*self._choice.names(), *([] if place is None else [place])])

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
            tiles.begin(datetime.now().astimezone())
            top = self.verticalOffset()
            first, last = self._layout.rows_between(top + event.rect().top(), top + event.rect().bottom())
            for row in range(first, last + 1):
                box = self._layout.cell(row)
                cell = QRect(box.x, box.y - top, box.width, box.height)
                tiles.paint(painter, cell, self._layout.box_height, self._tile_state(model, row))
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
