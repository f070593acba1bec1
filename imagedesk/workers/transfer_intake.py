"""Takes in what a person dropped or pasted, on the intake's thread: found chunk by chunk, journalled, queued."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from imagedesk.core.camera_data import CameraData
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import Cancelled
from imagedesk.core.media_types import extension_for
from imagedesk.core.metadata import Metadata
from imagedesk.pictures.sniffing import HEAD_BYTES, sniff
from imagedesk.service.storage_service import StorageService
from imagedesk.transfers.intake import IntakeFile, walk
from imagedesk.transfers.queue import TransferQueue
from imagedesk.transfers.spool import Spool


@dataclass(frozen=True, slots=True)
class IntakeReport:
    """What became of a drop: ``added`` files, ``skipped`` ones of folders that are hidden or no pictures, and sentences
    about folders that could not be read."""

    added: int = 0
    skipped: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UploadTerms:
    """What holds for all files of a drop: shared metadata, and what is taken out of them."""

    metadata: Metadata | None = None
    camera_data: CameraData = CameraData.KEEP


class TransferIntake:
    """``is_closing`` tells whether the window closes: what was found by then is kept in the journal."""

    def __init__(
        self, queue: TransferQueue, service: StorageService, spool: Spool, is_closing: Callable[[], bool]
    ) -> None:
        self._queue, self._service, self._spool, self._is_closing = queue, service, spool, is_closing

    def take_paths(self, paths: Sequence[Path], terms: UploadTerms, cancel: CancelToken) -> IntakeReport:
        """Blocks on the disk. Raises Cancelled, EnvironmentFaults."""
        user_id, batch = self._service.identity().user_id, self._queue.new_batch()
        report = IntakeReport()
        for chunk in walk(paths, cancel):
            if chunk.files:
                self._add(chunk.files, user_id, terms, batch, cancel)
            report = IntakeReport(
                report.added + len(chunk.files), report.skipped + chunk.skipped, report.notes + chunk.notes
            )
        return report

    def take_picture(self, data: bytes, terms: UploadTerms, cancel: CancelToken) -> IntakeReport:
        """The bytes of a picture that is no file; whether they are one is found out like for any file."""
        user_id = self._service.identity().user_id
        extension = extension_for(sniff(data[:HEAD_BYTES]) or "")
        file = self._spool.keep(data, datetime.now(), extension)
        self._add([file], user_id, terms, None, cancel)
        return IntakeReport(added=1)

    def _add(
        self, files: Sequence[IntakeFile], user_id: str, terms: UploadTerms, batch: int | None, cancel: CancelToken
    ) -> None:
        if not self._is_closing():
            cancel.raise_if_cancelled()
        added = self._queue.add_uploads(
            files, user_id, self._service.new_image_id, terms.metadata, batch, terms.camera_data
        )
        if cancel.is_cancelled and not self._is_closing():  # all was cancelled while these were on their way in
            for transfer in added:
                self._queue.cancel(transfer.transfer_id)
            raise Cancelled
