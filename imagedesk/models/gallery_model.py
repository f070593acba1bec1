"""The rows of the grid: as many as the query matches, of which a window around what is visible is at hand.

``set_query`` and ``refresh`` → one load at a time on the runner → rows removed, inserted and filled in, exactly, so
that Qt's selection and the view's place survive. Row numbers always mean the catalogue's version that was loaded last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.catalogue.row_changes import RowChanges
from imagedesk.core.errors import ImageDeskError
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.plain_text import plain
from imagedesk.core.query import LibraryQuery
from imagedesk.models.gallery_load import GalleryLoad, load_gallery, load_records
from imagedesk.models.roles import GalleryRole
from imagedesk.models.row_window import PAGE, RowWindow, ranges
from imagedesk.workers.operation_runner import OperationRunner

_NEVER = -1  # a version that no catalogue has: everything is to be loaded
_ROOT = QModelIndex()
UseRecords = Callable[[list[ImageRecord]], None]


class GalleryModel(QAbstractListModel):
    """Signals: ``rows_loaded(int first, int last)``; ``relocated(dict[str, int])`` after a reset, where the ids that
    ``remember`` named went; ``failed(ImageDeskError)``."""

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
        self._loading = self._stale = False
        self._loading_for = self._visible
        self._generation = 0
        self._remembered: tuple[str, ...] = ()
        self._waiting: list[tuple[list[tuple[int, int]], UseRecords]] = []

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
        return next((row for row, record in self._window.items().items() if record.image_id == image_id), None)

    @property
    def query(self) -> LibraryQuery:
        return self._query

    # -- what moves it ----------------------------------------------------------------------------------------------

    def set_query(self, query: LibraryQuery) -> None:
        """Show another list, from its beginning; what is under way for the one before is dropped."""
        self._query, self._version = query, _NEVER
        self._generation += 1
        self._loading = False
        self._visible = (0, PAGE - 1)
        self._waiting.clear()
        self.refresh()

    def refresh(self) -> None:
        """The catalogue changed: follow it."""
        self._stale = True
        self._load()

    def visible_rows_changed(self, first: int, last: int) -> None:
        """Say what is visible, so that it is at hand soon, and some rows around it."""
        self._visible = (first, last)
        self._window.keep_near((first + last) // 2)
        self._load()

    def remember(self, image_ids: Sequence[str]) -> None:
        """The images to find again if the rows are reset: those selected, the current one, the one at the top."""
        self._remembered = tuple(image_ids)

    def fetch_records(self, spans: Sequence[tuple[int, int]], use: UseRecords) -> None:
        """Call ``use`` with the records of whole spans of rows (first, last), at once if they are at hand."""
        rows = [row for first, last in spans for row in range(first, last + 1)] if _few(spans) else []
        known = [record for row in rows if (record := self._window.get(row)) is not None]
        if rows and len(known) == len(rows):
            use(known)
            return
        self._waiting.append((list(spans), use))
        self._load()

    # -- loading ----------------------------------------------------------------------------------------------------

    def _load(self) -> None:
        """Start the next load if none is under way and there is something to load."""
        first, last = self._visible
        pages = self._window.missing_pages(first - PAGE // 2, last + PAGE // 2, self._total)
        if self._loading or not (self._stale or pages or self._waiting):
            return
        self._loading, self._stale, self._loading_for = True, False, self._visible
        query, since, ids, generation = self._query, self._version, self._remembered, self._generation
        self._runner.start(
            lambda _cancel: load_gallery(self._catalogue, query, since, pages, ids),
            lambda load: self._on_loaded(generation, load),
            lambda error: self._on_failed(generation, error),
        )

    def _on_loaded(self, generation: int, load: GalleryLoad) -> None:
        if generation != self._generation:
            return
        self._loading = False
        self._apply(load.changes)
        for run in load.runs:
            self._window.put(run.first, run.records)
            if run.records:
                last = run.first + len(run.records) - 1
                self.dataChanged.emit(self.index(run.first), self.index(min(last, self._total - 1)))
                self.rows_loaded.emit(run.first, last)
        if load.changes.reset:
            self.relocated.emit(load.found)
        self._answer_waiting()
        # Not merely because a page came short: then the catalogue has moved on, and a refresh is on its way.
        if self._stale or self._waiting or self._visible != self._loading_for:
            self._load()

    def _apply(self, changes: RowChanges) -> None:
        self._version = changes.version
        if changes.reset:
            self.beginResetModel()
            self._window.clear()
            self._total = changes.total
            self.endResetModel()
            return
        self._remove(changes)
        self._insert(changes)
        self._total = changes.total
        for row in changes.updated:
            self.dataChanged.emit(self.index(row), self.index(row))

    def _remove(self, changes: RowChanges) -> None:
        for first, last in reversed(ranges(changes.removed)):
            self.beginRemoveRows(_ROOT, first, last)
            step = RowChanges(0, 0, removed=tuple(range(first, last + 1)))
            self._window.move(step)
            self._total -= last - first + 1
            self.endRemoveRows()

    def _insert(self, changes: RowChanges) -> None:
        for first, last in ranges(changes.inserted):
            self.beginInsertRows(_ROOT, first, last)
            self._window.move(RowChanges(0, 0, inserted=tuple(range(first, last + 1))))
            self._total += last - first + 1
            self.endInsertRows()
        self._window.move(RowChanges(0, 0, updated=changes.updated))

    def _answer_waiting(self) -> None:
        if not self._waiting:
            return
        spans, use = self._waiting.pop(0)
        query, version, generation = self._query, self._version, self._generation

        def take(records: list[ImageRecord] | None) -> None:
            if generation != self._generation:
                return
            if records is None:  # the rows moved meanwhile: follow them, then ask again
                self._waiting.append((spans, use))
                self.refresh()
            else:
                use(records)

        self._runner.start(lambda _cancel: load_records(self._catalogue, query, version, spans), take, self.failed.emit)

    def _on_failed(self, generation: int, error: ImageDeskError) -> None:
        if generation == self._generation:
            self._loading = False
            self.failed.emit(error)


def _few(spans: Sequence[tuple[int, int]]) -> bool:
    return sum(last - first + 1 for first, last in spans) <= PAGE * 64
