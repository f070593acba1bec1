"""The storage service for transfers in a process of its own, so that their work never holds up the window's threads.

    worker thread → a free line → the process's thread for it → its own connections to the stores

The process starts with the first call, and anew with the next one after it has ended; calls that it took along are as
if the store had been out of reach. It ends when its pipes close, however the window's process ended.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import Cancelled, StoreUnavailable
from imagedesk.core.file_names import NameClash
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.ports import Progress, no_progress
from imagedesk.service.running_process import ChildMain, RunningProcess
from imagedesk.service.service_calls import Call, Complaint, Load, Logged, Telling
from imagedesk.service.transfer_service import Throttle
from imagedesk.service.uploading import UploadRequest

_numbers = count(1)


class ServiceProcess:
    """Implements ``TransferService``. ``main`` is what the process runs, picklable; ``throttle`` is that of this
    process, whose complaints and the other's are shared. After ``close`` every call raises Cancelled."""

    def __init__(self, main: ChildMain, throttle: Throttle) -> None:
        self._main = main
        self._throttle = throttle
        self._lock, self._telling = threading.Lock(), threading.Lock()
        self._running: RunningProcess | None = None
        self._calls = 0  # under way
        self._closed = self._closely = False
        self._load: Load | None = None
        self._used_before = 0.0  # seconds, by processes that have ended
        throttle.tell_complaints(lambda service: self._tell(Complaint(service)))

    @property
    def at_once(self) -> int:
        """How many transfers the services bear at once now."""
        return self._throttle.at_once if self._load is None else self._load.at_once

    def processor_seconds(self) -> float:
        """Used by the process, as far as it has told."""
        return self._used_before + (0.0 if self._load is None else self._load.processor_seconds)

    def upload(
        self, request: UploadRequest, progress: Progress = no_progress, cancel: CancelToken | None = None
    ) -> ImageRecord:
        return self._call("upload", request, progress=progress, cancel=cancel)  # type: ignore[no-any-return]

    def download(
        self,
        record: ImageRecord,
        target: Path,
        progress: Progress = no_progress,
        cancel: CancelToken | None = None,
        *,
        clash: NameClash = NameClash.KEEP_BOTH,
    ) -> Path:
        return self._call(  # type: ignore[no-any-return]
            "download", record, target, progress=progress, cancel=cancel, clash=clash
        )

    def download_zip(
        self,
        records: Sequence[ImageRecord],
        target: Path,
        progress: Progress = no_progress,
        cancel: CancelToken | None = None,
        *,
        clash: NameClash = NameClash.KEEP_BOTH,
    ) -> Path:
        return self._call(  # type: ignore[no-any-return]
            "download_zip", records, target, progress=progress, cancel=cancel, clash=clash
        )

    def show(self, image_id: str) -> ImageRecord:
        return self._call("show", image_id)  # type: ignore[no-any-return]

    def tell_closely(self, closely: bool) -> None:
        """Whether each progress is told before a transfer goes on, so that it can be held there, or a few a second."""
        self._closely = closely
        self._tell_telling()

    def rest(self) -> None:
        """Nothing is to do for a while: give back the memory, at once and without waiting for it. A call that comes
        starts the process anew."""
        with self._lock:
            if self._calls or (running := self._running) is None:
                return
            self._forget(running)
        threading.Thread(target=running.end, name="transfers' end", daemon=True).start()

    def close(self) -> None:
        """End the process: calls under way raise Cancelled. Returns within about a second; may be repeated."""
        with self._lock:
            self._closed = True
            running, self._running = self._running, None
        if running is not None:
            running.end()

    def _call(
        self,
        method: str,
        *arguments: object,
        progress: Progress = no_progress,
        cancel: CancelToken | None = None,
        **options: object,
    ) -> Any:
        running = self._taken()
        call = Call(next(_numbers), method, arguments, options)
        try:
            ended = running.answer(call, progress, cancel)
        except (EOFError, OSError) as error:
            self._lose(running)
            raise StoreUnavailable("The process that transfers has ended: the transfer begins anew.") from error
        finally:
            with self._lock:
                self._calls -= 1
        self._load = ended.load
        if ended.bug is not None:
            raise RuntimeError(ended.bug)
        if ended.error is not None:
            raise ended.error
        return ended.value

    def _taken(self) -> RunningProcess:
        """The process, started, for one more call. Raises StoreUnavailable where the system gives it none."""
        with self._lock:
            if self._closed:
                raise Cancelled
            if self._running is None:
                try:
                    self._running = RunningProcess(self._main, self._on_control)
                except OSError as error:
                    sentence = "The process that transfers cannot start: close other programs, then try again."
                    raise StoreUnavailable(sentence) from error
                self._tell_telling()
            self._calls += 1
            return self._running

    def _forget(self, running: RunningProcess) -> None:
        if self._running is running:
            self._running = None
            self._used_before, self._load = self.processor_seconds(), None

    def _lose(self, running: RunningProcess) -> None:
        """Its pipes broke. Raises Cancelled if that is because all closes."""
        with self._lock:
            self._forget(running)
            closed = self._closed
        running.end()
        if closed:
            raise Cancelled

    def _on_control(self, message: object) -> None:
        if isinstance(message, Complaint):
            self._throttle.heed_complaint(message.service)
        elif isinstance(message, Logged):
            logging.getLogger(message.logger).log(message.level, "%s", message.text)

    def _tell_telling(self) -> None:
        with self._telling:  # what is told last is what holds
            self._tell(Telling(self._closely))

    def _tell(self, message: object) -> None:
        if (running := self._running) is not None:
            running.control.send(message)
