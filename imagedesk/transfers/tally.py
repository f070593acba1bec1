"""Counts and bytes of the rows, kept with every change so that a summary of ten thousand rows costs nothing."""

from __future__ import annotations

from collections import Counter

from imagedesk.transfers.transfer import Transfer, TransferState

_GIVEN_UP = frozenset({TransferState.FAILED, TransferState.CANCELLED, TransferState.DUPLICATE})


class Tally:
    """Not thread-safe: the queue's lock guards it."""

    def __init__(self) -> None:
        self._rows: Counter[TransferState] = Counter()
        self.skipped = 0
        self.bytes_done = 0
        self.bytes_total = 0

    def add(self, transfer: Transfer) -> None:
        self._count(transfer, 1)

    def remove(self, transfer: Transfer) -> None:
        self._count(transfer, -1)

    def rows(self, *states: TransferState) -> int:
        return sum(self._rows[state] for state in states)

    @property
    def is_idle(self) -> bool:
        return not self.rows(TransferState.RUNNING, TransferState.WAITING, TransferState.PAUSED)

    def _count(self, transfer: Transfer, sign: int) -> None:
        self._rows[transfer.state] += sign
        self.skipped += sign * transfer.skipped
        if transfer.state not in _GIVEN_UP:
            self.bytes_done += sign * transfer.done
            self.bytes_total += sign * transfer.total
