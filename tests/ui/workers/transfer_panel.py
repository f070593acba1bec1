"""What a transfer panel would show, for tests of the worker behind it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from imagedesk.transfers.journal import TransferJournal
from imagedesk.transfers.transfer import ChangeBatch, Transfer, TransferSummary
from imagedesk.workers.transfer_intake import IntakeReport
from imagedesk.workers.transfer_worker import TransferWorker


class Panel(QObject):
    """Rows, and everything else that was told, in order."""

    def __init__(self, worker: TransferWorker) -> None:
        super().__init__(worker)
        self.rows: dict[int, Transfer] = {}
        self.batches: list[ChangeBatch] = []
        self.summaries: list[TransferSummary] = []
        self.finished: list[TransferSummary] = []
        self.reports: list[IntakeReport] = []
        self.errors: list[Exception] = []
        worker.changed.connect(self.on_changed)
        worker.summary_changed.connect(self.summaries.append)
        worker.batch_finished.connect(self.finished.append)
        worker.intake_finished.connect(self.reports.append)
        worker.intake_failed.connect(self.errors.append)

    def on_changed(self, batch: ChangeBatch) -> None:
        self.batches.append(batch)
        for transfer_id in batch.removed:
            self.rows.pop(transfer_id, None)
        self.rows.update({transfer.transfer_id: transfer for transfer in batch.changed})

    def states(self) -> list[str]:
        return [transfer.state.value for transfer in self.rows.values()]


def unfinished(journal: TransferJournal) -> list[str]:
    """The names that the next start would find. Closes the journal."""
    journal.close()
    again = TransferJournal(journal.path)
    names = [transfer.name for transfer in again.unfinished()]
    again.close()
    return names
