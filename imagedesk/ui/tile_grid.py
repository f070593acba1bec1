"""An item view of equal tiles whose cost does not depend on their number: rectangles are arithmetic.

It knows places and choosing: geometry, scrolling, keys. ``BandedGrid`` adds the mouse, ``GalleryView`` what is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QRegion, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from imagedesk.ui.tile_layout import MAX_TILE, MIN_TILE, TileLayout

TILE_STEP = 16

Index: TypeAlias = QModelIndex | QPersistentModelIndex
_Move = QAbstractItemView.CursorAction


class TileGrid(QAbstractItemView):
    """Signals: ``row_activated(int row)``, by Space, Enter or double-click; ``tile_size_changed(int)``."""

    row_activated = Signal(int)
    tile_size_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tile = 160
        self._chosen: list[tuple[int, int]] | None = None  # worked out when it is asked for
        self._layout = TileLayout(1, self._tile, 30, 0)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.doubleClicked.connect(self._on_double_clicked)

    # -- for the subclass -------------------------------------------------------------------------------------------

    def relayout(self) -> None:
        """The number of rows, the width or the size of the tiles changed: make ``_layout`` anew, then call this."""
        self.updateGeometries()
        self.viewport().update()

    # -- what it shows ----------------------------------------------------------------------------------------------

    @property
    def tile_size(self) -> int:
        return self._tile

    def set_tile_size(self, size: int) -> None:
        """Width of a picture's box, 96 to 320 logical pixels."""
        size = min(max(MIN_TILE, size), MAX_TILE)
        if size == self._tile:
            return
        self._tile = size
        self.relayout()
        self.tile_size_changed.emit(size)

    def selected_ranges(self) -> list[tuple[int, int]]:
        """The chosen rows as ascending (first, last); one range for all of a million."""
        if self._chosen is None:
            self._chosen = self._merged_ranges()
        return list(self._chosen)

    def _merged_ranges(self) -> list[tuple[int, int]]:
        if self.selectionModel() is None:
            return []
        selection = self.selectionModel().selection()
        spans = sorted((part.top(), part.bottom()) for part in map(selection.at, range(selection.count())))
        merged: list[tuple[int, int]] = []
        for first, last in spans:
            if merged and first <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
            else:
                merged.append((first, last))
        return merged

    def _forget_ranges(self) -> None:
        """What is chosen changed, or its rows have other numbers."""
        self._chosen = None

    def selection_of(self, runs: Sequence[tuple[int, int]]) -> QItemSelection:
        selection, model = QItemSelection(), self.model()
        for first, last in runs:
            selection.select(model.index(first, 0), model.index(last, 0))
        return selection

    def reveal(self, row: int) -> None:
        """Make a row the current and only chosen one, and scroll to it."""
        if 0 <= row < self._layout.count:
            index = self.model().index(row, 0)
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.scrollTo(index)

    def visible_rows(self) -> tuple[int, int]:
        top = self.verticalOffset()
        return self._layout.rows_between(top, top + self.viewport().height() - 1)

    # -- geometry ---------------------------------------------------------------------------------------------------

    def updateGeometries(self) -> None:
        super().updateGeometries()
        bar, height = self.verticalScrollBar(), self.viewport().height()
        blocked = bar.blockSignals(True)  # the subclass decides the value once the layout stands
        bar.setRange(0, max(0, self._layout.content_height - height))
        bar.setPageStep(height)
        bar.setSingleStep(max(20, self._layout.pitch // 3))
        bar.blockSignals(blocked)

    def visualRect(self, index: Index) -> QRect:
        if not index.isValid():
            return QRect()
        box = self._layout.cell(index.row())
        return QRect(box.x, box.y - self.verticalOffset(), box.width, box.height)

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self._layout.row_at(point.x(), point.y() + self.verticalOffset())
        return self.model().index(row, 0) if row is not None and self.model() is not None else QModelIndex()

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        if not index.isValid():
            return
        box, bar, height = self._layout.cell(index.row()), self.verticalScrollBar(), self.viewport().height()
        if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(box.y + box.height // 2 - height // 2)
        elif hint == QAbstractItemView.ScrollHint.PositionAtTop or box.y < bar.value():
            bar.setValue(box.y - 8)
        elif box.y + box.height > bar.value() + height:
            bar.setValue(box.y + box.height + 8 - height)

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: Index) -> bool:
        return False

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        return QRegion(self.viewport().rect())

    # -- choosing ---------------------------------------------------------------------------------------------------

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """The run of rows between the rectangle's two corners, as a click or a key with Shift means it."""
        if self.model() is None:
            return
        top = self.verticalOffset()
        ends = (rect.topLeft(), rect.bottomRight())
        rows = [row for end in ends if (row := self._layout.nearest_row(end.x(), end.y() + top)) is not None]
        self.selectionModel().select(self.selection_of([(min(rows), max(rows))] if rows else []), command)

    def moveCursor(self, action: _Move, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        if not self._layout.count:
            return QModelIndex()
        if not self.currentIndex().isValid():
            return self.model().index(self.visible_rows()[0], 0)
        row = self.currentIndex().row()
        lines = max(1, self.viewport().height() // self._layout.pitch)
        page = self._layout.columns * lines
        target = {
            _Move.MoveLeft: row - 1,
            _Move.MovePrevious: row - 1,
            _Move.MoveRight: row + 1,
            _Move.MoveNext: row + 1,
            _Move.MoveUp: self._layout.row_above(row),
            _Move.MoveDown: self._layout.row_below(row),
            _Move.MovePageUp: row - page,
            _Move.MovePageDown: row + page,
            _Move.MoveHome: 0,
            _Move.MoveEnd: self._layout.count - 1,
        }.get(action, row)
        return self.model().index(min(max(0, target), self._layout.count - 1), 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys, zoom = Qt.Key, event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (keys.Key_Space, keys.Key_Return, keys.Key_Enter) and self.currentIndex().isValid():
            self.row_activated.emit(self.currentIndex().row())
        elif event.key() == keys.Key_Escape:
            self.clearSelection()
        elif zoom and event.key() in (keys.Key_Plus, keys.Key_Equal):
            self.set_tile_size(self._tile + TILE_STEP)
        elif zoom and event.key() == keys.Key_Minus:
            self.set_tile_size(self._tile - TILE_STEP)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            steps = event.angleDelta().y() / 120
            self.set_tile_size(self._tile + round(steps * TILE_STEP))
            event.accept()
        else:
            super().wheelEvent(event)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        self.row_activated.emit(index.row())
