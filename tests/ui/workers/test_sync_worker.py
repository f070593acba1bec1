from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from imagedesk.catalogue.sync_report import SyncProgress, SyncReport, TellProgress
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import ImageDeskError, StoreUnavailable
from imagedesk.workers.sync_schedule import SyncPace
from imagedesk.workers.sync_worker import SyncWorker
from tests.ui.library_in_memory import WAIT_MS, Clock

PACE = SyncPace(news=15, full=1000, first_retry=5, last_retry=60)


class FakeSync:
    """Notes what was asked; ``answer`` may hold it up or raise."""

    def __init__(self) -> None:
        self.calls: list[object] = []
        self.answer: Callable[[], None] = lambda: None
        self.last: tuple[float, bool] | None = None
        self.full_answer: Callable[[CancelToken], None] = lambda _cancel: None

    def since_full(self) -> tuple[float, bool] | None:
        return self.last

    def full(self, tell: TellProgress, cancel: CancelToken) -> SyncReport:
        self.calls.append("full")
        for seen in (100, 200):
            tell(SyncProgress(seen))
        self.full_answer(cancel)
        self.answer()
        return SyncReport(seen=200, added=7)

    def news(self) -> SyncReport:
        self.calls.append("news")
        self.answer()
        return SyncReport(seen=1, added=1)

    def verify(self, ids: Sequence[str]) -> SyncReport:
        self.calls.append(tuple(ids))
        self.answer()
        return SyncReport()


class Status(QObject):
    """What the status line is told, in order."""

    def __init__(self, worker: SyncWorker) -> None:
        super().__init__(worker)
        self.told: list[tuple[str, object]] = []
        self.threads: set[int] = set()
        worker.sync_started.connect(self.on_started)
        worker.sync_progressed.connect(self.on_progressed)
        worker.sync_finished.connect(self.on_finished)
        worker.sync_failed.connect(self.on_failed)

    def on_started(self, full: bool) -> None:
        self._note("started", full)

    def on_progressed(self, progress: SyncProgress) -> None:
        self._note("progressed", progress.seen)

    def on_finished(self, report: SyncReport) -> None:
        self._note("finished", report.added)

    def on_failed(self, error: ImageDeskError) -> None:
        self._note("failed", type(error))

    def _note(self, what: str, value: object) -> None:
        self.told.append((what, value))
        self.threads.add(threading.get_ident())


@pytest.fixture
def sync() -> FakeSync:
    return FakeSync()


@pytest.fixture
def worker(sync: FakeSync, clock: Clock, owner: QObject) -> Iterator[SyncWorker]:
    worker = SyncWorker(sync, PACE, clock, owner)
    yield worker
    assert worker.stop()


@pytest.fixture
def status(worker: SyncWorker) -> Status:
    return Status(worker)


def out_of_reach() -> None:
    raise StoreUnavailable("The server cannot be reached.")


def started(worker: SyncWorker, qtbot: QtBot) -> None:
    with qtbot.waitSignal(worker.sync_finished, timeout=WAIT_MS):
        worker.start()


def test_it_begins_with_everything_and_tells_how_it_goes(worker: SyncWorker, status: Status, qtbot: QtBot) -> None:
    started(worker, qtbot)
    assert status.told == [("started", True), ("progressed", 100), ("progressed", 200), ("finished", 7)]
    assert status.threads == {threading.get_ident()}


def test_what_an_earlier_process_read_lately_is_not_read_again(
    worker: SyncWorker, sync: FakeSync, clock: Clock, qtbot: QtBot
) -> None:
    sync.last = (PACE.full - 100, False)
    started(worker, qtbot)
    assert sync.calls == ["news"]
    clock.now += 101
    with qtbot.waitSignal(worker.sync_finished, timeout=WAIT_MS):
        worker.set_active(True)
    assert sync.calls[-1] == "full"


def test_a_person_who_asks_gets_news_at_once(worker: SyncWorker, sync: FakeSync, status: Status, qtbot: QtBot) -> None:
    started(worker, qtbot)
    worker.set_active(False)
    with qtbot.waitSignal(worker.sync_finished, timeout=WAIT_MS):
        worker.sync_now()
    with qtbot.waitSignal(worker.sync_finished, timeout=WAIT_MS):
        worker.sync_now(full=True)
    assert sync.calls == ["full", "news", "full"]


def test_news_come_when_somebody_looks_again_and_their_time_has_come(
    worker: SyncWorker, sync: FakeSync, status: Status, clock: Clock, qtbot: QtBot
) -> None:
    started(worker, qtbot)
    worker.set_active(False)
    clock.now += 20
    worker.verify(["a"])  # done while nobody looks at news
    qtbot.waitUntil(lambda: sync.calls == ["full", ("a",)], timeout=WAIT_MS)
    with qtbot.waitSignal(worker.sync_finished, timeout=WAIT_MS):
        worker.set_active(True)
    assert sync.calls == ["full", ("a",), "news"]


def test_what_is_on_screen_is_verified_without_a_word(
    worker: SyncWorker, sync: FakeSync, status: Status, qtbot: QtBot
) -> None:
    started(worker, qtbot)
    told = len(status.told)
    worker.verify([])
    worker.verify(["a", "b"])
    qtbot.waitUntil(lambda: ("a", "b") in sync.calls, timeout=WAIT_MS)
    with qtbot.waitSignal(worker.sync_finished, timeout=WAIT_MS):
        worker.sync_now()
    assert sync.calls == ["full", ("a", "b"), "news"]
    assert status.told[told:] == [("started", False), ("finished", 1)]


def test_of_what_was_on_screen_during_a_look_only_the_last_is_verified(
    worker: SyncWorker, sync: FakeSync, qtbot: QtBot
) -> None:
    started(worker, qtbot)
    begun, gate = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        assert gate.wait(WAIT_MS / 1000)

    sync.answer = hold
    worker.verify(["a"])
    assert begun.wait(WAIT_MS / 1000)
    for number in range(50):
        worker.verify([f"screen {number}"])
    gate.set()
    qtbot.waitUntil(lambda: len(sync.calls) == 3, timeout=WAIT_MS)
    assert sync.calls == ["full", ("a",), ("screen 49",)]


def test_a_failure_is_told_and_tried_again_after_a_while(
    worker: SyncWorker, sync: FakeSync, status: Status, clock: Clock, qtbot: QtBot
) -> None:
    sync.answer = out_of_reach
    with qtbot.waitSignal(worker.sync_failed, timeout=WAIT_MS):
        worker.start()
    worker.set_active(True)  # wakes the thread, which must go on waiting
    sync.answer = lambda: None
    clock.now += 4
    worker.set_active(True)
    clock.now += 2
    with qtbot.waitSignal(worker.sync_finished, timeout=WAIT_MS):
        worker.set_active(True)
    assert sync.calls == ["full", "full"]
    assert [told for told in status.told if told[0] == "failed"] == [("failed", StoreUnavailable)]


def test_a_bug_is_told_and_does_not_end_the_worker(
    worker: SyncWorker, sync: FakeSync, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down() -> None:
        raise KeyError("x")

    sync.answer = break_down
    with qtbot.waitSignals([worker.bug_found, worker.sync_failed], timeout=WAIT_MS):
        worker.start()
    sync.answer = lambda: None
    with qtbot.waitSignal(worker.sync_finished, timeout=WAIT_MS):
        worker.sync_now()
    assert "KeyError" in caplog.text


def test_stopping_cancels_what_runs_and_nothing_more_is_told(
    worker: SyncWorker, sync: FakeSync, status: Status, qtbot: QtBot
) -> None:
    begun = threading.Event()

    def until_cancelled(cancel: CancelToken) -> None:
        begun.set()
        assert cancel.wait(WAIT_MS / 1000)
        cancel.raise_if_cancelled()

    sync.full_answer = until_cancelled
    worker.start()
    assert begun.wait(WAIT_MS / 1000)
    assert worker.stop()
    told = list(status.told)
    worker.sync_now()
    qtbot.wait(20)
    assert (status.told, sync.calls) == (told, ["full"])


def test_a_worker_that_never_began_is_stopped_at_once(worker: SyncWorker, sync: FakeSync) -> None:
    assert worker.stop(0)
    worker.start()
    assert sync.calls == []
