"""The far side of ``ServiceProcess``: runs its calls, one thread a line, until the control closes or breaks."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import ImageDeskError
from imagedesk.core.processors import keep_to_one
from imagedesk.service.service_calls import (
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
from imagedesk.service.storage_service import StorageService
from imagedesk.service.transfer_service import Throttle

log = logging.getLogger(__name__)

TELL_SECONDS = 0.05  # between two progresses that are told
END_SECONDS = 0.5  # that calls have to end when all closes
WITH_PROGRESS = frozenset({"upload", "download", "download_zip"})


class Control:
    """The pipe of what concerns no single line. ``send`` may come from any thread, and never raises."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def send(self, message: object) -> None:
        with self._lock, contextlib.suppress(OSError, ValueError):  # nobody is there any more
            self._connection.send(message)

    def receive(self) -> object | None:
        """None once the other side wants to close, or is gone."""
        try:
            return self._connection.recv()  # type: ignore[no-any-return]
        except (EOFError, OSError):
            return None


class LogForwarding(logging.Handler):
    """Hands what is logged here to the window's process."""

    def __init__(self, control: Control) -> None:
        super().__init__(logging.WARNING)
        self._control = control

    def emit(self, record: logging.LogRecord) -> None:
        self._control.send(Logged(record.name, record.levelno, self.format(record)))


class ServedCalls:
    """``serve`` blocks until the other side has gone; what still runs then is cancelled."""

    def __init__(self, service: StorageService, throttle: Throttle, control: Control) -> None:
        self._service, self._throttle, self._control = service, throttle, control
        self._lock = threading.Condition()
        self._running: dict[int, CancelToken] = {}
        self._cancelled: set[int] = set()  # before they came to be read
        self._closing = self._closely = False

    def serve(self, lines: Sequence[Connection]) -> None:
        self._throttle.tell_complaints(lambda service: self._control.send(Complaint(service)))
        begun = False
        while (message := self._control.receive()) is not None:
            self._heed(message)
            if isinstance(message, Telling) and not begun:  # no call before that
                begun = True
                self._begin(lines)
        self._end()

    def _begin(self, lines: Sequence[Connection]) -> None:
        for line in lines:
            threading.Thread(target=self._serve_line, args=(line,), daemon=True).start()
        self._control.send(READY)

    def _heed(self, message: object) -> None:
        if isinstance(message, CancelCall):
            self._cancel(message.number)
        elif isinstance(message, Complaint):
            self._throttle.heed_complaint(message.service)
        elif isinstance(message, Telling):
            self._closely = message.closely

    def _end(self) -> None:
        with self._lock:
            self._closing = True
            running = list(self._running.values())
        for token in running:
            token.cancel()
        with self._lock:
            self._lock.wait_for(lambda: not self._running, END_SECONDS)

    def _serve_line(self, line: Connection) -> None:
        keep_to_one()
        with contextlib.suppress(EOFError, OSError):  # the other side has gone
            while True:
                line.send(self._ending(line.recv(), line))

    def _cancel(self, number: int) -> None:
        with self._lock:
            token = self._running.get(number)
            if token is None:
                self._cancelled.add(number)
        if token is not None:
            token.cancel()

    def _ending(self, call: Call, line: Connection) -> Ended:
        cancel, reporting = CancelToken(), _Reporting(line, lambda: self._closely)
        with self._lock:
            self._running[call.number] = cancel
            is_over = self._closing or call.number in self._cancelled
        if is_over:
            cancel.cancel()
        try:
            value = self._result(call, reporting, cancel)
            return Ended(self._load(), value=value, done=reporting.untold)
        except ImageDeskError as error:
            return Ended(self._load(), error=error, done=reporting.untold)
        except Exception as error:  # the process's boundary: our bugs go to the log and to a dialog
            log.exception("unexpected error in the process of transfers")
            return Ended(self._load(), bug=f"{type(error).__name__}: {error}")
        finally:
            with self._lock:
                del self._running[call.number]
                self._lock.notify_all()
                self._cancelled.discard(call.number)

    def _result(self, call: Call, reporting: _Reporting, cancel: CancelToken) -> Any:
        self._service.identity()  # asked once: whose bucket it must be is known from then on
        method: Callable[..., Any] = getattr(self._service, call.method)
        if call.method in WITH_PROGRESS:
            return method(*call.arguments, reporting.progress, cancel, **call.options)
        return method(*call.arguments, **call.options)

    def _load(self) -> Load:
        return Load(self._throttle.at_once, time.process_time())


class _Reporting:
    """Tells progress now and then, and waits until it was heard: a limit to the bandwidth holds a transfer there."""

    def __init__(self, line: Connection, closely: Callable[[], bool]) -> None:
        self._line, self._closely = line, closely
        self._lock = threading.Lock()
        self._told_at = time.monotonic()
        self.untold: int | None = None

    def progress(self, done: int) -> None:
        with self._lock:
            self.untold = done
            if time.monotonic() - self._told_at < TELL_SECONDS and not self._closely():
                return
            self._line.send(Progressed(done))
            self.untold = None
            if self._line.recv() is not GO:
                raise EOFError
            self._told_at = time.monotonic()
