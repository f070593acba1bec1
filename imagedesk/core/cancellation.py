"""Cooperative cancellation: one side sets it, the other checks it between chunks."""

from __future__ import annotations

import threading
from collections.abc import Callable

from imagedesk.core.errors import Cancelled


class CancelToken:
    """Shared by whoever may cancel and the code that does the work. Setting it is final."""

    def __init__(self) -> None:
        self._is_cancelled = False
        self._lock = threading.Lock()
        self._interrupts: list[Callable[[], None]] = []

    def cancel(self) -> None:
        with self._lock:
            self._is_cancelled = True
            interrupts, self._interrupts = self._interrupts, []
            for interrupt in interrupts:  # under the lock: one that was withdrawn is never called
                interrupt()

    def add_interrupt(self, interrupt: Callable[[], None]) -> None:
        """Call ``interrupt`` once when somebody cancels (now, if somebody has): it ends a wait that no check can reach.
        It comes from whichever thread cancels, must not block or raise, and must not touch this token."""
        with self._lock:
            if not self._is_cancelled:
                self._interrupts.append(interrupt)
                return
        interrupt()

    def remove_interrupt(self, interrupt: Callable[[], None]) -> None:
        """Idempotent. It is not called any more once this has returned."""
        with self._lock:
            self._interrupts = [kept for kept in self._interrupts if kept != interrupt]

    @property
    def is_cancelled(self) -> bool:
        return self._is_cancelled

    def raise_if_cancelled(self) -> None:
        """Raise :class:`Cancelled` if somebody has cancelled. Call it once per chunk of work."""
        if self._is_cancelled:
            raise Cancelled

    def wait(self, seconds: float) -> bool:
        """Wait for a cancellation, at most ``seconds``; True if it came. The way to pause between retries."""
        cancelled = threading.Event()  # seldom needed, and dearer than all else here
        self.add_interrupt(cancelled.set)
        try:
            return cancelled.wait(seconds)
        finally:
            self.remove_interrupt(cancelled.set)
