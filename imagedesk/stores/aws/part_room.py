"""How many parts of large objects may be in memory ahead of those that are needed next, for all transfers together."""

from __future__ import annotations

import threading

PART = 8 * 1024 * 1024
MOST = 16


class PartRoom:
    """Thread-safe. Who gets no place goes on with one part at a time."""

    def __init__(self, most: int = MOST) -> None:
        self._places = threading.Semaphore(most)

    def take(self) -> bool:
        """A place for one part more, if there is one."""
        return self._places.acquire(blocking=False)

    def give_back(self) -> None:
        self._places.release()
