"""Whose turn it is: older batches first and the smallest of a batch first, so that progress shows early; uploads before
downloads, but a download after every few uploads, so that neither keeps the other waiting for good."""

from __future__ import annotations

import heapq

from imagedesk.transfers.transfer import Transfer, TransferKind

_UPLOADS_PER_DOWNLOAD = 3


class Turns:
    """Holds ids. One that no longer waits when its turn comes is simply passed over by the caller. Not thread-safe."""

    def __init__(self) -> None:
        self._waiting: dict[TransferKind, list[tuple[int, int, int]]] = {kind: [] for kind in TransferKind}
        self._uploads_in_row = 0

    def add(self, transfer: Transfer) -> None:
        place = (transfer.batch, transfer.total, transfer.transfer_id)
        heapq.heappush(self._waiting[transfer.kind], place)

    def next(self) -> int | None:
        """The id whose turn it is, taken out; None when nobody waits."""
        uploads, downloads = self._waiting[TransferKind.UPLOAD], self._waiting[TransferKind.DOWNLOAD]
        if uploads and (not downloads or self._uploads_in_row < _UPLOADS_PER_DOWNLOAD):
            self._uploads_in_row += 1
            return heapq.heappop(uploads)[2]
        self._uploads_in_row = 0
        return heapq.heappop(downloads)[2] if downloads else None
