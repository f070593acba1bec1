"""The threads under the workers: a few QThreads that run one function, ended with a bound.

``guarded`` is the one place where whatever a piece of work raises becomes an ending that can be carried to the window.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import QDeadlineTimer, QThread

from imagedesk.core.errors import Cancelled, ImageDeskError

log = logging.getLogger(__name__)

T = TypeVar("T")

# A QThread object that goes while its thread runs takes the process with it. These did not end in time.
_abandoned: list[QThread] = []


@dataclass(frozen=True, slots=True)
class Ending(Generic[T]):
    """How a piece of work ended: with ``value``, with ``error``, or ``cancelled``. ``bug`` sums up an exception of our
    own; ``error`` then is a sentence for people."""

    value: T | None = None
    error: ImageDeskError | None = None
    cancelled: bool = False
    bug: str | None = None


def guarded(work: Callable[[], T]) -> Ending[T]:
    """Run ``work`` on this thread. Raises nothing: an exception would end the thread and leave the window waiting."""
    try:
        return Ending(value=work())
    except Cancelled:
        return Ending(cancelled=True)
    except ImageDeskError as error:
        return Ending(error=error)
    except Exception as error:  # the thread's boundary: our bugs go to the log and to a dialog
        log.exception("unexpected error in a worker")
        sentence = "ImageDesk met a fault of its own: try again, and send the log file if it comes back."
        return Ending(error=ImageDeskError(sentence), bug=f"{type(error).__name__}: {error}")


def abandoned_threads() -> int:
    """How many threads outlived their worker and still run. While there are any, only ``os._exit`` ends the process
    safely: Qt aborts when it takes them down."""
    _abandoned[:] = [thread for thread in _abandoned if not thread.isFinished()]
    return len(_abandoned)


class WorkerThread(QThread):
    """Runs ``body`` once."""

    def __init__(self, name: str, body: Callable[[], None]) -> None:
        super().__init__()
        self.setObjectName(name)
        self._body = body

    def run(self) -> None:
        try:
            guarded(self._body)
        finally:
            # Up to 3.12, Python keeps an entry for every foreign thread that once logged something, for good.
            getattr(threading, "_active", {}).pop(threading.get_ident(), None)


class WorkerThreads:
    """``body`` runs on ``count`` threads, each until it returns. Used from the GUI thread only."""

    def __init__(self, name: str, count: int, body: Callable[[], None]) -> None:
        self._name = name
        self._count = count
        self._body = body
        self._threads: list[WorkerThread] = []
        self._started = self._ended = False

    def start(self) -> None:
        """Begin; later calls do nothing."""
        if not self._started:
            self._started = True
            self.grow(self._count)

    def grow(self, count: int) -> None:
        """See to it that ``count`` of them run: those that have returned, or were not needed until now, begin."""
        if self._ended:
            return
        self._started = True
        self._threads = [thread for thread in self._threads if not thread.isFinished()]
        for number in range(len(self._threads) + 1, count + 1):
            thread = WorkerThread(f"{self._name}-{number}", self._body)
            self._threads.append(thread)
            thread.start()

    def wait(self, timeout_ms: int) -> bool:
        """Whether all have returned, at the latest after that time."""
        deadline = QDeadlineTimer(timeout_ms)
        return not [thread for thread in self._threads if thread.isRunning() and not thread.wait(deadline)]

    def join(self, timeout_ms: int) -> bool:
        """Wait until all have returned; those that have not in time are left to themselves. False then."""
        self._started = self._ended = True  # a stopped worker starts no more
        if not self.wait(timeout_ms):
            left = [thread for thread in self._threads if thread.isRunning()]
            log.warning("%d threads of %s did not end within %d ms", len(left), self._name, timeout_ms)
            _abandoned.extend(left)
        ended, self._threads = not any(thread.isRunning() for thread in self._threads), []
        return ended
