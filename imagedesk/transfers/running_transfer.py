"""What a worker thread holds of a transfer while it does it."""

from __future__ import annotations

from collections.abc import Callable

from imagedesk.core.cancellation import CancelToken
from imagedesk.transfers.rows import Row


class RunningTransfer:
    """A transfer in the hands of a worker thread, which ends it in exactly one of ``succeed``, ``fail``, ``cancelled``.

    ``resumed``: an earlier attempt may have succeeded unnoticed. ``retried``: a person asked for it again, and means a
    source that has changed as it is now.
    """

    def __init__(self, row: Row, progress: Callable[[RunningTransfer, int], None]) -> None:
        assert row.cancel is not None
        self.transfer = row.transfer
        self.cancel: CancelToken = row.cancel
        self.resumed = row.resumed
        self.retried = row.retried
        self._progress = progress

    def progress(self, done: int) -> None:
        """``done`` bytes of it so far; may go back."""
        self._progress(self, done)
