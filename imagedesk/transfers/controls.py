"""The window's side of the queue: controls, and what a display reads. Nothing here waits for the disk or the network.

What a control means for the journal is noted, and written by the worker thread that takes next.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator

from imagedesk.transfers.bandwidth import Bandwidth
from imagedesk.transfers.concurrency import Concurrency
from imagedesk.transfers.outage import Outage
from imagedesk.transfers.pace import Pace
from imagedesk.transfers.pending_journal import PendingJournal
from imagedesk.transfers.rows import Row, TransferRows
from imagedesk.transfers.transfer import ChangeBatch, DuplicateAnswer, Transfer, TransferState, TransferSummary


class TransferControls:
    """Thread-safe: one lock guards the rows, and wakes the worker threads that wait in the queue."""

    def __init__(self, pending: PendingJournal, clock: Callable[[], float], concurrency: Concurrency) -> None:
        self._clock = clock
        self._concurrency = concurrency
        self._condition = threading.Condition()
        self._pending = pending
        self._rows = TransferRows(pending)
        self._pace = Pace()
        self._outage = Outage()
        self._bandwidth = Bandwidth()
        self._concurrency = concurrency
        self._paused = self._closed = self._told = False
        self._listener: Callable[[], None] | None = None
        self._answers: dict[int, DuplicateAnswer] = {}

    # For a display

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call ``listener``, from any thread, when something changed; not again before ``take_changes``. What was there
        before counts as a change."""
        with self._condition:
            self._listener = listener
            self._told = False
        self._tell()

    def take_changes(self) -> ChangeBatch:
        """What changed since the last call."""
        with self._condition:
            self._told = False  # before reading: a change that comes now tells again
            return self._rows.take_changes()

    def snapshot(self) -> list[Transfer]:
        """Every row, by ascending id."""
        with self._condition:
            return [row.transfer for row in self._rows]

    def summary(self) -> TransferSummary:
        """Cheap at any number of rows."""
        with self._condition:
            tally, now = self._rows.tally, self._clock()
            remaining = tally.bytes_total - tally.bytes_done
            moving = not self._paused and not tally.is_idle
            return TransferSummary(
                running=tally.rows(TransferState.RUNNING),
                waiting=tally.rows(TransferState.WAITING, TransferState.PAUSED),
                done=tally.rows(TransferState.DONE),
                failed=tally.rows(TransferState.FAILED),
                cancelled=tally.rows(TransferState.CANCELLED),
                duplicate=tally.rows(TransferState.DUPLICATE),
                skipped=tally.skipped,
                bytes_done=tally.bytes_done,
                bytes_total=tally.bytes_total,
                speed=self._pace.speed(now) if moving else 0.0,
                seconds_left=self._pace.seconds_left(now, remaining) if moving else None,
                paused=self._paused,
            )

    # Controls

    def limit_bandwidth(self, bytes_a_second: float | None) -> None:
        """For all transfers together; None for no limit."""
        self._bandwidth.limit(bytes_a_second)
        with self._changing():  # more may run now
            pass

    def give_way(self) -> None:
        """A person uses the window: only a few may run for a moment. Waits for no lock."""
        self._concurrency.give_way()

    def pause_all(self) -> None:
        """Start nothing more, and stop what runs: it shows PAUSED and begins anew when resumed."""
        with self._changing():
            self._paused = True
            self._pace.reset()
            for row in self._rows.running():
                self._rows.pause(row)

    def resume_all(self) -> None:
        with self._changing():
            self._paused = False
            self._outage.forgive()
            for row in self._rows:
                self._rows.resume(row)

    def cancel_all(self) -> None:
        with self._changing():
            for row in self._rows:
                self._rows.cancel(row)

    def retry_failed(self) -> None:
        with self._changing():
            self._outage.forgive()
            for row in self._rows:
                if row.state is TransferState.FAILED:
                    self._rows.retry(row)

    def end_outage(self) -> None:
        """Something else was answered by the store: what waits for it need wait no longer."""
        with self._changing():
            self._outage.end()

    def answer_duplicates(self, answer: DuplicateAnswer, batch: int) -> None:
        """For all duplicates of a batch, those found later too. Skipped ones keep their row until it is cleared, and
        are not asked about again."""
        with self._changing():
            self._answers[batch] = answer
            for row in self._rows:
                if row.transfer.batch == batch and row.state is TransferState.DUPLICATE:
                    self._rows.answer(row, answer)

    def answer_duplicate(self, answer: DuplicateAnswer, *transfer_ids: int) -> None:
        """For some of them."""
        self._control(lambda row: self._rows.answer(row, answer), transfer_ids)

    def clear_finished(self) -> None:
        """Remove the rows that are done, failed, cancelled or duplicates."""
        with self._changing():
            for row in [row for row in self._rows if row.state.is_finished]:
                self._rows.remove(row)

    def pause(self, *transfer_ids: int) -> None:
        """One, or thousands at once; so are the controls below."""
        self._control(self._rows.pause, transfer_ids)

    def resume(self, *transfer_ids: int) -> None:
        self._control(self._rows.resume, transfer_ids)

    def cancel(self, *transfer_ids: int) -> None:
        """Give them up. Their rows stay, and can be retried."""
        self._control(self._rows.cancel, transfer_ids)

    def retry(self, *transfer_ids: int) -> None:
        """Let those that failed or were cancelled wait for their turn again."""
        with self._condition:
            self._outage.forgive()
        self._control(self._rows.retry, transfer_ids)

    def dismiss(self, *transfer_ids: int) -> None:
        """Remove rows; what has not ended is given up first."""
        self._control(self._rows.dismiss, transfer_ids)

    def threads_wanted(self) -> int:
        """How many worker threads have something to do now."""
        with self._condition:
            at_hand = self._rows.tally.rows(TransferState.RUNNING, TransferState.WAITING)
            return min(self._concurrency.allowed, max(1, at_hand))

    # Under the lock

    @property
    def _allowed(self) -> int:
        """How many may run at once: few share a low limit, so that none starves."""
        most = self._bandwidth.most_at_once
        return self._concurrency.allowed if most is None else min(self._concurrency.allowed, most)

    def _control(self, step: Callable[[Row], None], transfer_ids: Iterable[int]) -> None:
        with self._changing():
            for transfer_id in transfer_ids:
                if (row := self._rows.get(transfer_id)) is not None:
                    step(row)

    @contextlib.contextmanager
    def _changing(self, *, wake: bool = True) -> Iterator[None]:
        """Hold the lock for a change, then wake the worker threads and tell the display."""
        with self._condition:
            yield
            if wake:
                self._condition.notify_all()
        self._tell()

    def _tell(self) -> None:
        with self._condition:
            listener, told = self._listener, self._told
            self._told = listener is not None
        if listener is not None and not told:
            listener()
