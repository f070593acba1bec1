from __future__ import annotations

import logging
import threading

import pytest
from pytestqt.qtbot import QtBot

from imagedesk.core.errors import Cancelled, NotFound
from imagedesk.workers import worker_threads
from imagedesk.workers.worker_threads import WorkerThreads, abandoned_threads, guarded
from tests.ui.library_in_memory import WAIT_MS


def raising(error: BaseException) -> object:
    raise error


def test_every_kind_of_end_is_told_apart(caplog: pytest.LogCaptureFixture) -> None:
    assert guarded(lambda: 5).value == 5
    assert guarded(lambda: raising(Cancelled())).cancelled
    assert isinstance(guarded(lambda: raising(NotFound("no"))).error, NotFound)
    assert not caplog.records
    with caplog.at_level(logging.ERROR):
        ending = guarded(lambda: raising(KeyError("x")))
    assert (ending.bug, ending.cancelled) == ("KeyError: 'x'", False)
    assert "KeyError" not in ending.error.message
    assert "KeyError" in caplog.text


def test_each_thread_runs_the_body_once(qtbot: QtBot) -> None:
    together, seen = threading.Barrier(3), set()

    def body() -> None:
        together.wait(WAIT_MS / 1000)  # three at a time
        seen.add(threading.get_ident())

    threads = WorkerThreads("three", 3, body)
    threads.start()
    threads.start()
    assert threads.join(WAIT_MS)
    assert len(seen) == 3


def test_threads_that_never_began_are_joined_at_once_and_begin_no_more(qtbot: QtBot) -> None:
    ran: list[int] = []
    threads = WorkerThreads("never", 2, lambda: ran.append(1))
    assert threads.join(0)
    threads.start()
    assert ran == []


def test_waiting_tells_whether_all_have_returned(qtbot: QtBot) -> None:
    gate = threading.Event()
    threads = WorkerThreads("waiting", 2, gate.wait)
    threads.start()
    assert not threads.wait(10)
    gate.set()
    assert threads.wait(WAIT_MS)
    assert threads.join(0)


def test_a_body_that_raises_ends_its_thread_and_is_logged(caplog: pytest.LogCaptureFixture, qtbot: QtBot) -> None:
    threads = WorkerThreads("broken", 1, lambda: raising(RuntimeError("a bug")))
    with caplog.at_level(logging.ERROR):
        threads.start()
        assert threads.join(WAIT_MS)
    assert "a bug" in caplog.text


def test_a_thread_that_does_not_end_is_left_to_itself_and_named(caplog: pytest.LogCaptureFixture, qtbot: QtBot) -> None:
    gate = threading.Event()
    threads = WorkerThreads("stubborn", 1, gate.wait)
    threads.start()
    with caplog.at_level(logging.WARNING):
        assert not threads.join(10)
    assert "1 threads of stubborn" in caplog.text
    assert abandoned_threads() == 1
    gate.set()
    qtbot.waitUntil(lambda: abandoned_threads() == 0, timeout=WAIT_MS)
    assert worker_threads._abandoned == []


def test_threads_leave_no_entry_in_pythons_own_list(qtbot: QtBot) -> None:
    before = set(threading.enumerate())
    threads = WorkerThreads("logging", 4, lambda: logging.getLogger("any").warning(threading.current_thread().name))
    threads.start()
    assert threads.join(WAIT_MS)
    assert set(threading.enumerate()) == before


def test_threads_begin_as_they_are_needed_and_again_after_they_returned() -> None:
    gate, ran = threading.Event(), list[str]()

    def body() -> None:
        ran.append(threading.current_thread().name)
        gate.wait()

    threads = WorkerThreads("growing", 4, body)
    threads.grow(1)
    threads.grow(1)
    threads.grow(3)
    gate.set()
    assert threads.wait(2000)
    assert len(ran) == 3
    threads.grow(2)
    assert threads.join(2000)
    assert len(ran) == 5
    threads.grow(2)
    assert threads.wait(2000)
    assert len(ran) == 5
