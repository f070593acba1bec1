"""Loads thumbnails for what is on screen: visible ones first, then the nearest; the far are discarded.

``request`` → wanted list → worker threads → service → QImage at the display's side → delivered in batches.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from imagedesk.core.errors import EnvironmentFault
from imagedesk.core.image_record import ImageRecord
from imagedesk.service.storage_service import StorageService
from imagedesk.workers.gui_inbox import GuiInbox
from imagedesk.workers.image_pixels import image_of
from imagedesk.workers.wanted import Job, WantedJobs
from imagedesk.workers.worker_threads import Ending, WorkerThreads, guarded

AGAIN_AFTER = 20.0  # seconds until an image is tried again that failed for the network's sake

_Key: TypeAlias = tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Outcome:
    record: ImageRecord
    side: int
    ending: Ending[QImage]


class ThumbnailLoader(QObject):
    """Signals: ``thumbnails_ready(list[tuple[str, int, QImage]])``, image id, side and pixels;
    ``thumbnails_failed(list[tuple[str, str]])``, image id and a sentence; ``bug_found(str)``.

    A picture that failed is not tried again; one that the network failed is, after a while.
    """

    thumbnails_ready = Signal(object)
    thumbnails_failed = Signal(object)
    bug_found = Signal(str)

    def __init__(
        self,
        service: StorageService,
        threads: int = 2,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._clock = clock
        self._failed: dict[str, float | None] = {}  # until when, None for good
        self._jobs: WantedJobs[_Key, ImageRecord] = WantedJobs()
        self._outcomes: GuiInbox[_Outcome] = GuiInbox(self._on_outcomes, self)
        self._threads = WorkerThreads("thumbnails", threads, self._work)

    def request(self, records: Sequence[ImageRecord], side: int) -> None:
        """Want thumbnails whose long side is ``side`` device pixels, in this order, and no others any more."""
        now = self._clock()
        self._jobs.replace(((record.image_id, side), record) for record in records if not self._has_failed(record, now))
        self._threads.start()

    def forget_failures(self) -> None:
        """Try everything again that is requested: the network is back, say."""
        self._failed.clear()

    def shutdown(self, timeout_ms: int = 2000) -> bool:
        """Cancel and end the threads; False if one did not end in time."""
        self._jobs.close()
        self._outcomes.close()
        return self._threads.join(timeout_ms)

    def _has_failed(self, record: ImageRecord, now: float) -> bool:
        if record.image_id not in self._failed:
            return False
        until = self._failed[record.image_id]
        return until is None or now < until

    # On the worker threads

    def _work(self) -> None:
        while (job := self._jobs.take()) is not None:
            ending = guarded(partial(self._load, job))
            if self._jobs.finish(job) and not ending.cancelled:
                self._outcomes.post(_Outcome(job.value, job.key[1], ending))

    def _load(self, job: Job[_Key, ImageRecord]) -> QImage:
        return image_of(self._service.thumbnail(job.value, job.key[1], job.cancel))

    # On the GUI thread

    def _on_outcomes(self, outcomes: list[_Outcome]) -> None:
        ready: list[tuple[str, int, QImage]] = []
        failed: list[tuple[str, str]] = []
        for outcome in outcomes:
            image_id, ending = outcome.record.image_id, outcome.ending
            if ending.value is not None:
                self._failed.pop(image_id, None)
                ready.append((image_id, outcome.side, ending.value))
            elif ending.error is not None:
                temporary = isinstance(ending.error, EnvironmentFault)
                self._failed[image_id] = self._clock() + AGAIN_AFTER if temporary else None
                failed.append((image_id, ending.error.message))
                if ending.bug is not None:
                    self.bug_found.emit(ending.bug)
        if ready:
            self.thumbnails_ready.emit(ready)
        if failed:
            self.thumbnails_failed.emit(failed)
