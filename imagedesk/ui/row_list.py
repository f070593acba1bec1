"""A list of equal rows whose cost does not depend on their number: Qt's own asks for every row when one moves."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QWidget

Index = QModelIndex | QPersistentModelIndex
_Move = QAbstractItemView.CursorAction
_STEPS = {_Move.MoveUp: -1, _Move.MovePrevious: -1, _Move.MoveDown: 1, _Move.MoveNext: 1}


class RowList(QAbstractItemView):
    """The delegate paints the rows and says how high they are: all as the first one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def row_height(self) -> int:
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        return max(1, self.itemDelegate().sizeHint(option, QModelIndex()).height())

    # -- geometry ---------------------------------------------------------------------------------------------------

    def updateGeometries(self) -> None:
        super().updateGeometries()
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(0, self._count() * self.row_height() - height))
        bar.setPageStep(height)
        bar.setSingleStep(self.row_height())

    def visualRect(self, index: Index) -> QRect:
        if not index.isValid():
            return QRect()
        height = self.row_height()
        return QRect(0, index.row() * height - self.verticalOffset(), self.viewport().width(), height)

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = (point.y() + self.verticalOffset()) // self.row_height()
        return self.model().index(row, 0) if 0 <= row < self._count() else QModelIndex()

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        rect, bar = self.visualRect(index), self.verticalScrollBar()
        if rect.top() < 0:
            bar.setValue(bar.value() + rect.top())
        elif rect.bottom() >= self.viewport().height():
            bar.setValue(bar.value() + rect.bottom() + 1 - self.viewport().height())

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().scroll(dx, dy)

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: Index) -> bool:
        return False

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        return QRegion(self.viewport().rect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometries()

    # -- choosing ---------------------------------------------------------------------------------------------------

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """The rows between the rectangle's upper and lower edge."""
        if not self._count():
            return
        top = self.verticalOffset()
        first, last = (
            min(max(0, (edge + top) // self.row_height()), self._count() - 1) for edge in (rect.top(), rect.bottom())
        )
        chosen = QItemSelection(self.model().index(min(first, last), 0), self.model().index(max(first, last), 0))
        self.selectionModel().select(chosen, command)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        if not self._count():
            return QModelIndex()
        page = max(1, self.viewport().height() // self.row_height())
        current = self.currentIndex()
        steps = {**_STEPS, _Move.MovePageUp: -page, _Move.MovePageDown: page}
        row = current.row() + steps.get(action, 0) if current.isValid() else 0
        row = {_Move.MoveHome: 0, _Move.MoveEnd: self._count() - 1}.get(action, row)
        return self.model().index(min(max(0, row), self._count() - 1), 0)

    def chosen_ranges(self) -> list[tuple[int, int]]:
        """The chosen rows as ascending (first, last)."""
        if self.selectionModel() is None:
            return []
        selection = self.selectionModel().selection()
        return sorted((part.top(), part.bottom()) for part in map(selection.at, range(selection.count())))

    # -- painting ---------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._count():
            return
        painter, height, top = QPainter(self.viewport()), self.row_height(), self.verticalOffset()
        area = event.rect()
        last = min((area.bottom() + top) // height, self._count() - 1)
        for row in range(max(0, (area.top() + top) // height), last + 1):
            index = self.model().index(row, 0)
            self.itemDelegate().paint(painter, self._option(index), index)
        painter.end()

    def _option(self, index: QModelIndex) -> QStyleOptionViewItem:
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        option.rect = self.visualRect(index)
        if self.selectionModel().isSelected(index):
            option.state |= QStyle.StateFlag.State_Selected
        if self.hasFocus() and index == self.currentIndex():
            option.state |= QStyle.StateFlag.State_HasFocus
        else:
            option.state &= ~QStyle.StateFlag.State_HasFocus
        return option

    def _count(self) -> int:
        return self.model().rowCount() if self.model() is not None else 0
