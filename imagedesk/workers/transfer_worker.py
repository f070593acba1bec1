"""Runs the transfer queue: takes files in, uploads and downloads on its threads, and reports to the window.

Dropped paths → intake thread → queue and journal → worker threads → service → catalogue. What changed in the queue is
shown in batches, at most thirty a second, by a timer that rests when there is nothing to show.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from imagedesk.core.camera_data import CameraData
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import ImageDeskError
from imagedesk.core.file_names import NameClash
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.metadata import Metadata
from imagedesk.service.service_process import ServiceProcess
from imagedesk.service.storage_service import StorageService
from imagedesk.transfers.duplicates import FindBySha256
from imagedesk.transfers.named_paths import NamedPaths
from imagedesk.transfers.new_transfers import NO_ANSWERS
from imagedesk.transfers.queue import TransferQueue
from imagedesk.transfers.spool import Spool
from imagedesk.transfers.transfer import DuplicateAnswer, TransferSummary
from imagedesk.workers.gui_inbox import GuiInbox
from imagedesk.workers.operation_runner import OperationRunner
from imagedesk.workers.transfer_intake import IntakeReport, TransferIntake, UploadTerms
from imagedesk.workers.transfer_run import ApplyChange, TransferRun
from imagedesk.workers.worker_threads import WorkerThreads

FRAME_MS = 33
SCROLLING_MS = 100  # between two frames while a person scrolls
REST_MS = 60_000  # without anything to do, until the process that transfers gives back its memory
STALLED_MS = 500  # between two looks at the speed while nothing else changes


class TransferWorker(QObject):
    """Begins with ``start``; must be ended with ``shutdown``. Everything here is called on the GUI thread, and returns
    at once except ``shutdown``. ``find_by_sha256`` (the catalogue's) makes pictures that the library has already end as
    DUPLICATE with the image that is there as their ``record``, until ``answer_duplicates``. ``transfers`` does what
    ``service`` would, in a process of its own.

    Signals: ``changed(ChangeBatch)``, first with what the journal held; ``summary_changed(TransferSummary)``;
    ``batch_finished(TransferSummary)``, once nothing runs, waits or is still being taken in;
    ``intake_finished(IntakeReport)``; ``intake_failed(ImageDeskError)``, when files could not even be listed;
    ``intake_cancelled()``; ``bug_found(str)``.
    """

    changed = Signal(object)
    summary_changed = Signal(object)
    batch_finished = Signal(object)
    intake_finished = Signal(object)
    intake_failed = Signal(object)
    intake_cancelled = Signal()
    bug_found = Signal(str)

    def __init__(
        self,
        queue: TransferQueue,
        service: StorageService,
        apply_change: ApplyChange,
        threads: int = 32,
        spool_folder: Path | None = None,
        find_by_sha256: FindBySha256 | None = None,
        transfers: ServiceProcess | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._queue = queue
        self._service = service
        self._apart = transfers
        spool = Spool(spool_folder or queue.journal.path.parent / "pasted")
        self._taking = TransferIntake(queue, service, spool, lambda: self._closed)
        self._run = TransferRun(queue, service, apply_change, find_by_sha256, transfers)
        queue.discard_with(service.discard_unfinished)
        self._busy = self._closed = False
        self._gives_way_until = 0.0
        self._intakes = 0  # under way or waiting
        self._intake = OperationRunner("intake", parent=self)
        self._intake.bug_found.connect(self.bug_found)
        self._changes: GuiInbox[None] = GuiInbox(self._on_changes, self)
        self._bugs: GuiInbox[str] = GuiInbox(self._on_bugs, self)
        self._most_threads = threads
        self._threads = WorkerThreads("transfers", threads, self._work)
        self._frames = QTimer(self)
        self._frames.setSingleShot(True)
        self._frames.timeout.connect(self._show_frame)
        self._resting = QTimer(self, singleShot=True, interval=REST_MS)
        if transfers is not None:
            self._resting.timeout.connect(transfers.rest)

    def start(self) -> None:
        """Go on with what the journal holds, and begin to show."""
        self._queue.on_change(partial(self._changes.post, None))
        self._threads.grow(1)

    def shutdown(self, timeout_ms: int = 2000, *, finish: bool = False) -> bool:
        """End all threads; with ``finish``, what runs has half of the time to be done. Unfinished uploads stay in the
        journal. False if a thread did not end in time."""
        began = time.monotonic()

        def left(until_ms: int) -> int:
            return max(1, until_ms - int((time.monotonic() - began) * 1000))

        self._closed = True
        self._frames.stop()
        self._resting.stop()
        self._changes.close()
        self._bugs.close()
        if finish:
            self._queue.stop_taking()
        else:
            self._queue.close()
        intake_ended = self._intake.shutdown(timeout_ms // 2)
        if finish:
            self._threads.wait(left(timeout_ms // 2))
            self._queue.close()
        ended = self._threads.join(left(timeout_ms))
        self._queue.write_journal()
        return ended and intake_ended

    def summary(self) -> TransferSummary:
        """How it stands, now and cheaply."""
        return self._queue.summary()

    @property
    def is_taking_in(self) -> bool:
        """Files are still being looked for."""
        return self._intakes > 0

    # Taking in

    def add_paths(
        self, paths: Sequence[Path], metadata: Metadata | None = None, camera_data: CameraData = CameraData.KEEP
    ) -> None:
        """Upload files and everything in folders. Rows appear while the search goes on."""
        wanted, terms = NamedPaths.of(paths), UploadTerms(metadata, camera_data)
        self._start_intake(lambda cancel: self._taking.take_paths(wanted, terms, cancel))

    def add_picture(
        self, data: bytes, metadata: Metadata | None = None, camera_data: CameraData = CameraData.KEEP
    ) -> None:
        """Upload a picture that is no file, given by its encoded bytes."""
        terms = UploadTerms(metadata, camera_data)
        self._start_intake(lambda cancel: self._taking.take_picture(data, terms, cancel))

    def download(
        self, records: Sequence[ImageRecord], folder: Path, answers: Mapping[str, NameClash] = NO_ANSWERS
    ) -> None:
        """Save the originals in a folder. ``answers`` says by image id what to do where a name is taken; both are kept
        otherwise."""
        self._queue.add_downloads(records, folder, answers=answers)

    def download_zip(
        self, records: Sequence[ImageRecord], archive: Path, clash: NameClash = NameClash.KEEP_BOTH
    ) -> None:
        """Save the originals in one archive."""
        self._queue.add_zip(records, archive, clash)

    def limit_bandwidth(self, bytes_a_second: float | None) -> None:
        """For all transfers together, at any time; None for no limit."""
        self._queue.limit_bandwidth(bytes_a_second)
        if self._apart is not None:
            self._apart.tell_closely(bool(bytes_a_second))

    def give_way(self) -> None:
        """A person scrolls (which is not what moves the rows when pictures come): for a second, only a few run, and
        what they do is shown less often."""
        self._gives_way_until = time.monotonic() + 1.0
        self._queue.give_way()

    def _start_intake(self, work: Callable[[CancelToken], IntakeReport]) -> None:
        self._intakes += 1
        self._intake.start(work, self._on_taken_in, self._on_intake_failed, self._on_intake_cancelled)

    # Controls

    def pause_all(self) -> None:
        self._queue.pause_all()

    def resume_all(self) -> None:
        self._queue.resume_all()

    def cancel_all(self) -> None:
        self._intake.cancel_all()
        self._queue.cancel_all()

    def retry_failed(self) -> None:
        self._queue.retry_failed()

    def clear_finished(self) -> None:
        self._queue.clear_finished()

    def answer_duplicates(self, answer: DuplicateAnswer, batch: int) -> None:
        """For all duplicates of a batch, those found later too."""
        self._queue.answer_duplicates(answer, batch)

    def answer_duplicate(self, answer: DuplicateAnswer, *transfer_ids: int) -> None:
        self._queue.answer_duplicate(answer, *transfer_ids)

    def pause(self, *transfer_ids: int) -> None:
        self._queue.pause(*transfer_ids)

    def resume(self, *transfer_ids: int) -> None:
        self._queue.resume(*transfer_ids)

    def cancel(self, *transfer_ids: int) -> None:
        self._queue.cancel(*transfer_ids)

    def retry(self, *transfer_ids: int) -> None:
        self._queue.retry(*transfer_ids)

    def dismiss(self, *transfer_ids: int) -> None:
        self._queue.dismiss(*transfer_ids)

    # On the worker threads

    def _work(self) -> None:
        while (running := self._queue.take()) is not None:
            if (bug := self._run.run(running)) is not None:
                self._bugs.post(bug)

    # On the GUI thread

    def _on_changes(self, _wakes: list[None]) -> None:
        if not self._frames.isActive() or self._frames.interval() == STALLED_MS:
            self._show_frame()

    def _show_frame(self) -> None:
        self._threads.grow(min(self._most_threads, self._queue.threads_wanted()))
        batch = self._queue.take_changes()
        summary = self._queue.summary()
        if batch:
            self.changed.emit(batch)
        self.summary_changed.emit(summary)
        if self._closed:  # by a slot
            return
        if batch:
            self._frames.start(SCROLLING_MS if time.monotonic() < self._gives_way_until else FRAME_MS)
        elif summary.running:
            self._frames.start(STALLED_MS)
        self._busy = self._busy or not summary.is_idle or any(transfer.is_finished for transfer in batch.changed)
        if self._busy and summary.is_idle and not self._intakes:
            self._busy = False
            self._resting.start()
            self.batch_finished.emit(summary)

    def _on_taken_in(self, report: IntakeReport) -> None:
        self._on_intake_ended()
        self.intake_finished.emit(report)

    def _on_intake_failed(self, error: ImageDeskError) -> None:
        self._on_intake_ended()
        self.intake_failed.emit(error)

    def _on_intake_cancelled(self) -> None:
        self._on_intake_ended()
        self.intake_cancelled.emit()

    def _on_intake_ended(self) -> None:
        self._intakes -= 1
        self._changes.post(None)  # the batch may be over with it

    def _on_bugs(self, bugs: list[str]) -> None:
        for bug in bugs:
            self.bug_found.emit(bug)
