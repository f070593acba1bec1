"""The rows of the queue and the steps that one may take between its states.

    WAITING ⇄ PAUSED      WAITING → RUNNING → DONE
    RUNNING → WAITING     the store is out of reach for now, or the window closes
    RUNNING → PAUSED, CANCELLED, FAILED, DUPLICATE
    FAILED, CANCELLED → WAITING  by retry      DUPLICATE → WAITING  by an answer

A running row that is told to stop keeps running until its worker lets go of it. Every step goes through ``put``, which
keeps the counts and notes what a display must show anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from imagedesk.core.cancellation import CancelToken
from imagedesk.transfers.pending_journal import PendingJournal
from imagedesk.transfers.tally import Tally
from imagedesk.transfers.transfer import ChangeBatch, DuplicateAnswer, Transfer, TransferState, changed
from imagedesk.transfers.turns import Turns

_OVER = frozenset({TransferState.DONE, TransferState.CANCELLED})


@dataclass(slots=True)
class Row:
    """``stop`` is what a running one becomes once its worker lets go. ``past`` rows ended before the present round of
    work and are no longer counted. ``resumed``: an earlier attempt may have got further than we know."""

    transfer: Transfer
    cancel: CancelToken | None = None
    stop: TransferState | None = None
    dismissed: bool = False
    resumed: bool = False
    retried: bool = False
    past: bool = False

    @property
    def state(self) -> TransferState:
        return self.transfer.state


class TransferRows:
    """Not thread-safe: the queue's lock guards it."""

    def __init__(self, pending: PendingJournal) -> None:
        self.tally = Tally()
        self._pending = pending
        self._rows: dict[int, Row] = {}
        self._running: dict[int, Row] = {}
        self._turns = Turns()
        self._changed: set[int] = set()
        self._removed: set[int] = set()

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def get(self, transfer_id: int) -> Row | None:
        return self._rows.get(transfer_id)

    def running(self) -> list[Row]:
        return list(self._running.values())

    def add(self, transfers: Iterable[Transfer], *, resumed: bool = False) -> None:
        if self.tally.is_idle:
            self._begin_round()
        for transfer in transfers:
            self._rows[transfer.transfer_id] = Row(transfer, resumed=resumed)
            self.tally.add(transfer)
            self._turns.add(transfer)
            self._changed.add(transfer.transfer_id)

    def put(self, row: Row, **changes: Any) -> None:
        """Change fields of the row's transfer."""
        if not row.past:
            self.tally.remove(row.transfer)
        row.transfer = changed(row.transfer, changes)
        if not row.past:
            self.tally.add(row.transfer)
        self._changed.add(row.transfer.transfer_id)

    def remove(self, row: Row) -> None:
        if not row.past:
            self.tally.remove(row.transfer)
        transfer_id = row.transfer.transfer_id
        del self._rows[transfer_id]
        self._changed.discard(transfer_id)
        self._removed.add(transfer_id)
        self._pending.forget(row.transfer, with_spooled_file=True, is_done=row.state is TransferState.DONE)

    def start_next(self) -> Row | None:
        """The row whose turn it is, now RUNNING."""
        while (transfer_id := self._turns.next()) is not None:
            row = self._rows.get(transfer_id)
            if row is not None and row.state is TransferState.WAITING:
                row.cancel = CancelToken()
                row.stop = None
                self._running[transfer_id] = row
                self.put(row, state=TransferState.RUNNING, done=0, reason="", code="")
                return row
        return None

    def end(self, row: Row, state: TransferState, **changes: Any) -> None:
        """The worker has let go of the row."""
        self._running.pop(row.transfer.transfer_id, None)
        row.cancel = row.stop = None
        self.put(row, state=state, **changes)
        if state is TransferState.WAITING:
            row.resumed = True
            self._turns.add(row.transfer)
        elif state in (TransferState.DONE, TransferState.CANCELLED):
            is_done = state is TransferState.DONE
            self._pending.forget(row.transfer, with_spooled_file=is_done, is_done=is_done)
        if row.dismissed:
            self.remove(row)

    def let_go(self, row: Row) -> None:
        """The worker has stopped as it was told to."""
        self.end(row, row.stop or TransferState.WAITING, done=0)

    def pause(self, row: Row) -> None:
        if row.cancel is not None:
            self.stop(row, TransferState.PAUSED)
        elif row.state is TransferState.WAITING:
            self.put(row, state=TransferState.PAUSED)

    def resume(self, row: Row) -> None:
        if row.stop is TransferState.PAUSED:  # its worker has not let go yet
            row.stop = TransferState.WAITING
        elif row.state is TransferState.PAUSED:
            self._wait(row)

    def cancel(self, row: Row) -> None:
        if row.cancel is not None:
            self.stop(row, TransferState.CANCELLED)
        elif not row.state.is_finished:
            self.put(row, state=TransferState.CANCELLED, done=0, reason="", code="")
            self._pending.forget(row.transfer, with_spooled_file=False, is_done=False)

    def retry(self, row: Row) -> None:
        if row.state in (TransferState.FAILED, TransferState.CANCELLED):
            self._begin_again(row)

    def answer(self, row: Row, answer: DuplicateAnswer) -> None:
        if row.state is not TransferState.DUPLICATE:
            return
        if answer is DuplicateAnswer.SKIP:
            self.put(row, skipped=True)
            self._pending.forget(row.transfer, with_spooled_file=True, is_done=False)
        else:
            self._begin_again(row, anyway=True, skipped=False, record=None)

    def dismiss(self, row: Row) -> None:
        self.cancel(row)
        if row.cancel is not None:
            row.dismissed = True
        else:
            self.remove(row)

    def stop(self, row: Row, becomes: TransferState) -> None:
        assert row.cancel is not None
        if row.stop is not TransferState.CANCELLED:
            row.stop = becomes
        row.cancel.cancel()

    def forget(self, row: Row) -> None:
        """It is given up: nothing of it may begin again at the next start."""
        self._pending.forget(row.transfer, with_spooled_file=False, is_done=False)

    def take_changes(self) -> ChangeBatch:
        changed = tuple(self._rows[transfer_id].transfer for transfer_id in sorted(self._changed))
        batch = ChangeBatch(changed, tuple(sorted(self._removed)))
        self._changed, self._removed = set(), set()
        return batch

    def _wait(self, row: Row, **changes: Any) -> None:
        self.put(row, state=TransferState.WAITING, done=0, reason="", code="", **changes)
        self._turns.add(row.transfer)

    def _begin_again(self, row: Row, **changes: Any) -> None:
        if self.tally.is_idle:
            self._begin_round()
        if row.past:
            row.past = False
            self.tally.add(row.transfer)
        row.resumed = row.retried = True
        self._wait(row, attempts=0, **changes)
        self._pending.add(row.transfer)

    def _begin_round(self) -> None:
        """Progress is told from here on: what was done before is over. What failed, and a duplicate without an answer,
        still waits for a decision."""
        for row in self._rows.values():
            if not row.past and (row.state in _OVER or row.transfer.skipped):
                row.past = True
                self.tally.remove(row.transfer)
