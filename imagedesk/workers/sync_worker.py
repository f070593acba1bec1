"""Keeps a cloud library's catalogue in step with its store, on a thread of its own, for as long as the window lives.

Schedule → LibrarySync → catalogue (whose watch tells the models) → here only how it went, for the status line.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QObject, Signal

from imagedesk.catalogue.sync import LibrarySync
from imagedesk.catalogue.sync_report import SyncProgress, SyncReport
from imagedesk.core.cancellation import CancelToken
from imagedesk.workers.gui_inbox import GuiInbox
from imagedesk.workers.sync_schedule import SyncPace, SyncSchedule, SyncTask
from imagedesk.workers.worker_threads import Ending, WorkerThreads, guarded


class SyncWorker(QObject):
    """Begins with ``start``, must be ended with ``stop``.

    Signals: ``sync_started(bool)``, whether it is a full one; ``sync_progressed(SyncProgress)``, how far a full one has
    come; ``sync_finished(SyncReport)``; ``sync_failed(ImageDeskError)``, after which it tries again by itself;
    ``bug_found(str)``.
    """

    sync_started = Signal(bool)
    sync_progressed = Signal(object)
    sync_finished = Signal(object)
    sync_failed = Signal(object)
    bug_found = Signal(str)

    def __init__(
        self,
        sync: LibrarySync,
        pace: SyncPace | None = None,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._sync = sync
        self._clock = clock
        self._condition = threading.Condition()
        self._schedule = SyncSchedule(pace or SyncPace(), clock())
        self._on_screen: tuple[str, ...] = ()
        self._active = True
        self._stopped = False
        self._token = CancelToken()
        self._events: GuiInbox[Callable[[], None]] = GuiInbox(self._on_events, self)
        self._threads = WorkerThreads("sync", 1, self._work)

    def start(self) -> None:
        """Begin: with everything, where that was not read lately; else with news."""
        self._threads.start()

    def sync_now(self, full: bool = False) -> None:
        """Look at once, whatever the schedule says."""
        with self._condition:
            self._schedule.ask(SyncTask.FULL if full else SyncTask.NEWS, self._clock())
            self._condition.notify_all()

    def verify(self, image_ids: Iterable[str]) -> None:
        """These are on screen: look whether they are still there and the same. Replaces what was asked before."""
        with self._condition:
            self._on_screen = tuple(image_ids)
            if self._on_screen:
                self._schedule.ask(SyncTask.VERIFY, self._clock())
                self._condition.notify_all()

    def set_active(self, active: bool) -> None:
        """Whether somebody looks at the window; if not, news can wait."""
        with self._condition:
            self._active = active
            self._condition.notify_all()

    def stop(self, timeout_ms: int = 2000) -> bool:
        """Cancel what runs and end the thread; False if it did not end in time."""
        with self._condition:
            self._stopped = True
            self._token.cancel()
            self._condition.notify_all()
        self._events.close()
        return self._threads.join(timeout_ms)

    # On the worker thread

    def _work(self) -> None:
        last = guarded(self._sync.since_full).value  # what cannot be known now was never
        if last is not None:
            with self._condition:
                self._schedule.full_was(last[0], first=last[1], now=self._clock())
        while (task := self._next()) is not None:
            if task is not SyncTask.VERIFY:
                self._events.post(partial(self.sync_started.emit, task is SyncTask.FULL))
            began = self._clock()
            self._settle(task, guarded(partial(self._do, task)), self._clock() - began)

    def _next(self) -> SyncTask | None:
        with self._condition:
            while not self._stopped:
                task, seconds = self._schedule.next(self._clock(), active=self._active)
                if task is not None:
                    return task
                self._condition.wait(seconds)
            return None

    def _do(self, task: SyncTask) -> SyncReport:
        if task is SyncTask.FULL:
            return self._sync.full(self._tell_progress, self._token)
        if task is SyncTask.NEWS:
            return self._sync.news()
        with self._condition:
            on_screen, self._on_screen = self._on_screen, ()
        return self._sync.verify(on_screen)

    def _settle(self, task: SyncTask, ending: Ending[SyncReport], took: float) -> None:
        with self._condition:
            if ending.value is not None:
                self._schedule.succeeded(task, self._clock(), first=ending.value.is_first, took=took)
            else:
                self._schedule.failed(task, self._clock())
            if self._on_screen:  # asked for while we looked
                self._schedule.ask(SyncTask.VERIFY, self._clock())
        if ending.bug is not None:
            self._events.post(partial(self.bug_found.emit, ending.bug))
        if ending.error is not None:
            self._events.post(partial(self.sync_failed.emit, ending.error))
        elif ending.value is not None and task is not SyncTask.VERIFY:
            self._events.post(partial(self.sync_finished.emit, ending.value))

    def _tell_progress(self, progress: SyncProgress) -> None:
        self._events.post(partial(self.sync_progressed.emit, progress))

    # On the GUI thread

    def _on_events(self, events: list[Callable[[], None]]) -> None:
        for event in events:
            event()
