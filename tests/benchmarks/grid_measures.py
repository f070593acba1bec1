"""The grid measured beside a plain QListView on the same model: painting, moving, choosing, inserting."""

from __future__ import annotations

import random
from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget

from imagedesk.core.changes import LibraryChange
from imagedesk.ui.gallery_view import GalleryView
from imagedesk.ui.theme import ThemeSource
from tests.benchmarks.sample_library import newest_image
from tests.benchmarks.surface import HEIGHT, WIDTH, Library, Surface, gallery, icon_list, wait_until
from tests.benchmarks.timing import Clock, median, percentile

Measures = dict[str, float]


class GridMeasures:
    """Takes every measure of one view at one size of library."""

    def __init__(self, library: Library, make: Callable[[], QAbstractItemView], clock: Clock, rounds: int) -> None:
        self._library, self._make, self._clock, self._rounds = library, make, clock, rounds
        self._chance = random.Random(7)

    def take(self, moves: int) -> Measures:
        """``moves``: how many jumps, and turns of the wheel."""
        found = {"first paint": median([self._first_paint() for _ in range(self._rounds)])}
        surface = Surface(self._make(), self._library)
        surface.populated(lambda: None)
        found["resize"] = self._resize(surface)
        jumps = [self._jump(surface) for _ in range(moves + 5)][5:]
        found |= {"jump p50": median(jumps), "jump p99": percentile(jumps, 0.99)}
        turns = self._wheel(surface, moves)
        found |= {"wheel p50": median(turns), "wheel p99": percentile(turns, 0.99)}
        found["select all"] = median([self._select_all(surface) for _ in range(self._rounds)])
        surface.view.scrollToTop()
        QApplication.processEvents()
        if isinstance(surface.view, GalleryView):
            found |= self._choose_far(surface, surface.view)
        inserts = [self._insert(surface) for _ in range(self._rounds)]
        found["insert at top"] = median([view for view, _ in inserts])
        found["apply one change"] = median([whole for _, whole in inserts])
        surface.close()
        return found

    def _first_paint(self) -> float:
        made: list[Surface] = []

        def show() -> None:
            made.append(Surface(self._make(), self._library))
            made[0].painted(lambda: None)

        cost = self._clock.once(show)
        made[0].close()
        return cost

    def _resize(self, surface: Surface) -> float:
        costs = []
        for round_ in range(self._rounds):
            width = WIDTH - 200 * (round_ % 2 == 0)
            costs.append(self._clock.once(lambda w=width: surface.painted(lambda: surface.view.resize(w, HEIGHT))))
        surface.view.resize(WIDTH, HEIGHT)
        QApplication.processEvents()
        return median(costs)

    def _jump(self, surface: Surface) -> float:
        """To rows that are not at hand: in a small library they would be, after a while."""
        bar = surface.view.verticalScrollBar()
        target = self._chance.randrange(bar.maximum())
        self._library.model._window.clear()
        cost = self._clock.once(lambda: surface.populated(lambda: bar.setValue(target)))
        QApplication.processEvents()
        return cost

    def _wheel(self, surface: Surface, turns: int) -> list[float]:
        """Steady turning downwards through rows that come as they are needed."""
        surface.view.verticalScrollBar().setValue(surface.view.verticalScrollBar().maximum() // 3)
        surface.populated(lambda: surface.view.viewport().update())
        viewport, costs = surface.view.viewport(), []
        for _ in range(turns):
            event = QWheelEvent(
                QPointF(400, 300), viewport.mapToGlobal(QPointF(400, 300)), QPoint(0, -40), QPoint(0, -120),
                Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
            )  # fmt: skip

            def turn(event: QWheelEvent = event) -> None:
                QApplication.sendEvent(viewport, event)
                QApplication.processEvents()

            costs.append(self._clock.once(lambda turn=turn: surface.painted(turn)))
        return costs

    def _select_all(self, surface: Surface) -> float:
        def choose(change: Callable[[], None]) -> None:
            change()
            surface.view.viewport().update()

        cost = self._clock.once(lambda: surface.painted(lambda: choose(surface.view.selectAll)))
        surface.painted(lambda: choose(surface.view.clearSelection))
        return cost

    def _choose_far(self, surface: Surface, view: GalleryView) -> Measures:
        """By key from the first image to the last; by a narrow frame over a thousand lines, one line more."""
        viewport, shift = view.viewport(), Qt.KeyboardModifier.ShiftModifier
        view.reveal(0)
        by_key = self._clock.once(lambda: surface.painted(lambda: QTest.keyClick(view, Qt.Key.Key_End, shift)))
        view.reveal(0)
        left, right = (view.visualRect(view.model().index(column, 0)).center().x() for column in (1, 3))
        _mouse(viewport, QEvent.Type.MouseButtonPress, QPoint(left, 4))
        _mouse(viewport, QEvent.Type.MouseMove, QPoint(right, 300))
        line = view.visualRect(view.model().index(100, 0)).height() + 8
        bar, costs = view.verticalScrollBar(), []
        bar.setValue(1000 * line)
        _mouse(viewport, QEvent.Type.MouseMove, QPoint(right, 300))
        for _ in range(self._rounds):
            bar.setValue(bar.value() + line)
            costs.append(
                self._clock.once(
                    lambda: surface.painted(lambda: _mouse(viewport, QEvent.Type.MouseMove, QPoint(right, 300)))
                )
            )
        _mouse(viewport, QEvent.Type.MouseButtonRelease, QPoint(right, 300))
        view.clearSelection()
        view.scrollToTop()
        QApplication.processEvents()
        return {"Shift+End": by_key, "a frame of 1,000 lines, one more": median(costs)}

    def _insert(self, surface: Surface) -> tuple[float, float]:
        """One image more at the top: what the view does about it, and all from the commit to the painted row."""
        began = self._library.inserts_began
        began.clear()
        record = newest_image()
        whole_began = self._clock.now()
        self._library.catalogue.apply(LibraryChange(added=(record,)))
        surface.populated(lambda: self._refresh(lambda: bool(began)))
        ended = self._clock.now()
        self._library.added.append(record.image_id)
        return (ended - began[0]) * 1000, (ended - whole_began) * 1000

    def _refresh(self, arrived: Callable[[], bool]) -> None:
        self._library.model.refresh()
        wait_until(arrived)


def _mouse(viewport: QWidget, kind: QEvent.Type, at: QPoint) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    held = none if kind == QEvent.Type.MouseButtonRelease else left
    button = none if kind == QEvent.Type.MouseMove else left
    point = QPointF(at)
    event = QMouseEvent(kind, point, viewport.mapToGlobal(point), button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, event)


def measure_grid(library: Library, theme: ThemeSource, clock: Clock, moves: int) -> tuple[Measures, Measures]:
    """Ours and QListView's."""
    count = library.model.rowCount(QModelIndex())
    ours = GridMeasures(library, lambda: gallery(theme), clock, rounds=7).take(moves)
    peer = GridMeasures(library, icon_list, clock, rounds=3 if count < 500_000 else 2).take(min(moves, 40))
    return ours, peer
