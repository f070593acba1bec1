"""The grid with a mouse on it: hovering, the frame that chooses what it touches, scrolling at the edges, and pulling
chosen tiles out of it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget

from imagedesk.ui.rubber_band import RubberBand, edge_step
from imagedesk.ui.tile_grid import Index, TileGrid

_STEP_MS = 16
_MANY = 200  # runs
_Flag = QItemSelectionModel.SelectionFlag


class BandedGrid(TileGrid):
    """A frame adds to what is chosen with Ctrl or Shift, and replaces it otherwise. It begins anywhere but on a tile
    that is chosen already.

    Signal: ``pulled()``: the pointer pulls at the chosen tiles.
    """

    pulled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hovered = -1
        self._held = -1  # the chosen tile that was pressed: to be pulled, or clicked
        self._is_pulled = False  # until the next press: letting go chooses nothing
        self._band: RubberBand | None = None
        self._pressed_at = self._pointer = QPoint()  # in the viewport's coordinates
        self._kept = QItemSelection()  # chosen before the frame was drawn
        self._edge_timer = QTimer(self, interval=_STEP_MS)
        self._edge_timer.timeout.connect(self._scroll_at_edge)
        self.setMouseTracking(True)

    def band(self) -> QRect | None:
        """The frame that is being drawn, in the viewport's coordinates."""
        if self._band is None or not self._is_drawing():
            return None
        top = self.verticalOffset()
        frame = self._band.frame(self._pointer.x(), self._pointer.y() + top)
        whole = QRect(frame.x, frame.y - top, frame.width, frame.height)
        return whole & self.viewport().rect().adjusted(
            -2, -2, 2, 2
        )  # a painter's coordinates are smaller than a list's

    def content_moved(self, pixels: int) -> None:
        """Rows came or went, and what is visible now stands so much further down in the content."""
        if self._band is not None:
            self._band.shift(pixels)
            if self._is_drawing():
                self._draw_band(anew=True)

    # -- the mouse --------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        origin = event.position().toPoint()
        self._end_band()
        if event.button() == Qt.MouseButton.RightButton and self.selectionModel() is not None:
            # A menu is for what is chosen: clicked outside of it, it is for the image under the pointer.
            index = self.indexAt(origin)
            if index.isValid() and self.selectionModel().isSelected(index):
                return
        self._held, self._is_pulled = self._row_to_hold(event), False
        super().mousePressEvent(event)
        if self._held >= 0:
            self._pressed_at = origin
        elif event.button() == Qt.MouseButton.LeftButton and self.selectionModel() is not None:
            self._band = RubberBand(origin.x(), origin.y() + self.verticalOffset())
            self._pressed_at = self._pointer = origin
            adding = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
            self._kept = QItemSelection(self.selectionModel().selection()) if adding else QItemSelection()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position().toPoint()
        if self._held >= 0 and event.buttons() & Qt.MouseButton.LeftButton:
            if (self._pointer - self._pressed_at).manhattanLength() >= QApplication.startDragDistance():
                self._held, self._is_pulled = -1, True
                self.pulled.emit()
            return
        if self._is_pulled and event.buttons():
            return
        if self._band is None or not event.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(event)
            self._hover(self.indexAt(self._pointer).row())
            return
        if not self._is_drawing():
            if (self._pointer - self._pressed_at).manhattanLength() < QApplication.startDragDistance():
                return
            self.setState(QAbstractItemView.State.DragSelectingState)
            self._hover(-1)
            self._draw_band(anew=True)
        self._draw_band()
        if edge_step(self._pointer.y(), self.viewport().height()):
            self._edge_timer.start()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, self._held = self._held, -1
        super().mouseReleaseEvent(event)
        if held >= 0 and event.button() == Qt.MouseButton.LeftButton:  # it was a click after all: on this one alone
            self.selectionModel().setCurrentIndex(self.model().index(held, 0), _Flag.ClearAndSelect)
        self._end_band()
        self.viewport().update()

    def _row_to_hold(self, event: QMouseEvent) -> int:
        """The chosen tile under a plain press, -1 for any other press."""
        index = self.indexAt(event.position().toPoint())
        is_plain = event.button() == Qt.MouseButton.LeftButton and not event.modifiers()
        chosen = self.selectionModel()
        return index.row() if is_plain and chosen is not None and chosen.isSelected(index) else -1

    def selectionCommand(self, index: Index, event: QEvent | None = None) -> QItemSelectionModel.SelectionFlag:
        """Pressing a chosen tile leaves the choice as it is, for it may be pulled; so does letting go of it then."""
        kind = event.type() if event is not None else QEvent.Type.None_
        if (self._held >= 0 and kind == QEvent.Type.MouseButtonPress) or (
            self._is_pulled and kind == QEvent.Type.MouseButtonRelease
        ):
            return _Flag.NoUpdate
        return super().selectionCommand(index, event)

    def leaveEvent(self, event: Any) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            for changed in (self._hovered, row):
                if 0 <= changed < self._layout.count:
                    self.viewport().update(self.visualRect(self.model().index(changed, 0)))
            self._hovered = row

    # -- the frame --------------------------------------------------------------------------------------------------

    def _is_drawing(self) -> bool:
        return self.state() == QAbstractItemView.State.DragSelectingState

    def _draw_band(self, anew: bool = False) -> None:
        """Choose what came under the frame, let go of what it left."""
        if self._band is None or self.model() is None:
            return
        step = self._band.move_to(self._layout, self._pointer.x(), self._pointer.y() + self.verticalOffset())
        if anew or len(step.come) + len(step.gone) > _MANY:
            self._choose_anew()
        else:
            if step.gone:
                gone = self.selection_of(step.gone)
                gone.merge(self._kept, _Flag.Deselect)
                self.selectionModel().select(gone, _Flag.Deselect)
            if step.come:
                self.selectionModel().select(self.selection_of(step.come), _Flag.Select)
        self.viewport().update()

    def _choose_anew(self) -> None:
        """From nothing: Qt compares old and new choices run by run, which for thousands of both takes seconds."""
        assert self._band is not None
        selection = self.selection_of(self._band.runs)
        if self._kept.count():
            selection.merge(self._kept, _Flag.Select)
        chosen = self.selectionModel()
        if not selection.count():
            chosen.clearSelection()
            return
        blocked = chosen.blockSignals(True)
        chosen.clearSelection()
        chosen.blockSignals(blocked)
        self._forget_ranges()
        chosen.select(selection, _Flag.Select)

    def _scroll_at_edge(self) -> None:
        step = edge_step(self._pointer.y(), self.viewport().height())
        bar = self.verticalScrollBar()
        before = bar.value()
        if step and self._is_drawing():
            bar.setValue(before + step)
        if bar.value() == before:
            self._edge_timer.stop()
        else:
            self._draw_band()

    def _end_band(self) -> None:
        self._edge_timer.stop()
        self._band = None
        self._kept = QItemSelection()
