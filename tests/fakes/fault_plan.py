"""Faults to order: the next call of an operation raises what the test says, before or after the work is done."""

from __future__ import annotations

from collections import defaultdict, deque


class FaultPlan:
    """``fail_next("add", error)`` fails before the write, ``after=True`` once it is done (a lost response)."""

    def __init__(self) -> None:
        self._planned: dict[tuple[str, bool], deque[BaseException]] = defaultdict(deque)

    def fail_next(self, operation: str, error: BaseException, *, after: bool = False) -> None:
        self._planned[operation, after].append(error)

    def check(self, operation: str, *, after: bool = False) -> None:
        if planned := self._planned[operation, after]:
            raise planned.popleft()
