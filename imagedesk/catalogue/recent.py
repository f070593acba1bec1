"""A small cache of what was computed for the queries asked last, each value with the version that it belongs to."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """Thread-safe. The least recently used goes first."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, tuple[int, Value]] = OrderedDict()

    def get(self, name: Hashable) -> tuple[int, Value] | None:
        """The version and the value."""
        with self._lock:
            if name in self._values:
                self._values.move_to_end(name)
            return self._values.get(name)

    def keep(self, name: Hashable, version: int, value: Value) -> None:
        with self._lock:
            present = self._values.get(name)
            if present is None or present[0] <= version:  # a reader of an older snapshot may come late
                self._values[name] = (version, value)
                self._values.move_to_end(name)
            while len(self._values) > self._kept:
                self._values.popitem(last=False)
