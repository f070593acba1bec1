"""What the tests of the queue ask of it."""

from __future__ import annotations

from imagedesk.transfers.journal import TransferJournal
from imagedesk.transfers.queue import TransferQueue
from imagedesk.transfers.running_transfer import RunningTransfer
from imagedesk.transfers.transfer import Transfer, TransferState


def taken(queue: TransferQueue) -> RunningTransfer:
    running = queue.take(0)
    assert running is not None
    return running


def states(queue: TransferQueue) -> list[TransferState]:
    return [transfer.state for transfer in queue.snapshot()]


def one(queue: TransferQueue, transfer_id: int) -> Transfer:
    return next(transfer for transfer in queue.snapshot() if transfer.transfer_id == transfer_id)


def journalled(queue: TransferQueue) -> list[str]:
    """The image ids that the next start would find."""
    queue.write_journal()
    path = queue.journal.path
    queue.journal.close()
    again = TransferJournal(path)
    again.close()
    return [transfer.image_id for transfer in again.unfinished()]
