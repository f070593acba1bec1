"""A limit to the bytes a second of all transfers together, which a person may set and change at any time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from imagedesk.core.cancellation import CancelToken


class Bandwidth:
    """Thread-safe. ``clock`` gives seconds of a steady clock."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._limit: float | None = None
        self._paid_until = 0.0

    def limit(self, bytes_a_second: float | None) -> None:
        """None, or nothing above zero, for no limit."""
        with self._lock:
            self._limit = bytes_a_second if bytes_a_second and bytes_a_second > 0 else None
            self._paid_until = 0.0

    def spend(self, count: int, cancel: CancelToken) -> None:
        """Wait until ``count`` bytes more fit below the limit; a cancellation ends the wait."""
        with self._lock:
            if self._limit is None or count <= 0:
                return
            now = self._clock()
            self._paid_until = max(now, self._paid_until) + count / self._limit
            wait = self._paid_until - now
        cancel.wait(wait)
