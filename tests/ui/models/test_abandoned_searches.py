"""As one types, the search for what was typed before is broken off in the middle of its statement."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from imagedesk.catalogue import facets, text_rows
from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.core.query import LibraryQuery
from imagedesk.models.facet_state import FacetState
from imagedesk.models.gallery_model import GalleryModel
from imagedesk.workers.operation_runner import OperationRunner
from tests.ui.models.conftest import fill

WAIT_MS = 30_000
FOR_EVER = LibraryQuery(text="endless")
_ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """The search for one text never ends by itself; the event tells that its statement runs."""
    begun = threading.Event()
    count, cells = text_rows.count_matches, facets.matching_cells

    def run_for_ever(connection: sqlite3.Connection, text: str) -> None:
        if text == FOR_EVER.text:
            begun.set()
            connection.execute(_ENDLESS).fetchone()

    def endless_count(connection: sqlite3.Connection, text: str) -> int:
        run_for_ever(connection, text)
        return count(connection, text)

    def endless_cells(connection: sqlite3.Connection, text: str) -> facets.Cells:
        run_for_ever(connection, text)
        return cells(connection, text)

    monkeypatch.setattr(text_rows, "count_matches", endless_count)
    monkeypatch.setattr(facets, "matching_cells", endless_cells)
    return begun


@pytest.fixture
def thread(owner: QObject) -> Iterator[OperationRunner]:
    """The one thread that all readings take turns on."""
    runner = OperationRunner("catalogue", threads=1, newest_first=True, parent=owner)
    yield runner
    assert runner.shutdown()


def test_rows_of_the_next_text_do_not_wait_for_those_of_the_one_before(
    catalogue: Catalogue, thread: OperationRunner, owner: QObject, begun: threading.Event, qtbot: QtBot
) -> None:
    fill(catalogue, 50)
    model = GalleryModel(catalogue, thread, "ann", owner)
    model.set_query(FOR_EVER)
    assert begun.wait(WAIT_MS / 1000)
    with qtbot.waitSignal(model.modelReset, timeout=WAIT_MS):
        model.set_query(LibraryQuery(text="img"))
    assert model.rowCount() == 50


def test_counts_of_the_next_text_do_not_wait_for_those_of_the_one_before(
    catalogue: Catalogue, thread: OperationRunner, owner: QObject, begun: threading.Event, qtbot: QtBot
) -> None:
    fill(catalogue, 50)
    state = FacetState(catalogue, thread, "ann", owner)
    state.set_query(FOR_EVER)
    assert begun.wait(WAIT_MS / 1000)
    with qtbot.waitSignal(state.facets_changed, timeout=WAIT_MS):
        state.set_query(LibraryQuery(text="img"))
    assert state.snapshot is not None
    assert state.snapshot.totals.images == 50


def test_a_window_that_closes_in_the_middle_of_a_search_is_not_held_up(
    catalogue: Catalogue, thread: OperationRunner, owner: QObject, begun: threading.Event
) -> None:
    fill(catalogue, 50)
    model, state = GalleryModel(catalogue, thread, "ann", owner), FacetState(catalogue, thread, "ann", owner)
    state.set_query(FOR_EVER)
    model.set_query(FOR_EVER)
    assert begun.wait(WAIT_MS / 1000)
    assert thread.shutdown(WAIT_MS)
