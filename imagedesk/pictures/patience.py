"""How long a decoder is waited for: a clock that stands still while other programs keep the decoder from computing.

Decoders give way to whatever else runs, so by a plain clock a busy computer would make sound pictures "damaged".
Linux tells how long each thread was ready to run and waited for a processor; that time is not the picture's. Who sleeps
or is stopped waits for no processor, so a decoder that hangs is found out at the limit. Elsewhere a plain clock counts.
"""

from __future__ import annotations

import time
from pathlib import Path

LONGEST = 3  # times the limit, by the plain clock, however busy the computer is


class TookTooLong(Exception):
    """The time is over before the answer was complete. ``starved``: the decoder hardly got a processor."""

    def __init__(self, starved: bool = False) -> None:
        super().__init__("starved" if starved else "too slow")
        self.starved = starved


class Patience:
    """From now on ``seconds`` for the process ``pid``; None for a process that cannot be asked about."""

    def __init__(self, seconds: float, pid: int | None) -> None:
        self._seconds = seconds
        self._tasks = None if pid is None else Path(f"/proc/{pid}/task")
        self._main = str(pid)
        self._main_before = (0.0, 0.0)
        try:
            if self._tasks:
                self._main_before = _times(self._tasks / self._main)
        except (OSError, ValueError):
            self._tasks = None  # a system that does not tell: the plain clock
        self._began = time.monotonic()

    def check(self) -> None:
        """Raise TookTooLong once the time is over."""
        passed = time.monotonic() - self._began
        if passed <= self._seconds:
            return  # asks the kernel only when it matters
        if passed - self._waited(passed) > self._seconds:
            raise TookTooLong
        if passed > LONGEST * self._seconds:
            raise TookTooLong(starved=True)

    def _waited(self, passed: float) -> float:
        """Seconds, of the thread that waited most: a decoder's main thread may sleep until its helpers are done."""
        try:
            return max(self._waited_by(task, passed) for task in self._tasks.iterdir()) if self._tasks else 0.0
        except (OSError, ValueError):
            return 0.0  # the process is gone

    def _waited_by(self, task: Path, passed: float) -> float:
        computed, waited = _times(task)
        if task.name == self._main:  # the others began since: decoders keep no threads from picture to picture
            computed, waited = computed - self._main_before[0], waited - self._main_before[1]
        if _is_ready_to_run(task):  # the wait that lasts still is not counted yet: all that it did not compute
            return passed - computed
        return waited


def _times(task: Path) -> tuple[float, float]:
    """Seconds for which a thread computed, and for which it waited for a processor, since it began ("Scheduler
    Statistics", Linux kernel documentation: /proc/<pid>/schedstat). Raises OSError or ValueError where none is told."""
    computed, waited, _turns = (task / "schedstat").read_bytes().split()
    return int(computed) / 1e9, int(waited) / 1e9


def _is_ready_to_run(task: Path) -> bool:
    return (task / "stat").read_bytes().rpartition(b")")[2].startswith(b" R")
