"""Search as one types, through the window's own models: from the stroke to the painted rows and to the counts beside
them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractItemView

from imagedesk.core.query import LibraryQuery
from imagedesk.models.facet_state import FacetState
from imagedesk.workers.operation_runner import OperationRunner
from tests.benchmarks.sample_library import ME
from tests.benchmarks.surface import Library, Surface, wait_until
from tests.benchmarks.timing import Clock, median, percentile

Measures = dict[str, float]

TYPED, RUSHED = "harbour-sun", "mountain-str"


class SearchMeasures:
    """Of one view at one size of library."""

    def __init__(self, library: Library, make: Callable[[], QAbstractItemView], clock: Clock) -> None:
        self._library, self._clock = library, clock
        self._resets: list[int] = []
        library.model.modelReset.connect(self._on_reset)
        self._surface = Surface(make(), library)
        self._surface.populated(lambda: None)

    def take(self, facets: FacetState | None) -> Measures:
        """``facets`` counts beside the rows, on a thread of its own, as in the window."""
        strokes = [self._once(LibraryQuery(text=TYPED[: n + 1]), facets) for n in range(len(TYPED))]
        found = {
            "typing: a stroke's rows, median": median([rows for rows, _ in strokes]),
            "typing: the slowest stroke's rows": percentile([rows for rows, _ in strokes], 1.0),
        }
        if facets is not None:
            found["typing: a stroke's counts, median"] = median([counts for _, counts in strokes])
            found["typing: the slowest stroke's counts"] = percentile([counts for _, counts in strokes], 1.0)
        began = self._clock.now()
        for length in range(1, len(RUSHED)):  # faster than any answer
            self._ask(LibraryQuery(text=RUSHED[:length]), facets)
        self._once(LibraryQuery(text=RUSHED), facets)
        found["typing in a rush: the last rows"] = (self._rows_at - began) * 1000
        self._once(LibraryQuery(), facets)
        self._surface.close()
        self._library.model.modelReset.disconnect(self._on_reset)
        return found

    def _once(self, query: LibraryQuery, facets: FacetState | None) -> tuple[float, float]:
        """Milliseconds until the rows are painted, and until the counts are told."""
        resets, told = len(self._resets), list[float]()
        if facets is not None:
            facets.facets_changed.connect(lambda *_: told.append(self._clock.now()))
        began = self._clock.now()
        self._surface.populated(lambda: (self._ask(query, facets), wait_until(lambda: len(self._resets) > resets)))
        self._rows_at = self._clock.now()
        if facets is not None:
            wait_until(lambda: bool(told))
            facets.facets_changed.disconnect()
        return (self._rows_at - began) * 1000, ((told[-1] if told else began) - began) * 1000

    def _ask(self, query: LibraryQuery, facets: FacetState | None) -> None:
        self._library.model.set_query(query)
        if facets is not None:
            facets.set_query(query)

    def _on_reset(self) -> None:
        self._resets.append(self._library.model.rowCount())


def measure_search(
    library: Library, ours: Callable[[], QAbstractItemView], plain: Callable[[], QAbstractItemView], clock: Clock
) -> tuple[Measures, Measures]:
    """In our view, with counts; and in the plain one, which takes its time for each new list."""
    owner = QObject()
    runner = OperationRunner("facets", parent=owner)
    facets = FacetState(library.catalogue, runner, ME, owner)
    found = SearchMeasures(library, ours, clock).take(facets)
    peer = SearchMeasures(library, plain, clock).take(None)
    runner.shutdown()
    owner.deleteLater()
    return found, peer
