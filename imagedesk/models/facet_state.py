"""The counts beside people and types, followed in the background as query and catalogue change."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.catalogue.facets import FacetCount, Totals
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import ImageDeskError
from imagedesk.core.query import LibraryQuery
from imagedesk.workers.operation_runner import OperationHandle, OperationRunner


@dataclass(frozen=True, slots=True)
class FacetSnapshot:
    """Each facet counted under the other filters but not its own. ``totals`` is what the query matches."""

    people: tuple[FacetCount, ...]
    types: tuple[FacetCount, ...]
    library_images: int
    mine: int
    totals: Totals


class FacetState(QObject):
    """Signals: ``facets_changed(FacetSnapshot)``; ``failed(ImageDeskError)``.

    One count is under way at a time; changes meanwhile are answered by one more.
    """

    facets_changed = Signal(object)
    failed = Signal(object)

    def __init__(self, catalogue: Catalogue, runner: OperationRunner, me: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalogue, self._runner, self._me = catalogue, runner, me
        self._query = LibraryQuery()
        self._counting: OperationHandle | None = None
        self._dirty = False
        self.snapshot: FacetSnapshot | None = None

    def set_query(self, query: LibraryQuery) -> None:
        """Count for another query; a count for the one before is given up, in the middle of its search, too."""
        if self._counting is not None and query != self._query:
            self._counting.cancel()
            self._counting = None
        self._query = query
        self.refresh()

    def refresh(self) -> None:
        """Count again; the catalogue or the query changed."""
        if self._counting is not None:
            self._dirty = True
            return
        self._dirty = False
        query = self._query
        self._counting = self._runner.start(
            lambda cancel: self._count(query, cancel),
            partial(self._on_counted, query),
            self._on_failed,
        )

    def _count(self, query: LibraryQuery, cancel: CancelToken) -> FacetSnapshot:
        with self._catalogue.abandoned_by(cancel), self._catalogue.snapshot():  # the numbers stand beside each other
            facets = self._catalogue.facets(query)
            return FacetSnapshot(
                people=facets.people,
                types=facets.types,
                library_images=facets.library_images,
                mine=self._catalogue.images_of(self._me),
                totals=self._catalogue.totals(query),
            )

    def _on_counted(self, query: LibraryQuery, snapshot: FacetSnapshot) -> None:
        self._go_on()
        if query == self._query:
            self.snapshot = snapshot
            self.facets_changed.emit(snapshot)

    def _on_failed(self, error: ImageDeskError) -> None:
        self._go_on()
        self.failed.emit(error)

    def _go_on(self) -> None:
        self._counting = None
        if self._dirty:
            self.refresh()
