"""How fast bytes have been moving lately, smoothed so that neither speed nor time left jumps."""

from __future__ import annotations

import math

_MEMORY = 6.0  # seconds after which a byte counts for 1/e
_SETTLING = 1.0  # seconds before a first answer: the first chunk after an instant would be an absurd speed


class Pace:
    """An exponentially weighted mean: weighted bytes over weighted time. Not thread-safe. Times are seconds of any
    steady clock."""

    def __init__(self) -> None:
        self._started: float | None = None
        self._last = 0.0
        self._bytes = 0.0

    def reset(self) -> None:
        """Forget everything: nothing moves now, and the pause must not count as slowness."""
        self._started = None
        self._bytes = 0.0

    def add(self, now: float, count: int) -> None:
        """``count`` more bytes have moved by ``now``."""
        if self._started is None:
            self._started = self._last = now
        self._bytes = self._bytes * self._decay(now) + count
        self._last = max(now, self._last)

    def speed(self, now: float) -> float:
        """Bytes a second; 0 while it is too early to tell."""
        if self._started is None or now - self._started < _SETTLING:
            return 0.0
        weighted_time = _MEMORY * -math.expm1(-(now - self._started) / _MEMORY)
        return self._bytes * self._decay(now) / weighted_time

    def seconds_left(self, now: float, remaining: int) -> float | None:
        """None while nothing moves or it is too early to tell."""
        speed = self.speed(now)
        return remaining / speed if speed >= 1.0 else None

    def _decay(self, now: float) -> float:
        return math.exp(-max(0.0, now - self._last) / _MEMORY)
