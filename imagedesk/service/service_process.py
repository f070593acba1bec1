"""The storage service for transfers in a process of its own, so that their work never holds up the window's threads.

    worker thread → a free line → the process's thread for it → its own connections to the stores

The process starts with the first call, and anew with the next one after it has ended; calls that it took along are as
if the store had been out of reach. It ends when its pipes close, however the window's process ended.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import multiprocessing
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import Cancelled, StoreUnavailable
from imagedesk.core.file_names import NameClash
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.interrupts import interrupt_blocked
from imagedesk.core.ports import Progress, no_progress
from imagedesk.service.served_calls import Control
from imagedesk.service.service_calls import (
    CLOSE,
    GO,
    READY,
    Call,
    CancelCall,
    Complaint,
    Ended,
    Load,
    Logged,
    Progressed,
    Telling,
)
from imagedesk.service.transfer_service import Throttle
from imagedesk.service.uploading import UploadRequest

LINES = 32  # calls at once; more wait
END_SECONDS = 1.0
_numbers = count(1)

ChildMain = Callable[[Connection, Sequence[Connection]], None]


class ServiceProcess:
    """Implements ``TransferService``. ``main`` is what the process runs, picklable; ``throttle`` is that of this
    process, whose complaints and the other's are shared. After ``close`` every call raises Cancelled."""

    def __init__(self, main: ChildMain, throttle: Throttle) -> None:
        self._main = main
        self._throttle = throttle
        self._lock = threading.Lock()
        self._running: _Running | None = None
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
        self._tell(Telling(closely))

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
        running = self._started()
        call = Call(next(_numbers), method, self._closely, arguments, options)
        try:
            running.wait_until_ready(cancel)
            with running.line(cancel) as line, _interrupting(cancel, lambda: running.cancel(call.number)):
                ended = _answered(line, call, progress)
        except (EOFError, OSError) as error:
            self._lose(running)
            raise StoreUnavailable("The process that transfers has ended: the transfer begins anew.") from error
        self._load = ended.load
        if ended.bug is not None:
            raise RuntimeError(ended.bug)
        if ended.error is not None:
            raise ended.error
        return ended.value

    def _started(self) -> _Running:
        with self._lock:
            if self._closed:
                raise Cancelled
            if self._running is None:
                self._running = _Running(self._main, self._on_control)
            return self._running

    def _lose(self, running: _Running) -> None:
        """Its pipes broke. Raises Cancelled if that is because all closes."""
        with self._lock:
            if self._running is running:
                self._running = None
                self._used_before, self._load = self.processor_seconds(), None
            closed = self._closed
        running.end()
        if closed:
            raise Cancelled

    def _on_control(self, message: object) -> None:
        if isinstance(message, Complaint):
            self._throttle.heed_complaint(message.service)
        elif isinstance(message, Logged):
            logging.getLogger(message.logger).log(message.level, "%s", message.text)

    def _tell(self, message: object) -> None:
        if (running := self._running) is not None:
            running.control.send(message)


class _Running:
    """One process and its pipes."""

    def __init__(self, main: ChildMain, on_control: Callable[[object], None]) -> None:
        # Spawned, never forked: a fork of a process with threads may inherit a lock that is held.
        context = multiprocessing.get_context("spawn")
        pipes = [context.Pipe() for _ in range(LINES + 1)]
        self._lines = [ours for ours, _theirs in pipes]
        theirs = [theirs for _ours, theirs in pipes]
        self.control = Control(self._lines[0])
        self._free: queue.LifoQueue[Connection] = queue.LifoQueue()
        self._ending = threading.Lock()
        self._heard = threading.Condition()
        self._is_ready = self._is_gone = False
        for line in self._lines[1:]:
            self._free.put(line)
        # No daemon, which may have no children: it decodes in processes of its own.
        self._process: SpawnProcess = context.Process(
            target=main, args=(theirs[0], theirs[1:]), name="imagedesk-transfers", daemon=False
        )
        try:
            with interrupt_blocked():
                self._process.start()
        finally:
            for connection in theirs:
                connection.close()
        self._listener = threading.Thread(target=self._listen, args=(on_control,), daemon=True)
        self._listener.start()
        atexit.register(self.end)  # goes before multiprocessing's own, which waits for the process

    def wait_until_ready(self, cancel: CancelToken | None) -> None:
        """From then on a cancellation is heard. Raises Cancelled, and EOFError if the process has ended."""
        if self._is_ready:
            return
        with _interrupting(cancel, self._wake), self._heard:
            while not (self._is_ready or self._is_gone):
                if cancel is not None:
                    cancel.raise_if_cancelled()
                self._heard.wait()
        if not self._is_ready:
            raise EOFError

    def _wake(self) -> None:
        with self._heard:
            self._heard.notify_all()

    @contextlib.contextmanager
    def line(self, cancel: CancelToken | None) -> Iterator[Connection]:
        """A line that is free, for one call. One that broke is not given back: it raises for whoever is next."""
        while True:
            try:
                line = self._free.get(timeout=0.1)
                break
            except queue.Empty:
                if cancel is not None:
                    cancel.raise_if_cancelled()
        try:
            yield line
        finally:
            self._free.put(line)

    def cancel(self, number: int) -> None:
        self.control.send(CancelCall(number))

    def end(self) -> None:
        """Ask it to end, kill it if that takes long; whoever waits for an answer then gets none."""
        atexit.unregister(self.end)
        self.control.send(CLOSE)
        with self._ending:
            self._process.join(END_SECONDS if self._is_ready else 0)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()
            self._listener.join()
            for line in self._lines:  # only now: a close wakes no thread that reads
                line.close()

    def _listen(self, on_control: Callable[[object], None]) -> None:
        while (message := self.control.receive()) is not None:
            if message == READY:
                self._is_ready = True
                self._wake()
            else:
                on_control(message)
        self._is_gone = True
        self._wake()


@contextlib.contextmanager
def _interrupting(cancel: CancelToken | None, interrupt: Callable[[], None]) -> Iterator[None]:
    if cancel is None:
        yield
        return
    cancel.add_interrupt(interrupt)
    try:
        yield
    finally:
        cancel.remove_interrupt(interrupt)


def _answered(line: Connection, call: Call, progress: Progress) -> Ended:
    line.send(call)
    while isinstance(answer := line.recv(), Progressed):
        progress(answer.done)
        line.send(GO)
    assert isinstance(answer, Ended)
    if answer.done is not None:
        progress(answer.done)
    return answer
