from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.core.changes import LibraryChange
from imagedesk.core.errors import StoreUnavailable
from imagedesk.workers.catalogue_watch import CatalogueWatch
from tests.fakes.sample_records import sample_record
from tests.ui.library_in_memory import WAIT_MS


class Window(QObject):
    """Counts what it is told, and notes which version it could then read."""

    def __init__(self, watch: CatalogueWatch, catalogue: Catalogue) -> None:
        super().__init__(watch)
        self._catalogue = catalogue
        self.versions: list[int] = []
        self.threads: set[int] = set()
        watch.catalogue_changed.connect(self.on_changed)

    def on_changed(self) -> None:
        self.versions.append(self._catalogue.version)
        self.threads.add(threading.get_ident())


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    catalogue = Catalogue(tmp_path / "library.sqlite", durable=False)
    yield catalogue
    catalogue.close()


@pytest.fixture
def watch(catalogue: Catalogue, owner: QObject) -> Iterator[CatalogueWatch]:
    watch = CatalogueWatch(catalogue, poll_seconds=0.01, parent=owner)
    yield watch
    assert watch.shutdown()


@pytest.fixture
def window(watch: CatalogueWatch, catalogue: Catalogue) -> Window:
    return Window(watch, catalogue)


def add(catalogue: Catalogue, number: int) -> None:
    catalogue.apply(LibraryChange(added=(sample_record(number),)))


def test_thousands_of_commits_are_a_few_signals_and_the_last_is_never_missed(
    catalogue: Catalogue, window: Window, qtbot: QtBot
) -> None:
    writers = [
        threading.Thread(target=lambda first=first: [add(catalogue, first + n) for n in range(100)])
        for first in (0, 1000, 2000)
    ]
    for writer in writers:
        writer.start()
    qtbot.waitUntil(lambda: bool(window.versions) and window.versions[-1] == 300, timeout=WAIT_MS)
    for writer in writers:
        writer.join()
    assert len(window.versions) < 100
    assert window.threads == {threading.get_ident()}


def test_a_commit_of_another_process_is_told(
    catalogue: Catalogue, watch: CatalogueWatch, window: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    other = Catalogue(tmp_path / "library.sqlite", durable=False)  # to SQLite the same as another process
    with qtbot.waitSignal(watch.catalogue_changed, timeout=WAIT_MS):
        add(other, 1)
    other.close()
    assert window.versions[-1] == 1


def test_nothing_is_told_when_nothing_changed(
    catalogue: Catalogue, watch: CatalogueWatch, window: Window, qtbot: QtBot
) -> None:
    catalogue.apply(LibraryChange(removed=("nobody!x",)))
    qtbot.wait(50)
    assert window.versions == []


def test_a_look_that_fails_is_logged_and_the_next_one_tells(
    catalogue: Catalogue, watch: CatalogueWatch, window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = threading.Event()

    def busy() -> bool:
        looked.set()
        raise StoreUnavailable("The file is busy.")

    with monkeypatch.context() as patch:
        patch.setattr(catalogue, "refresh_external", busy)
        assert looked.wait(WAIT_MS / 1000)
    looks = threading.Semaphore(0)
    monkeypatch.setattr(catalogue, "refresh_external", lambda: looks.release())
    assert looks.acquire(timeout=WAIT_MS / 1000)


def test_after_shutdown_commits_go_on_untold(
    catalogue: Catalogue, watch: CatalogueWatch, window: Window, qtbot: QtBot
) -> None:
    add(catalogue, 1)
    assert watch.shutdown()
    add(catalogue, 2)
    qtbot.wait(20)
    assert window.versions == []
