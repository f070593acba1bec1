"""The parent's side of one decoder process: start it, ask it, end it.

One thread at a time owns a child and asks it; ``end`` alone may come from another thread meanwhile.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import BadPicture, Cancelled
from imagedesk.core.heaps import large_pages
from imagedesk.core.interrupts import interrupt_blocked
from imagedesk.core.processors import on_all
from imagedesk.pictures.decoder_process import run
from imagedesk.pictures.decoder_protocol import READY, MalformedAnswer, Request
from imagedesk.pictures.decoder_reply import DecoderReply, next_message
from imagedesk.pictures.limits import TimeLimits
from imagedesk.pictures.patience import Patience, TookTooLong
from imagedesk.pictures.request_sending import WatchedSending

END_SECONDS = 2.0
T = TypeVar("T")


class ChildDied(Exception):
    """The process ended in mid-answer. A negative exit status is the signal that ended it."""

    def __init__(self, exit_code: int | None) -> None:
        super().__init__(f"exit status {exit_code}")
        self.exit_code = exit_code


class ChildDidNotStart(Exception):
    """The process ended, or stayed silent, before it was ready for a picture."""


class DecoderChild:
    """Starts its process when it is first needed, and another one after that has ended."""

    def __init__(self, time_limits: TimeLimits) -> None:
        self._time_limits = time_limits
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None
        self._is_ready = False
        self._unread: DecoderReply | None = None  # to a request that was cancelled
        self._retired = False
        self._hurries = False  # other programs left its process no time: the next one waits for less
        self._lock = threading.Lock()

    @property
    def pid(self) -> int | None:
        process = self._process
        return None if process is None else process.pid

    @property
    def is_idle(self) -> bool:
        """Running, and not busy with a request that was cancelled."""
        return self._process is not None and self._unread is None

    def start(self) -> None:
        """Launch the process without waiting until it is ready. Raises Cancelled once the child is retired."""
        with self._lock:
            if self._retired:
                raise Cancelled
            if self._process is not None and self._process.is_alive():
                return
            self._discard()
            # Spawned, never forked: a fork of a process with threads may inherit a lock that is held.
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            process = context.Process(target=run, args=(theirs, self._hurries), name="imagedesk-decoder", daemon=True)
            with theirs, interrupt_blocked(), on_all(), large_pages():
                process.start()
            self._process, self._connection, self._is_ready = process, ours, False

    def ask(
        self,
        request: Request,
        payload: bytes,
        read: Callable[[dict[str, Any], bytes], T],
        cancel: CancelToken | None,
    ) -> T:
        """The answer's facts and bytes, as ``read`` understands them.

        Raises the BadPicture that the child reports, ChildDidNotStart, ChildDied, TookTooLong, MalformedAnswer, or
        Cancelled. After Cancelled the process is left to finish; after those before it, it is ended. A request whose
        process got no time to compute is asked once more, of one that gives way less.
        """
        try:
            return self._ask_once(request, payload, read, cancel)
        except TookTooLong as error:
            if self._hurries or not error.starved:
                raise
        self._hurries = True
        return self._ask_once(request, payload, read, cancel)

    def _ask_once(
        self,
        request: Request,
        payload: bytes,
        read: Callable[[dict[str, Any], bytes], T],
        cancel: CancelToken | None,
    ) -> T:
        connection = self._ready_connection(cancel)
        try:
            patience = self._patience(request.seconds)
            self._send(connection, request, payload, WatchedSending(patience, cancel, self._kill))
            self._unread = reply = DecoderReply(connection)
            answer = read(*reply.read(patience, cancel))
        except (EOFError, OSError) as error:
            exit_code = self._give_up()
            raise ChildDied(exit_code) from error
        except (TookTooLong, MalformedAnswer):
            self._give_up()
            raise
        except BadPicture:
            self._unread = None
            raise
        self._unread = None
        return answer

    def _send(self, connection: Connection, request: Request, payload: bytes, sending: WatchedSending) -> None:
        try:
            connection.send_bytes(request.to_bytes())
            sending.send(connection, payload)
        except Cancelled:  # half of a request is nothing to finish
            self._give_up()
            raise

    def end(self) -> None:
        """Kill the process for good. A thread that waits for its answer gets Cancelled."""
        with self._lock:
            self._retired = True
        self._kill()

    def _kill(self) -> None:
        with self._lock:
            if self._process is not None:
                self._process.kill()

    def release(self) -> None:
        """Reap the killed process and close the pipe. For the owner alone."""
        with self._lock:
            self._discard()

    def _ready_connection(self, cancel: CancelToken | None) -> Connection:
        self._read_what_was_cancelled(cancel)
        self.start()
        connection = self._connection
        assert connection is not None
        if self._is_ready:
            return connection
        try:
            if next_message(connection, self._patience(self._time_limits.start), cancel) != READY:
                raise MalformedAnswer("the greeting")
        except TookTooLong as error:
            self._give_up()
            if error.starved:
                raise
            raise ChildDidNotStart("it stayed silent") from error
        except (EOFError, OSError, MalformedAnswer) as error:
            exit_code = self._give_up()
            raise ChildDidNotStart(f"exit status {exit_code}") from error
        self._is_ready = True
        return connection

    def _read_what_was_cancelled(self, cancel: CancelToken | None) -> None:
        """Most decodes end sooner than a new process is up, so an abandoned one gets a moment to."""
        if self._unread is None:
            return
        try:
            self._unread.read(self._patience(self._time_limits.drain), cancel)
        except BadPicture:
            pass
        except (EOFError, OSError, TookTooLong, MalformedAnswer):
            self._give_up()
        self._unread = None

    def _patience(self, seconds: float) -> Patience:
        return Patience(seconds, self.pid)

    def _give_up(self) -> int | None:
        """End the process and forget it; its exit status. Raises Cancelled if it was ended because all is closing."""
        with self._lock:
            process = self._process
            self._discard()
            if self._retired:
                raise Cancelled
            return None if process is None else process.exitcode

    def _discard(self) -> None:
        process, connection = self._process, self._connection
        self._process = self._connection = self._unread = None
        if connection is not None:
            connection.close()
        if process is None:
            return
        process.join(0.1)  # one that has just died by itself keeps its own exit status
        process.kill()
        process.join(END_SECONDS)
