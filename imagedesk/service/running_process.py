"""The window's side of one process that transfers: its pipes, the calls on them, its end."""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.interrupts import interrupt_blocked
from imagedesk.core.ports import Progress
from imagedesk.service.served_calls import Control
from imagedesk.service.service_calls import CLOSE, GO, READY, Call, CancelCall, Ended, Progressed

LINES = 32  # calls at once; more wait
END_SECONDS = 1.0

ChildMain = Callable[[Connection, Sequence[Connection]], None]


class RunningProcess:
    """Starts as it is made. ``on_control`` hears what comes over the control, on a thread of its own. Every call raises
    EOFError or OSError once the process has ended."""

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

    def answer(self, call: Call, progress: Progress, cancel: CancelToken | None) -> Ended:
        """Blocks until the call has ended. Raises Cancelled for one that has not begun."""
        self._wait_until_ready(cancel)
        with self._line(cancel) as line, _interrupting(cancel, lambda: self.control.send(CancelCall(call.number))):
            return _answered(line, call, progress)

    def _wait_until_ready(self, cancel: CancelToken | None) -> None:
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
    def _line(self, cancel: CancelToken | None) -> Iterator[Connection]:
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
