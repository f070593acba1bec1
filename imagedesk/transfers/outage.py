"""A store that is out of reach: the whole queue holds back, longer each time, instead of failing file after file."""

from __future__ import annotations

_SHORTEST = 2.0  # seconds
_LONGEST = 60.0


class Outage:
    """Not thread-safe. Times are seconds of a steady clock."""

    def __init__(self) -> None:
        self._until: float | None = None
        self._failures = 0

    def begin(self, now: float) -> None:
        """A transfer found the store out of reach. Those that were under way beside it are part of the same outage."""
        if self.remaining(now) == 0:
            self._failures += 1
            self._until = now + min(_LONGEST, _SHORTEST * 2 ** (self._failures - 1))

    def end(self) -> None:
        """The store has answered."""
        self._until, self._failures = None, 0

    def forgive(self) -> None:
        """A person wants it tried at once."""
        self._until = None

    def remaining(self, now: float) -> float:
        """Seconds to hold back still; 0 for none."""
        return max(0.0, self._until - now) if self._until is not None else 0.0
