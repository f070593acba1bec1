"""Cooperative cancellation: one side sets it, the other checks it between chunks."""

from __future__ import annotations

import threading

from imagedesk.core.errors import Cancelled


class CancelToken:
    """Shared by whoever may cancel and the code that does the work. Setting it is final."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        self._event.set()

    @property
    def is_cancelled(self) -> bool:
        return self._event.is_set()

    def raise_if_cancelled(self) -> None:
        """Raise :class:`Cancelled` if somebody has cancelled. Call it once per chunk of work."""
        if self._event.is_set():
            raise Cancelled

    def wait(self, seconds: float) -> bool:
        """Wait for a cancellation, at most ``seconds``; True if it came. The way to pause between retries."""
        return self._event.wait(seconds)
