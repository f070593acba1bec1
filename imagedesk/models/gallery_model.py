"""The rows of the grid: as many as the query matches, of which a window around what is visible is at hand.

``set_query`` and ``refresh`` → one load at a time on the runner → rows removed, inserted and filled in, exactly, so
that Qt's selection and the view's place survive. Row numbers always mean the catalogue's version that was loaded last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.catalogue.row_changes import RowChanges
from imagedesk.core.errors import ImageDeskError, Refused
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.plain_text import plain
from imagedesk.core.query import LibraryQuery
from imagedesk.models.gallery_load import GalleryLoad, Spans, Wanted, load_gallery, load_records
from imagedesk.models.roles import GalleryRole
from imagedesk.models.row_window import KEPT, PAGE, RowWindow, ranges
from imagedesk.workers.operation_runner import OperationHandle, OperationRunner

_NEVER = -1  # a version that no catalogue has: everything is to be loaded
_MOST_LATE = 5  # times that a reset is read again for what was chosen meanwhile
_ROOT = QModelIndex()
UseRecords = Callable[[list[ImageRecord]], None]


class GalleryModel(QAbstractListModel):
    """Signals: ``names_wanted()``: whoever has images to find again should ``remember`` them now; ``relocated(dict[str,
    int])`` after a reset, where they went; ``rows_loaded(int first, int last)``; ``failed(ImageDeskError)``."""

    names_wanted = Signal()
    rows_loaded = Signal(int, int)
    relocated = Signal(object)
    failed = Signal(object)

    def __init__(self, catalogue: Catalogue, runner: OperationRunner, me: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.me = me
        self._catalogue, self._runner = catalogue, runner
        self._query, self._version, self._total = LibraryQuery(), _NEVER, 0
        self._window = RowWindow()
        self._visible = (0, PAGE - 1)
        self._stale = False
        self._loading: OperationHandle | None = None
        self._generation = 0
        self._remembered: tuple[str, ...] = ()
        self._late = 0

    # -- what views read --------------------------------------------------------------------------------------------

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else self._total

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= self._total:
            return None
        record = self._window.get(index.row())
        if role == GalleryRole.RECORD:
            return record
        if record is None:
            return None
        if role == GalleryRole.IMAGE_ID:
            return record.image_id
        if role == Qt.ItemDataRole.DisplayRole:
            return plain(record.filename)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{plain(record.filename)}, by {plain(record.user_id)}"
        return None

    def record(self, row: int) -> ImageRecord | None:
        """The record of a row, None while it is not at hand."""
        return self._window.get(row)

    def row_of(self, image_id: str) -> int | None:
        """The row of an image that is at hand."""
        return self._window.row_of(image_id)

    @property
    def query(self) -> LibraryQuery:
        return self._query

    # -- what moves it ----------------------------------------------------------------------------------------------

    def set_query(self, query: LibraryQuery) -> None:
        """Show another list, from its beginning; what is under way for the one before is dropped."""
        self._query, self._version = query, _NEVER
        self._generation += 1
        if self._loading is not None:
            self._loading.cancel()
            self._loading = None
        self._visible = (0, PAGE - 1)
        self.refresh()

    def refresh(self) -> None:
        """The catalogue changed: follow it."""
        self._stale = True
        self._load()

    def visible_rows_changed(self, first: int, last: int) -> None:
        """Say what is visible, so that it is at hand soon, and some rows around it."""
        self._visible = (first, last)
        self._window.keep_near(self._centre)
        self._load()

    def remember(self, image_ids: Sequence[str]) -> None:
        """The images to find again if the rows are reset: those selected, the current one, the one at the top."""
        self._remembered = tuple(image_ids)

    def fetch_records(self, spans: Spans, use: UseRecords) -> None:
        """Call ``use`` with the records that whole spans of rows (first, last) show now, at once if they are at hand,
        else soon, wherever they will have moved and without those that will be gone. Another query drops it."""
        if _few(spans):
            rows = [row for first, last in spans for row in range(first, last + 1)]
            known = [record for row in rows if (record := self._window.get(row)) is not None]
            if len(known) == len(rows):
                use(known)
                return
        query, version, generation, spans = self._query, self._version, self._generation, tuple(spans)
        self._runner.start(
            lambda cancel: load_records(self._catalogue, query, version, spans, cancel),
            partial(self._on_records, generation, use),
            partial(self._on_records_failed, generation),
        )

    # -- loading ----------------------------------------------------------------------------------------------------

    @property
    def _centre(self) -> int:
        return sum(self._visible) // 2

    def _missing_pages(self) -> list[int]:
        first, last = self._visible
        return self._window.missing_pages(first - PAGE // 2, last + PAGE // 2, self._total)

    def _load(self) -> None:
        """Start the next load if none is under way and there is something to load."""
        pages = self._missing_pages()
        if self._loading is not None or not (self._stale or pages):
            return
        self._stale = False
        self.names_wanted.emit()
        wanted = Wanted(self._query, self._version, pages, self._remembered, self._centre)
        self._loading = self._runner.start(
            lambda cancel: load_gallery(self._catalogue, wanted, cancel),
            partial(self._on_loaded, self._generation, wanted),
            partial(self._on_failed, self._generation),
        )

    def _on_loaded(self, generation: int, wanted: Wanted, load: GalleryLoad) -> None:
        if generation != self._generation:
            return
        if load.changes.reset and self._is_outdated(wanted):
            self._loading, self._stale = None, True
            self._load()
            return
        self._late = 0
        self._apply(load.changes)
        self._window.keep_near(self._centre)
        for run in load.runs:
            self._window.put(run.first, run.records)
            if run.records:
                last = run.first + len(run.records) - 1
                self.dataChanged.emit(self.index(run.first), self.index(last))
                self.rows_loaded.emit(run.first, last)
        if load.changes.reset:
            self.relocated.emit(load.found)
        if generation != self._generation:  # by a slot
            return
        self._loading = None
        if self._stale or self._missing_pages() != wanted.pages:  # a page that came short is not asked for for ever
            self._load()

    def _is_outdated(self, wanted: Wanted) -> bool:
        """Whether images were chosen while the new rows were read: they are looked for, too, before the old ones go.
        Somebody who goes on choosing is not waited for for ever."""
        self.names_wanted.emit()
        self._late += 1
        return self._late <= _MOST_LATE and not {*self._remembered} <= {*wanted.ids}

    def _apply(self, changes: RowChanges) -> None:
        self._version = changes.version
        if changes.reset:
            self.beginResetModel()
            self._window.clear()
            self._total = changes.total
            self.endResetModel()
            return
        for first, last in reversed(ranges(changes.removed)):
            self.beginRemoveRows(_ROOT, first, last)
            self._window.remove(first, last)
            self._total -= last - first + 1
            self.endRemoveRows()
        for first, last in ranges(changes.inserted):
            self.beginInsertRows(_ROOT, first, last)
            self._window.insert(first, last)
            self._total += last - first + 1
            self.endInsertRows()
        self._window.forget(changes.updated)
        for first, last in ranges(changes.updated):
            self.dataChanged.emit(self.index(first), self.index(last))

    def _on_failed(self, generation: int, error: ImageDeskError) -> None:
        if generation == self._generation:
            self._loading, self._stale = None, True  # the next scroll or refresh tries again
            self.failed.emit(error)

    def _on_records(self, generation: int, use: UseRecords, records: list[ImageRecord] | None) -> None:
        if generation != self._generation:
            return
        if records is None:
            self.failed.emit(Refused("The list has changed meanwhile: select the images again."))
        else:
            use(records)

    def _on_records_failed(self, generation: int, error: ImageDeskError) -> None:
        if generation == self._generation:
            self.failed.emit(error)


def _few(spans: Spans) -> bool:
    return sum(last - first + 1 for first, last in spans) <= KEPT
