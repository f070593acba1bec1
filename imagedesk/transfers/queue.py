"""The queue of uploads and downloads, shared by the window's thread, the intake and the worker threads.

``add_*`` → journal → WAITING → ``take`` by a worker thread → RUNNING → ``succeed``, ``fail`` or ``cancelled``.
The window's side, controls and display, is in ``controls``.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from imagedesk.core.camera_data import CameraData
from imagedesk.core.errors import EnvironmentFault, ImageDeskError, SessionExpired, StoreUnavailable
from imagedesk.core.file_names import NameClash
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.metadata import Metadata
from imagedesk.core.ports import PARTS_FROM
from imagedesk.transfers.concurrency import Concurrency
from imagedesk.transfers.controls import TransferControls
from imagedesk.transfers.duplicates import CODE, Duplicate
from imagedesk.transfers.intake import IntakeFile
from imagedesk.transfers.journal import TransferJournal
from imagedesk.transfers.new_transfers import NO_ANSWERS, download_of, upload_of, zip_of
from imagedesk.transfers.pending_journal import PendingJournal
from imagedesk.transfers.rows import Row
from imagedesk.transfers.running_transfer import RunningTransfer
from imagedesk.transfers.transfer import Transfer, TransferState

ATTEMPTS = 4
_UNBOUNDED = 1000


class TransferQueue(TransferControls):
    """Thread-safe. ``clock`` gives seconds of a steady clock. Adding and taking block on the journal."""

    def __init__(
        self,
        journal: TransferJournal,
        clock: Callable[[], float] = time.monotonic,
        concurrency: Concurrency | None = None,
    ) -> None:
        super().__init__(PendingJournal(journal), clock, concurrency or Concurrency(lambda: _UNBOUNDED, _UNBOUNDED))
        self.journal = journal
        self._idle = 0  # worker threads that wait in ``take``
        unfinished = journal.unfinished()
        self._ids = count(max((transfer.transfer_id for transfer in unfinished), default=0) + 1)
        self._batches = count(max((transfer.batch for transfer in unfinished), default=0) + 1)
        self._rows.add(unfinished, resumed=True)
        self._discard: Callable[[str, str], None] | None = None

    def discard_with(self, discard: Callable[[str, str], None]) -> None:
        """How to remove what an upload that was given up left in the store, by image id and user; it may block and
        raise an ImageDeskError. Worker threads call it from ``take``; what fails is tried at the next start."""
        self._discard = discard

    # Taking in

    def new_batch(self) -> int:
        """For ``add_uploads`` in several parts that a person sees as one."""
        return next(self._batches)

    def add_uploads(
        self,
        files: Sequence[IntakeFile],
        user_id: str,
        new_image_id: Callable[[str], str],
        metadata: Metadata | None = None,
        batch: int | None = None,
        camera_data: CameraData = CameraData.KEEP,
    ) -> list[Transfer]:
        """Journal the uploads and let them begin. The folder of a file becomes its metadata ``folder``. Raises an
        EnvironmentFault if the journal cannot be written: then none was added."""
        batch = self.new_batch() if batch is None else batch
        transfers = [
            upload_of(next(self._ids), batch, file, user_id, new_image_id(user_id), metadata, camera_data)
            for file in files
        ]
        self.journal.add(transfers)
        return self._added(transfers)

    def add_downloads(
        self,
        records: Sequence[ImageRecord],
        folder: Path,
        clash: NameClash = NameClash.KEEP_BOTH,
        answers: Mapping[str, NameClash] = NO_ANSWERS,
    ) -> list[Transfer]:
        """Downloads into ``folder``; ``answers`` says by image id where ``clash`` does not hold. They are not
        journalled: a person asks again."""
        batch = self.new_batch()
        return self._added(
            [
                download_of(next(self._ids), batch, record, folder, answers.get(record.image_id, clash))
                for record in records
            ]
        )

    def add_zip(
        self, records: Sequence[ImageRecord], archive: Path, clash: NameClash = NameClash.KEEP_BOTH
    ) -> list[Transfer]:
        """One download of many originals into an archive; its row has no image of its own."""
        return self._added([zip_of(next(self._ids), self.new_batch(), records, archive, clash)])

    def _added(self, transfers: list[Transfer]) -> list[Transfer]:
        with self._changing():
            self._rows.add(transfers)
        return transfers

    # For the worker threads

    def take(self, timeout: float | None = None) -> RunningTransfer | None:
        """The next transfer, now RUNNING. Waits for one, at most ``timeout`` seconds; None then, once closed, or for a
        thread that is one too many."""
        deadline = None if timeout is None else self._clock() + timeout
        while True:
            self.write_journal()
            if self._discard is not None:
                self._pending.discard_leftovers(self._discard, lambda: not self._closed)
            with self._condition:
                if self._closed or len(self._rows.running()) + self._idle >= self._allowed:
                    return None
                running = self._start_next()
                if running is None and not self._wait(deadline):
                    return None
            self._tell()
            if running is not None and self._is_journalled(running):
                return running

    def succeed(self, running: RunningTransfer, result: ImageRecord | Path) -> None:
        """The upload's record or the download's file is there; even if somebody meant to stop it."""
        with self._ending(running) as row:
            if row is None:
                return
            self._outage.end()
            total = row.transfer.total
            self._pace.add(self._clock(), max(0, total - row.transfer.done))
            self._concurrency.ended()
            if isinstance(result, ImageRecord):
                self._rows.end(row, TransferState.DONE, done=total, record=result)
            else:
                self._rows.end(row, TransferState.DONE, done=total, target=result)

    def duplicate(self, running: RunningTransfer, found: Duplicate) -> None:
        """The library has the picture: it waits for an answer, unless the batch has one."""
        with self._ending(running) as row:
            if row is None:
                return
            told = {"done": 0, "reason": found.reason, "code": CODE, "record": found.record}
            self._rows.end(row, TransferState.DUPLICATE, **told)
            if (answer := self._answers.get(row.transfer.batch)) is not None:
                self._rows.answer(row, answer)

    def skip(self, running: RunningTransfer, reason: ImageDeskError) -> None:
        """A download that a person does not want where its name is taken."""
        with self._ending(running) as row:
            if row is not None:
                self._rows.end(row, TransferState.CANCELLED, done=0, reason=reason.message, code=reason.code)

    def fail(self, running: RunningTransfer, error: ImageDeskError) -> None:
        """It did not work. While the store is out of reach the row waits and tries again, a few times; for a person who
        has to sign in again it waits as long as that takes."""
        with self._ending(running) as row:
            if row is None:
                return
            stopped = row.stop is TransferState.CANCELLED or (row.stop and isinstance(error, EnvironmentFault))
            ended = isinstance(error, SessionExpired)
            attempts = row.transfer.attempts + (not ended)
            told = {"done": 0, "reason": error.message, "code": error.code, "attempts": attempts}
            if stopped:
                self._rows.let_go(row)
            elif isinstance(error, StoreUnavailable | SessionExpired):
                self._outage.begin(self._clock())
                self._concurrency.failed()
                again = ended or attempts < ATTEMPTS
                self._rows.end(row, TransferState.WAITING if again else TransferState.FAILED, **told)
            else:
                self._rows.end(row, TransferState.FAILED, **told)

    def cancelled(self, running: RunningTransfer) -> None:
        """The worker has obeyed ``running.cancel``."""
        with self._ending(running) as row:
            if row is not None:
                self._rows.let_go(row)

    def renew(self, running: RunningTransfer, file: IntakeFile, image_id: str) -> None:
        """A person retries a file that has changed: upload it as it is now, as a new image. Blocks on the journal."""
        changes = {"image_id": image_id, "total": file.size, "modified_ns": file.modified_ns}
        old = running.transfer
        given_up = {old.image_id: old.user_id} if old.total >= PARTS_FROM else {}
        self.journal.add([replace(old, **changes)], given_up)  # type: ignore[arg-type]
        with self._changing(wake=False):
            if (row := self._row_of(running)) is not None:
                self._rows.put(row, **changes)
                running.transfer = row.transfer

    def write_journal(self) -> None:
        """Write what controls and endings left to write. Blocks on the disk; ``take`` does it, and the end must."""
        unwritten = self._pending.write()
        if unwritten is None:
            return
        with self._changing(wake=False):
            for transfer_id in unwritten.transfer_ids:
                row, fault = self._rows.get(transfer_id), unwritten.fault
                if row is not None and row.state is TransferState.WAITING:
                    self._rows.put(row, state=TransferState.FAILED, reason=fault.message, code=fault.code)

    def stop_taking(self) -> None:
        """``take`` gives nothing more; what runs goes on."""
        with self._changing():
            self._closed = True

    def close(self) -> None:
        """Stop what runs, too. Unfinished uploads stay in the journal for the next start."""
        with self._changing():
            self._closed = True
            for row in self._rows.running():
                if row.stop is TransferState.CANCELLED:  # even if its worker does not let go in time
                    self._rows.forget(row)
                elif row.cancel is not None:
                    self._rows.stop(row, TransferState.WAITING)

    # Under the lock

    def _start_next(self) -> RunningTransfer | None:
        if self._closed or self._paused or self._outage.remaining(self._clock()):
            return None
        row = self._rows.start_next()
        if row is not None:
            return RunningTransfer(row, self._on_progress)
        self._concurrency.starved()
        return None

    def _wait(self, deadline: float | None) -> bool:
        """Sleep until something changes, the deadline or the end of an outage; False once the deadline is over."""
        now = self._clock()
        if deadline is not None and now >= deadline:
            return False
        held = self._outage.remaining(now)
        limits = [seconds for seconds in (held or None, None if deadline is None else deadline - now) if seconds]
        self._idle += 1
        try:
            self._condition.wait(min(limits, default=None))
        finally:
            self._idle -= 1
        return True

    def _is_journalled(self, running: RunningTransfer) -> bool:
        """A retry may have come after the journal was last written."""
        if self._pending.needs(running.transfer.transfer_id) and (unwritten := self._pending.write()) is not None:
            self.fail(running, unwritten.fault)
            return False
        return True

    def _on_progress(self, running: RunningTransfer, done: int) -> None:
        moved = 0
        with self._changing(wake=False):
            if (row := self._row_of(running)) is not None:
                done = min(done, row.transfer.total)
                moved = max(0, done - row.transfer.done)
                self._pace.add(self._clock(), moved)
                self._concurrency.moved(moved)
                self._rows.put(row, done=done)
        self._bandwidth.spend(moved, running.cancel)

    @contextlib.contextmanager
    def _ending(self, running: RunningTransfer) -> Iterator[Row | None]:
        with self._changing():
            yield self._row_of(running)

    def _row_of(self, running: RunningTransfer) -> Row | None:
        """None when this run of the row is over already."""
        row = self._rows.get(running.transfer.transfer_id)
        return row if row is not None and row.cancel is running.cancel else None
