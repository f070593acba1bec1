"""A guard for tests with a window: one that leaves a top-level widget, a running thread or a live timer behind fails.

Its fixture acts where a conftest.py imports it: in ``tests/ui`` and ``tests/end_to_end``.
"""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from imagedesk.workers.worker_threads import abandoned_threads

_PATIENCE_MS = 30_000
# pytest-qt gives up after five seconds, which a busy machine may need; a passing test waits no longer for it.
for _wait in (QtBot.waitSignal, QtBot.waitSignals, QtBot.waitUntil, QtBot.waitCallback, QtBot.waitExposed):
    _wait.__kwdefaults__["timeout"] = _PATIENCE_MS


class GuiTrace:
    """What Python code began since this was made, as far as it is still there."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._widgets_before = _top_level_widgets()
        self._abandoned_before = abandoned_threads()
        self._threads: list[QThread] = []  # held: a QThread that goes while it runs takes the process with it
        self._timers: weakref.WeakSet[QTimer] = weakref.WeakSet()
        start_thread, start_timer = QThread.start, QTimer.start

        def note_thread(thread: QThread, *arguments: object) -> None:
            self._threads.append(thread)
            start_thread(thread, *arguments)

        def note_timer(timer: QTimer, *arguments: object) -> None:
            self._timers.add(timer)
            start_timer(timer, *arguments)

        monkeypatch.setattr(QThread, "start", note_thread)
        monkeypatch.setattr(QTimer, "start", note_timer)

    def left_behind(self) -> list[str]:
        """One line each; empty when the test has cleaned up."""
        if QCoreApplication.instance() is not None:
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        if self._found():
            gc.collect()  # what only a cycle of references holds is not left behind
        return self._found()

    def _found(self) -> list[str]:
        widgets = [widget for widget in _top_level_widgets() if not any(widget is old for old in self._widgets_before)]
        threads = [thread for thread in self._threads if shiboken6.isValid(thread) and thread.isRunning()]
        timers = [timer for timer in self._timers if shiboken6.isValid(timer) and timer.isActive()]
        return [
            *(f"the top-level widget {_described(widget)}" for widget in widgets),
            *(f"the running thread {_described(thread)}" for thread in threads),
            *(f"a timer of {_described(_top(timer))}" for timer in timers if not _is_kept(_top(timer))),
            *(["a thread that its worker has given up"] if abandoned_threads() > self._abandoned_before else []),
        ]


def _top_level_widgets() -> list[QWidget]:
    return QApplication.topLevelWidgets() if QApplication.instance() is not None else []


def _top(item: QObject) -> QObject:
    while (parent := item.parent()) is not None:
        item = parent
    return item


def _is_kept(top: QObject) -> bool:
    """Whether it ends with the application, or is a widget, which is told of itself."""
    return isinstance(top, QCoreApplication | QWidget)


def _described(item: QObject) -> str:
    return f"{type(item).__name__} {item.objectName()}".strip()


@pytest.fixture(autouse=True)
def nothing_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Autouse and first: it looks when all the fixtures of the test have ended."""
    trace = GuiTrace(monkeypatch)
    yield
    if left := trace.left_behind():
        pytest.fail(f"left behind: {', '.join(left)}")
