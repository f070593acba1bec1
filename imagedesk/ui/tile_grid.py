"""An item view of equal tiles whose cost does not depend on their number: rectangles are arithmetic.

It knows places and choosing: geometry, scrolling, keys, the frame that a mouse draws. A subclass knows what is shown.
"""

from __future__ import annotations

from typing import Any, TypeAlias

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
from PySide6.QtGui import QKeyEvent, QMouseEvent, QRegion, QWheelEvent
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
        self._hovered = -1
        self._band_origin: QPoint | None = None  # in content coordinates
        self._layout = TileLayout(1, self._tile, 30, 0)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setMouseTracking(True)
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
        """A frame while dragging, else the run of rows between the rectangle's two corners."""
        if self.model() is None:
            return
        selection = QItemSelection()
        for first, last in self._runs_in(rect):
            selection.select(self.model().index(first, 0), self.model().index(last, 0))
        self.selectionModel().select(selection, command)

    def _runs_in(self, rect: QRect) -> list[tuple[int, int]]:
        top = self.verticalOffset()
        if self.state() == QAbstractItemView.State.DragSelectingState:
            frame = rect.normalized()
            return self._layout.rows_in(frame.x(), frame.y() + top, frame.width(), frame.height())
        ends = (rect.topLeft(), rect.bottomRight())
        rows = [row for end in ends if (row := self._layout.nearest_row(end.x(), end.y() + top)) is not None]
        return [(min(rows), max(rows))] if rows else []

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

    # -- the mouse --------------------------------------------------------------------------------------------------

    def band(self) -> QRect | None:
        """The frame that is being drawn, in the viewport's coordinates."""
        if self._band_origin is None or self.state() != QAbstractItemView.State.DragSelectingState:
            return None
        origin = self._band_origin - QPoint(0, self.verticalOffset())
        return QRect(origin, self.viewport().mapFromGlobal(self.cursor().pos())).normalized()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()).row())
        if self.state() == QAbstractItemView.State.DragSelectingState:
            self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        origin = event.position().toPoint()
        self._band_origin = origin + QPoint(0, self.verticalOffset())
        if event.button() == Qt.MouseButton.RightButton and self.selectionModel() is not None:
            # A menu is for what is chosen: clicked outside of it, it is for the image under the pointer.
            index = self.indexAt(origin)
            if index.isValid() and self.selectionModel().isSelected(index):
                return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._band_origin = None
        self.viewport().update()

    def leaveEvent(self, event: Any) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self.viewport().update()

    def _on_double_clicked(self, index: QModelIndex) -> None:
        self.row_activated.emit(index.row())
