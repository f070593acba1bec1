"""Runs operations on threads of its own and brings their endings back to the GUI thread.

``start`` → deque → worker thread → inbox → exactly one of the operation's callbacks. Nobody else in the window deals
with threads for what a person asks for.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Signal

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import ImageDeskError
from imagedesk.workers.gui_inbox import GuiInbox
from imagedesk.workers.worker_threads import Ending, WorkerThreads, guarded

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class _Operation(Generic[T]):
    work: Callable[[CancelToken], T]
    succeeded: Callable[[T], object]
    failed: Callable[[ImageDeskError], object]
    cancelled: Callable[[], object] | None
    token: CancelToken
    ending: Ending[T]


class OperationHandle:
    """Held by whoever started an operation."""

    def __init__(self, token: CancelToken) -> None:
        self._token = token

    def cancel(self) -> None:
        """The operation ends as cancelled, even if its result is on its way."""
        self._token.cancel()

    @property
    def is_cancelled(self) -> bool:
        return self._token.is_cancelled


class OperationRunner(QObject):
    """Each operation ends in exactly one callback, on the GUI thread, unless the runner is shut down before or the
    callback belongs to a QObject that is gone. With ``newest_first``, what was asked last runs first.

    Signals: ``bug_found(str)``, a summary of an exception that is our own fault; the log has the rest.
    """

    bug_found = Signal(str)

    def __init__(self, name: str, threads: int = 1, newest_first: bool = False, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._newest_first = newest_first
        self._condition = threading.Condition()
        self._waiting: deque[_Operation[Any]] = deque()
        self._running: set[_Operation[Any]] = set()
        self._closed = False
        self._inbox: GuiInbox[_Operation[Any]] = GuiInbox(self._on_ended, self)
        self._threads = WorkerThreads(name, threads, self._run)

    def start(
        self,
        work: Callable[[CancelToken], T],
        succeeded: Callable[[T], object],
        failed: Callable[[ImageDeskError], object],
        cancelled: Callable[[], object] | None = None,
    ) -> OperationHandle:
        """Let ``work`` run on a worker thread; it should look at its token once per chunk. After ``shutdown`` nothing
        runs and nothing is called."""
        operation = _Operation(work, succeeded, failed, cancelled, CancelToken(), Ending(cancelled=True))
        with self._condition:
            if self._closed:
                operation.token.cancel()
            else:
                self._waiting.append(operation)
                self._condition.notify()
        self._threads.start()
        return OperationHandle(operation.token)

    def cancel_all(self) -> None:
        """Cancel what runs and what waits; each ends as cancelled."""
        with self._condition:
            for operation in (*self._waiting, *self._running):
                operation.token.cancel()

    def shutdown(self, timeout_ms: int = 2000) -> bool:
        """Refuse new work, drop what waits, cancel what runs, and wait for it; False if it did not end in time."""
        with self._condition:
            self._closed = True
            self._waiting.clear()
            for operation in self._running:
                operation.token.cancel()
            self._condition.notify_all()
        self._inbox.close()
        return self._threads.join(timeout_ms)

    # On the worker threads

    def _run(self) -> None:
        while (operation := self._take()) is not None:
            if not operation.token.is_cancelled:
                operation.ending = guarded(partial(operation.work, operation.token))
            with self._condition:
                self._running.discard(operation)
            self._inbox.post(operation)

    def _take(self) -> _Operation[Any] | None:
        with self._condition:
            while not self._waiting and not self._closed:
                self._condition.wait()
            if self._closed:
                return None
            operation = self._waiting.pop() if self._newest_first else self._waiting.popleft()
            self._running.add(operation)
            return operation

    # On the GUI thread

    def _on_ended(self, operations: list[_Operation[Any]]) -> None:
        for number, operation in enumerate(operations, 1):
            if self._closed:  # by the callback before
                return
            try:
                self._tell(operation)
            except BaseException:
                for late in operations[number:]:  # their endings are due all the same
                    self._inbox.post(late)
                raise

    def _tell(self, operation: _Operation[Any]) -> None:
        ending = operation.ending
        if ending.bug is not None:
            self.bug_found.emit(ending.bug)
        if ending.cancelled or operation.token.is_cancelled:
            _call(operation.cancelled)
        elif ending.error is not None:
            _call(operation.failed, ending.error)
        else:
            _call(operation.succeeded, ending.value)


def _call(callback: Callable[..., object] | None, *arguments: object) -> None:
    """Call back, unless the QObject whose method it is has been deleted."""
    function: object = callback
    while isinstance(function, partial):
        function = function.func
    owner = getattr(function, "__self__", None)
    if callback is not None and not (isinstance(owner, QObject) and not shiboken6.isValid(owner)):
        callback(*arguments)
