"""A limit to the bytes a second of all transfers together, which a person may set and change at any time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from imagedesk.core.cancellation import CancelToken

LOOK = 0.25  # seconds between two looks whether the limit is still the same
PER_TRANSFER = 200_000  # bytes a second that each should get


class Bandwidth:
    """Thread-safe. ``clock`` gives seconds of a steady clock."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._limit: float | None = None
        self._paid_until = 0.0
        self._changes = 0

    def limit(self, bytes_a_second: float | None) -> None:
        """None, or nothing above zero, for no limit. Whoever waits for the one before goes on."""
        with self._lock:
            self._changes += 1
            self._limit = bytes_a_second if bytes_a_second and bytes_a_second > 0 else None
            self._paid_until = 0.0

    @property
    def most_at_once(self) -> int | None:
        """How many transfers may share the limit; None for any number. One that gets its bytes too slowly would be cut
        off by the server."""
        with self._lock:
            return None if self._limit is None else max(1, int(self._limit // PER_TRANSFER))

    def spend(self, count: int, cancel: CancelToken) -> None:
        """Wait until ``count`` bytes more fit below the limit; a cancellation ends the wait."""
        with self._lock:
            if self._limit is None or count <= 0:
                return
            now = self._clock()
            self._paid_until = max(now, self._paid_until) + count / self._limit
            until, limit = self._paid_until, self._changes
        while (left := until - self._clock()) > 0 and limit == self._changes:
            if cancel.wait(min(left, LOOK)):
                return
