from __future__ import annotations

import logging
import random
import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import ImageDeskError, NotFound
from imagedesk.workers.operation_runner import OperationRunner
from tests.ui.library_in_memory import WAIT_MS


class Endings(QObject):
    """Notes each ending and the thread on which it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.values: list[object] = []
        self.errors: list[ImageDeskError] = []
        self.cancelled = 0
        self.threads: set[int] = set()

    def on_succeeded(self, value: object) -> None:
        self.values.append(value)
        self.threads.add(threading.get_ident())

    def on_failed(self, error: ImageDeskError) -> None:
        self.errors.append(error)
        self.threads.add(threading.get_ident())

    def on_cancelled(self) -> None:
        self.cancelled += 1
        self.threads.add(threading.get_ident())

    @property
    def callbacks(self) -> tuple[object, object, object]:
        return self.on_succeeded, self.on_failed, self.on_cancelled

    @property
    def total(self) -> int:
        return len(self.values) + len(self.errors) + self.cancelled


@pytest.fixture
def endings(qtbot: QtBot) -> Endings:
    return Endings()


@pytest.fixture
def runner(owner: QObject) -> Iterator[OperationRunner]:
    runner = OperationRunner("test", threads=2, parent=owner)
    yield runner
    assert runner.shutdown()


def refuse(_cancel: CancelToken) -> None:
    raise NotFound("There is no such image.")


def wait_for_cancel(cancel: CancelToken) -> None:
    assert cancel.wait(WAIT_MS / 1000)
    cancel.raise_if_cancelled()


def test_a_result_comes_back_on_the_gui_thread(runner: OperationRunner, endings: Endings, qtbot: QtBot) -> None:
    runner.start(lambda _cancel: threading.get_ident(), *endings.callbacks)
    qtbot.waitUntil(lambda: endings.total == 1, timeout=WAIT_MS)
    assert endings.values != [threading.get_ident()]
    assert endings.threads == {threading.get_ident()}


def test_an_error_of_ours_comes_back_as_it_is(runner: OperationRunner, endings: Endings, qtbot: QtBot) -> None:
    runner.start(refuse, *endings.callbacks)
    qtbot.waitUntil(lambda: endings.total == 1, timeout=WAIT_MS)
    assert isinstance(endings.errors[0], NotFound)


def test_a_bug_is_logged_told_and_ends_the_operation_in_words(
    runner: OperationRunner, endings: Endings, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR), qtbot.waitSignal(runner.bug_found, timeout=WAIT_MS) as bug:
        runner.start(lambda _cancel: 1 / 0, *endings.callbacks)
    assert bug.args == ["ZeroDivisionError: division by zero"]
    qtbot.waitUntil(lambda: endings.total == 1, timeout=WAIT_MS)
    assert "fault of its own" in endings.errors[0].message
    assert "ZeroDivisionError" in caplog.text


def test_a_result_that_comes_after_the_cancellation_is_cancelled(
    runner: OperationRunner, endings: Endings, qtbot: QtBot
) -> None:
    over = threading.Event()

    def ignore_the_token(_cancel: CancelToken) -> str:
        over.set()
        return "late"

    handle = runner.start(ignore_the_token, *endings.callbacks)
    assert over.wait(WAIT_MS / 1000)
    handle.cancel()  # the result waits in the inbox: this thread has not looked yet
    qtbot.waitUntil(lambda: endings.total == 1, timeout=WAIT_MS)
    assert (endings.values, endings.cancelled) == ([], 1)


def test_an_operation_cancelled_while_it_waits_never_runs(
    runner: OperationRunner, endings: Endings, qtbot: QtBot
) -> None:
    ran: list[int] = []
    blockers = [runner.start(wait_for_cancel, *endings.callbacks) for _ in range(2)]
    waiting = runner.start(lambda _cancel: ran.append(1), *endings.callbacks)
    waiting.cancel()
    for blocker in blockers:
        blocker.cancel()
    qtbot.waitUntil(lambda: endings.total == 3, timeout=WAIT_MS)
    assert (endings.cancelled, ran) == (3, [])


def test_every_operation_ends_exactly_once_whatever_is_cancelled(runner: OperationRunner, qtbot: QtBot) -> None:
    chance = random.Random(5)
    told: Counter[int] = Counter()
    threads: set[int] = set()

    def note(number: int) -> None:
        told[number] += 1
        threads.add(threading.get_ident())

    def work(cancel: CancelToken, kind: int) -> None:
        if kind == 0:
            raise NotFound("no")
        if kind == 1:
            wait_for_cancel(cancel)

    for number in range(1000):
        kind = chance.randrange(3)
        handle = runner.start(
            lambda cancel, kind=kind: work(cancel, kind),
            lambda _value, number=number: note(number),
            lambda _error, number=number: note(number),
            lambda number=number: note(number),
        )
        if kind == 1 or chance.random() < 0.4:
            handle.cancel()
    qtbot.waitUntil(lambda: len(told) == 1000, timeout=WAIT_MS)
    assert set(told.values()) == {1}
    assert threads == {threading.get_ident()}


def test_what_was_asked_last_runs_first_where_that_is_wanted(owner: QObject, qtbot: QtBot) -> None:
    runner = OperationRunner("newest", newest_first=True, parent=owner)
    endings, gate = Endings(), threading.Event()
    runner.start(lambda _cancel: gate.wait(WAIT_MS / 1000), lambda _value: None, endings.on_failed)
    for number in range(5):
        runner.start(lambda _cancel, number=number: number, endings.on_succeeded, endings.on_failed)
    gate.set()
    qtbot.waitUntil(lambda: len(endings.values) == 5, timeout=WAIT_MS)
    assert endings.values[-4:] == sorted(endings.values[-4:], reverse=True)
    assert runner.shutdown()


def test_a_callback_that_raises_does_not_take_the_next_ones_with_it(
    runner: OperationRunner, endings: Endings, qtbot: QtBot
) -> None:
    def break_down(_value: object) -> None:
        raise RuntimeError("a bug in the window")

    with qtbot.captureExceptions() as exceptions:
        runner.start(lambda _cancel: 1, break_down, endings.on_failed)
        runner.start(lambda _cancel: 2, *endings.callbacks)
        qtbot.waitUntil(lambda: bool(endings.values and exceptions), timeout=WAIT_MS)
    assert endings.values == [2]
    assert [kind for kind, _, _ in exceptions] == [RuntimeError]


def test_a_widget_that_is_gone_is_not_called(runner: OperationRunner, endings: Endings, qtbot: QtBot) -> None:
    parent = QObject()
    gone = Endings()
    gone.setParent(parent)
    gate = threading.Event()
    runner.start(lambda _cancel: gate.wait(WAIT_MS / 1000), *gone.callbacks)
    del parent
    gate.set()
    runner.start(lambda _cancel: None, *endings.callbacks)
    qtbot.waitUntil(lambda: endings.total == 1, timeout=WAIT_MS)
    assert gone.total == 0


def test_shutdown_cancels_what_runs_drops_what_waits_and_is_over_soon(
    owner: QObject, endings: Endings, qtbot: QtBot
) -> None:
    runner = OperationRunner("closing", threads=3, parent=owner)
    running = threading.Barrier(4)

    def block(cancel: CancelToken) -> None:
        running.wait(WAIT_MS / 1000)
        wait_for_cancel(cancel)

    for _ in range(3):
        runner.start(block, *endings.callbacks)
    for _ in range(20):
        runner.start(wait_for_cancel, *endings.callbacks)
    running.wait(WAIT_MS / 1000)
    assert runner.shutdown(2000)
    late = runner.start(refuse, *endings.callbacks)
    assert late.is_cancelled
    qtbot.wait(20)
    assert endings.total == 0


def test_shutdown_returns_in_time_though_work_ignores_its_token(owner: QObject, qtbot: QtBot) -> None:
    runner = OperationRunner("stubborn", parent=owner)
    gate, started, ended = threading.Event(), threading.Event(), threading.Event()

    def stubborn(_cancel: CancelToken) -> None:
        started.set()
        gate.wait(WAIT_MS / 1000)
        ended.set()

    runner.start(stubborn, print, print)
    assert started.wait(WAIT_MS / 1000)
    assert not runner.shutdown(50)
    gate.set()
    assert ended.wait(WAIT_MS / 1000)
    from imagedesk.workers.worker_threads import abandoned_threads

    qtbot.waitUntil(lambda: abandoned_threads() == 0, timeout=WAIT_MS)
