"""Loads the viewer's pictures: the one that is shown first, then its neighbours for the next key press.

``request`` and ``prefetch`` → wanted list → worker threads → service → QImage → cache, and to the viewer if it is what
the viewer waits for. What is no longer wanted is cancelled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from imagedesk.core.image_record import ImageRecord
from imagedesk.service.storage_service import StorageService
from imagedesk.workers.gui_inbox import GuiInbox
from imagedesk.workers.image_pixels import image_of
from imagedesk.workers.picture_cache import LoadedPicture, PictureCache, PictureKey
from imagedesk.workers.wanted import Job, WantedJobs
from imagedesk.workers.worker_threads import Ending, WorkerThreads, guarded

CACHE_BYTES = 256_000_000
PROGRESS_MS = 50


@dataclass(frozen=True, slots=True)
class _Outcome:
    key: PictureKey
    ending: Ending[LoadedPicture]


class PictureLoader(QObject):
    """``max_side`` is in device pixels; 0 or None means full size. Signals, only for the picture requested last, and
    once for a request:
    ``picture_ready(str, QImage, int, int)``, with the full width and height; ``picture_failed(str, str)``, with a
    sentence; ``picture_progressed(str, done, total)`` in bytes. And ``bug_found(str)``.
    """

    picture_ready = Signal(str, object, int, int)
    picture_failed = Signal(str, str)
    picture_progressed = Signal(str, object, object)  # Python numbers: bytes may exceed a C int
    bug_found = Signal(str)

    def __init__(
        self, service: StorageService, threads: int = 2, cache_bytes: int = CACHE_BYTES, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._cache = PictureCache(cache_bytes)
        self._current: tuple[PictureKey, ImageRecord] | None = None
        self._answered = False  # for the current one, by a picture or a failure
        self._prefetched: list[tuple[PictureKey, ImageRecord]] = []
        self._jobs: WantedJobs[PictureKey, ImageRecord] = WantedJobs()
        self._outcomes: GuiInbox[_Outcome] = GuiInbox(self._on_outcomes, self)
        self._progress: GuiInbox[tuple[PictureKey, int, int]] = GuiInbox(self._on_progress, self, PROGRESS_MS)
        self._threads = WorkerThreads("pictures", threads, self._work)

    def request(self, record: ImageRecord, max_side: int | None, page: int = 0) -> None:
        """Show this picture, or this page of it, next. The answer comes by signal, also when it is at hand."""
        self._current, self._answered = ((record.image_id, max_side or None, page), record), False
        if (picture := self._cache.get(self._current[0])) is not None:
            self._outcomes.post(_Outcome(self._current[0], Ending(value=picture)))
        self._want()

    def prefetch(self, records: Sequence[ImageRecord], max_side: int | None) -> None:
        """Have these ready, in place of those asked for before."""
        self._prefetched = [((record.image_id, max_side or None, 0), record) for record in records]
        self._want()

    def cancel(self) -> None:
        """The viewer is closed: nothing is wanted."""
        self._current, self._prefetched = None, []
        self._want()

    def shutdown(self, timeout_ms: int = 2000) -> bool:
        """Cancel and end the threads; False if one did not end in time."""
        self._jobs.close()
        self._outcomes.close()
        self._progress.close()
        return self._threads.join(timeout_ms)

    def _want(self) -> None:
        # One that was answered is not loaded again because it failed or is too large for the cache.
        wanted = ([self._current] if self._current and not self._answered else []) + self._prefetched
        self._jobs.replace((key, record) for key, record in wanted if self._cache.get(key) is None)
        if wanted:
            self._threads.start()

    # On the worker threads

    def _work(self) -> None:
        while (job := self._jobs.take()) is not None:
            ending = guarded(partial(self._load, job))
            if self._jobs.finish(job) and not ending.cancelled:
                self._outcomes.post(_Outcome(job.key, ending))

    def _load(self, job: Job[PictureKey, ImageRecord]) -> LoadedPicture:
        def progress(done: int) -> None:
            self._progress.post((job.key, done, job.value.size))

        _, max_side, page = job.key
        pixels = self._service.picture(job.value, max_side, progress, job.cancel, page)
        return LoadedPicture(image_of(pixels), pixels.full_width, pixels.full_height)

    # On the GUI thread

    def _on_outcomes(self, outcomes: list[_Outcome]) -> None:
        for outcome in outcomes:
            ending, image_id = outcome.ending, outcome.key[0]
            if ending.bug is not None:
                self.bug_found.emit(ending.bug)
            if ending.value is not None:
                self._cache.put(outcome.key, ending.value)
            if not self._is_awaited(outcome.key):
                continue
            self._answered = True
            if (picture := ending.value) is not None:
                self.picture_ready.emit(image_id, picture.image, picture.full_width, picture.full_height)
            elif ending.error is not None:
                self.picture_failed.emit(image_id, ending.error.message)

    def _on_progress(self, reports: list[tuple[PictureKey, int, int]]) -> None:
        for key, done, total in reversed(reports):
            if self._is_awaited(key):
                self.picture_progressed.emit(key[0], done, total)
                return

    def _is_awaited(self, key: PictureKey) -> bool:
        return self._current is not None and self._current[0] == key and not self._answered
