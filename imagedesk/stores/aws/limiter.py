"""One limiter for all that goes to one service of one library: how many transfers at once, and when to hold back.

The number begins small and grows with each answer, quickly until the service first complains, one by one after that; a
complaint (SlowDown and its like) halves it and holds every request, of the lean path and of botocore, for a moment that
doubles while complaints go on. The scheme is TCP's (RFC 5681, "slow start" and "congestion avoidance").
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import Any

from imagedesk.core.cancellation import CancelToken

MOST = 256
_FIRST = 16
_SHORTEST, _LONGEST = 0.5, 20.0  # seconds
_COMPLAINTS = frozenset({
    "SlowDown", "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled",
    "RequestThrottledException", "TooManyRequests", "TooManyRequestsException", "Busy", "BandwidthLimitExceeded",
    "ProvisionedThroughputExceededException", "RequestLimitExceeded", "429", "503",
})  # fmt: skip


class StoreLimiter:
    """Thread-safe. ``clock`` gives seconds of a steady clock."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, jitter: Callable[[], float] = random.random
    ) -> None:
        self._clock = clock
        self._jitter = jitter
        self._lock = threading.Lock()
        self._free = threading.Condition(self._lock)
        self._running = self._waiting = 0
        self._allowed = float(_FIRST)
        self._careful_from = float(MOST)
        self._hold_until = 0.0
        self._delay = _SHORTEST
        self.on_complaint: Callable[[], None] | None = None

    @property
    def allowed(self) -> int:
        """How many transfers may run at once now."""
        return int(self._allowed)

    def slot(self, cancel: CancelToken | None = None) -> Slot:
        """Wait for a place among those that run, and hold it. Raises Cancelled while it waits."""
        return Slot(self, cancel)

    def take(self, cancel: CancelToken | None) -> None:
        """A place, to be given back; waits for it. For ``Slot``. Raises Cancelled."""
        with self._lock:
            if self._running < self.allowed and self._hold_until <= self._clock():  # mostly
                self._running += 1
                return
        self._wait_for(lambda: self._running < self.allowed, cancel, take=True)

    def give_back(self) -> None:
        """A place that was taken."""
        with self._lock:
            self._running -= 1
            self._wake_one()

    def hold(self, cancel: CancelToken | None = None) -> None:
        """Wait while the service wants to be left alone. Raises Cancelled."""
        if self._hold_until > self._clock():
            self._wait_for(lambda: True, cancel, take=False)

    def answered(self) -> None:
        """The service did what was asked."""
        with self._lock:
            step = 1.0 if self._allowed < self._careful_from else 1.0 / self._allowed
            self._allowed = min(MOST, self._allowed + step)
            self._delay = max(_SHORTEST, self._delay * 0.95)
            self._wake_one()

    def complained(self) -> None:
        """The service wants less. What else was under way belongs to the same complaint. Tells ``on_complaint``."""
        if self.heed() and self.on_complaint is not None:
            self.on_complaint()

    def heed(self) -> bool:
        """Another process was told that the service wants less. False if that is known."""
        with self._lock:
            now = self._clock()
            if now < self._hold_until:
                return False
            self._allowed = self._careful_from = max(1.0, self._allowed / 2)
            self._hold_until = now + self._delay * (0.5 + self._jitter() / 2)
            self._delay = min(_LONGEST, self._delay * 2)
            return True

    def watch(self, client: Any, service: str) -> None:
        """Hold what botocore sends, too, and hear what it is answered."""
        client.meta.events.register(f"before-send.{service}", self._before_send)
        client.meta.events.register_first(f"needs-retry.{service}", self._after_answer)

    def _before_send(self, **_context: Any) -> None:
        self.hold()

    def _after_answer(self, response: Any = None, **_context: Any) -> None:
        if response is None:
            return
        status, code = response[0].status_code, str(response[1].get("Error", {}).get("Code", ""))
        if is_complaint(status, code):
            self.complained()
        elif status < 300:
            self.answered()

    def _wait_for(self, is_free: Callable[[], bool], cancel: CancelToken | None, *, take: bool) -> None:
        if cancel is not None:
            cancel.add_interrupt(self._wake_all)
        with self._lock:
            self._waiting += 1
        try:
            with self._lock:
                while (held := self._hold_until - self._clock()) > 0 or not is_free():
                    if cancel is not None:
                        cancel.raise_if_cancelled()
                    self._free.wait(held if held > 0 else None)
                self._running += take
        finally:
            with self._lock:
                self._waiting -= 1
            if cancel is not None:
                cancel.remove_interrupt(self._wake_all)

    def _wake_one(self) -> None:
        if self._waiting:
            self._free.notify()

    def _wake_all(self) -> None:
        with self._lock:
            self._free.notify_all()


class Slot:
    """The context of one transfer: what ``slot`` gives. (No generator: it surrounds every transfer.)"""

    def __init__(self, limiter: StoreLimiter, cancel: CancelToken | None) -> None:
        self._limiter = limiter
        self._cancel = cancel

    def __enter__(self) -> None:
        self._limiter.take(self._cancel)

    def __exit__(self, *_exception: object) -> None:
        self._limiter.give_back()


def is_complaint(status: int, code: str = "") -> bool:
    """Whether the answer asks for fewer requests. (503 is SlowDown's status; a server in trouble deserves the same.)"""
    return status in (429, 503) or code.rpartition("#")[2] in _COMPLAINTS
