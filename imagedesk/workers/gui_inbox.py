"""The way from a worker thread to the window: items posted on any thread are delivered together on the GUI thread.

However many come, at most one wake-up is under way. Its flag is cleared before the inbox is emptied: an item that comes
between the two is delivered now or wakes us again, and is never left behind.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal

T = TypeVar("T")


class GuiInbox(QObject, Generic[T]):
    """``deliver`` gets the items in the order of posting. With ``interval_ms``, deliveries are at least that far apart;
    the first comes at once."""

    _woken = Signal()

    def __init__(self, deliver: Callable[[list[T]], None], parent: QObject, interval_ms: int = 0) -> None:
        super().__init__(parent)
        self._deliver = deliver
        self._lock = threading.Lock()
        self._items: list[T] = []
        self._told = False
        self._closed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(interval_ms)
        self._timer.timeout.connect(self._empty)
        self._woken.connect(self._on_woken, Qt.ConnectionType.QueuedConnection)

    def post(self, item: T) -> None:
        """From any thread. After ``close`` the item is dropped."""
        with self._lock:
            if self._closed:
                return
            self._items.append(item)
            if not self._told:
                self._told = True
                self._woken.emit()  # under the lock: after ``close`` this object may be gone

    def close(self) -> None:
        """Drop what is in it and whatever comes. On the GUI thread."""
        with self._lock:
            self._closed = True
            self._items = []
        self._timer.stop()

    def _on_woken(self) -> None:
        if not self._timer.isActive():
            self._empty()

    def _empty(self) -> None:
        with self._lock:
            self._told = False
            items, self._items = self._items, []
        if not items:
            return
        if self._timer.interval() > 0:
            self._timer.start()
        self._deliver(items)
