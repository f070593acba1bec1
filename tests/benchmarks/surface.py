"""An item view on a real library of the benchmark, and waiting until it has painted what it should show."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QModelIndex, QObject, QPersistentModelIndex, QSize, QTimer, Signal
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QAbstractItemView, QApplication, QListView, QStyledItemDelegate, QStyleOptionViewItem

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.core.changes import LibraryChange
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.query import LibraryQuery
from imagedesk.garbage import set_apart_what_stays
from imagedesk.models.gallery_model import GalleryModel
from imagedesk.models.thumbnail_store import ThumbnailStore
from imagedesk.ui.gallery_view import GalleryView
from imagedesk.ui.theme import ThemeSource
from imagedesk.workers.operation_runner import OperationRunner
from tests.benchmarks.sample_library import ME
from tests.benchmarks.timing import Clock

WIDTH, HEIGHT = 1200, 800
CELL = QSize(184, 190)  # of the plain list
_PATIENCE = 60.0  # seconds


class ReadyThumbnails(QObject):
    """Stands for the loader: what is wanted is there in the next turn of the event loop, so that the grid is measured
    and not the decoder."""

    thumbnails_ready = Signal(object)
    thumbnails_failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage(192, 144, QImage.Format.Format_RGB32)
        self._image.fill(QColor("#8aa0b8"))
        self._wanted: list[tuple[str, int, QImage]] = []
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._deliver)

    def request(self, records: list[ImageRecord], side: int) -> None:
        self._wanted = [(record.image_id, side, self._image) for record in records]
        if self._wanted:
            self._timer.start()

    def _deliver(self) -> None:
        wanted, self._wanted = self._wanted, []
        self.thumbnails_ready.emit(wanted)


class Library:
    """The models over one catalogue file, as the session wires them. ``close`` ends its thread."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.owner = QObject()
        self.catalogue = Catalogue(path, durable=False)
        self.runner = OperationRunner("catalogue", threads=1, newest_first=True, parent=self.owner)
        self.model = GalleryModel(self.catalogue, self.runner, me=ME, parent=self.owner)
        self.inserts_began: list[float] = []  # noted before any view hears of it
        self.added: list[str] = []  # images that were not there before: removed in the end
        self.model.rowsAboutToBeInserted.connect(lambda *_: self.inserts_began.append(clock.now()))
        self.model.set_query(LibraryQuery())
        wait_until(lambda: self.model.record(0) is not None)
        set_apart_what_stays()

    def close(self) -> None:
        self.runner.shutdown()
        self.catalogue.apply(LibraryChange(removed=tuple(self.added)))
        self.catalogue.close()
        self.owner.deleteLater()


class Paints(QObject):
    """Counts what a widget paints."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self.count = 0
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


class Surface:
    """A view of the library and what it has painted."""

    def __init__(self, view: QAbstractItemView, library: Library) -> None:
        self.view, self.model = view, library.model
        self._paints = Paints(view)
        view.setModel(library.model)
        view.resize(WIDTH, HEIGHT)
        view.show()

    def painted(self, action: Callable[[], object]) -> None:
        """Do it and wait until the view has painted once more."""
        before = self._paints.count
        action()
        wait_until(lambda: self._paints.count > before)

    def populated(self, action: Callable[[], object]) -> None:
        """Do it and wait until every visible row is at hand and painted."""
        self.painted(action)
        if self._lacks_rows():
            first, last = self.visible_rows()
            if not isinstance(self.view, GalleryView):
                self.model.visible_rows_changed(first, last)
            before = self._paints.count
            wait_until(lambda: not self._lacks_rows() and self._paints.count > before)

    def visible_rows(self) -> tuple[int, int]:
        if isinstance(self.view, GalleryView):
            return self.view.visible_rows()
        columns = max(1, self.view.viewport().width() // CELL.width())
        top = self.view.verticalScrollBar().value()
        lines = top // CELL.height(), (top + self.view.viewport().height() - 1) // CELL.height()
        return lines[0] * columns, min((lines[1] + 1) * columns, self.model.rowCount()) - 1

    def _lacks_rows(self) -> bool:
        first, last = self.visible_rows()
        return any(self.model.record(row) is None for row in range(first, last + 1))

    def close(self) -> None:
        self.view.hide()
        self.view.setModel(None)
        self.view.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


class CellDelegate(QStyledItemDelegate):
    """Without pictures the plain list would ask for cells of one line of text."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return CELL


def gallery(theme: ThemeSource) -> QAbstractItemView:
    view = GalleryView(theme)
    view.set_thumbnails(ThumbnailStore(ReadyThumbnails(), view))
    return view


def icon_list() -> QAbstractItemView:
    """The plain way: QListView in icon mode, told that all items have one size."""
    view = QListView()
    view.setViewMode(QListView.ViewMode.IconMode)
    view.setUniformItemSizes(True)
    view.setGridSize(CELL)
    view.setItemDelegate(CellDelegate(view))
    view.setResizeMode(QListView.ResizeMode.Adjust)
    view.setMovement(QListView.Movement.Static)
    view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    return view


def wait_until(condition: Callable[[], bool]) -> None:
    """Let the event loop run, without spinning, until the condition holds."""
    end, wake = time.monotonic() + _PATIENCE, QTimer(interval=50)
    QApplication.processEvents()
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the view did not come to what was waited for")
        wake.start()
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
