"""A grid of five million rows in a narrow window: every place is one that Qt can count."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from imagedesk.ui.gallery_view import GalleryView
from imagedesk.ui.theme import ThemeSource

COUNT = 5_000_000
_ROOT = QModelIndex()


class ManyRows(QAbstractListModel):
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else COUNT

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> None:
        return None


@pytest.fixture
def view(theme: ThemeSource, owner: QObject) -> Iterator[GalleryView]:
    view = GalleryView(theme)
    view.setModel(ManyRows(owner))
    view.set_tile_size(320)
    view.resize(640, 500)  # one column of the largest tiles would be 2.7 billion pixels high
    view.show()
    QApplication.processEvents()
    yield view
    view.hide()
    view.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_the_scroll_bar_reaches_the_last_row_and_any_other(view: GalleryView) -> None:
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert view.visible_rows()[1] == COUNT - 1
    for row in (0, COUNT // 3, COUNT // 2, COUNT - 1):
        view.scrollTo(view.model().index(row, 0))
        first, last = view.visible_rows()
        assert first <= row <= last
        assert view.indexAt(view.visualRect(view.model().index(row, 0)).center()).row() == row


def test_keys_choose_from_the_first_to_the_last(view: GalleryView) -> None:
    view.reveal(0)
    QTest.keyClick(view, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    assert view.selected_ranges() == [(0, COUNT - 1)]
    assert view.visible_rows()[1] == COUNT - 1


def mouse(view: GalleryView, kind: QEvent.Type, x: int, y: int) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    held = none if kind == QEvent.Type.MouseButtonRelease else left
    button = none if kind == QEvent.Type.MouseMove else left
    viewport, point = view.viewport(), QPointF(x, y)
    event = QMouseEvent(kind, point, viewport.mapToGlobal(point), button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, event)


def test_a_frame_over_all_of_them_is_drawn_and_chooses(view: GalleryView) -> None:
    viewport, bar = view.viewport(), view.verticalScrollBar()
    mouse(view, QEvent.Type.MouseButtonPress, 2, 2)
    mouse(view, QEvent.Type.MouseMove, 300, 200)
    bar.setValue(bar.maximum())
    mouse(view, QEvent.Type.MouseMove, viewport.width() - 2, viewport.height() // 2)
    QApplication.processEvents()  # it is painted
    frame = view.band()
    assert frame is not None
    assert viewport.rect().adjusted(-2, -2, 2, 2).contains(frame)
    (chosen,) = view.selected_ranges()
    assert chosen[0] == 0
    assert chosen[1] > COUNT - 10
    mouse(view, QEvent.Type.MouseButtonRelease, 300, 200)


def test_resizing_keeps_the_place(view: GalleryView) -> None:
    row = COUNT - 5000
    view.scrollTo(view.model().index(row, 0), GalleryView.ScrollHint.PositionAtTop)
    QApplication.processEvents()
    for width in (400, 900, 333, 640):
        view.resize(width, 500)
        QApplication.processEvents()
        first, last = view.visible_rows()
        assert first <= row <= last + view._layout.columns
