"""What a worker thread does with one transfer: checks it, runs the service, and tells the queue how it ended."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from imagedesk.core.changes import LibraryChange
from imagedesk.core.errors import AlreadyExists, ImageDeskError, NotFound, SourceChanged
from imagedesk.core.file_names import NameClash
from imagedesk.core.image_record import ImageRecord
from imagedesk.service.storage_service import StorageService
from imagedesk.service.transfer_service import TransferService
from imagedesk.service.uploading import UploadRequest, content_hash
from imagedesk.transfers.duplicates import Digests, Duplicate, FindBySha256, UnderWay
from imagedesk.transfers.intake import check_unchanged, find_file
from imagedesk.transfers.queue import TransferQueue
from imagedesk.transfers.running_transfer import RunningTransfer
from imagedesk.transfers.transfer import TransferKind
from imagedesk.workers.worker_threads import Ending, guarded

log = logging.getLogger(__name__)

ApplyChange = Callable[[LibraryChange], None]


class TransferRun:
    """Thread-safe: each worker thread calls ``run`` with transfers of its own. ``transfers`` does the work where it is
    not done here."""

    def __init__(
        self,
        queue: TransferQueue,
        service: StorageService,
        apply_change: ApplyChange,
        find_by_sha256: FindBySha256 | None = None,
        transfers: TransferService | None = None,
    ) -> None:
        self._transfers: TransferService = transfers or service
        self._find = find_by_sha256
        self._digests = Digests(content_hash)
        self._under_way = UnderWay()
        self._queue = queue
        self._service = service
        self._apply_change = apply_change

    def run(self, running: RunningTransfer) -> str | None:
        """Blocks until the transfer has ended, in the queue too. Returns the summary of a bug, if one showed."""
        ending: Ending[ImageRecord | Path | Duplicate] = guarded(lambda: self._result(running))
        if isinstance(ending.value, Duplicate):
            self._queue.duplicate(running, ending.value)
        elif ending.value is not None:
            self._queue.succeed(running, ending.value)
        elif isinstance(ending.error, AlreadyExists) and running.transfer.clash is NameClash.SKIP:
            self._queue.skip(running, ending.error)
        elif ending.error is not None:
            self._queue.fail(running, ending.error)
        else:
            self._queue.cancelled(running)
        return ending.bug

    def _result(self, running: RunningTransfer) -> ImageRecord | Path | Duplicate:
        running.cancel.raise_if_cancelled()
        if running.transfer.kind is TransferKind.DOWNLOAD:
            return self._download(running)
        if running.resumed and (record := self._committed(running)) is not None:
            self._show(record)
            return record
        self._check_source(running)
        if self._find is None:
            return self._upload(running, None)
        transfer = running.transfer
        assert transfer.source is not None
        sha256 = self._digests.of(transfer.source, transfer.total, transfer.modified_ns, running.cancel)
        with self._under_way.alone(sha256, running.cancel):
            there = None if transfer.anyway else self._find(sha256)
            if there is not None:
                return Duplicate(there)
            return self._upload(running, sha256)

    def _download(self, running: RunningTransfer) -> Path:
        transfer = running.transfer
        assert transfer.target is not None
        if transfer.records:
            return self._transfers.download_zip(
                transfer.records, transfer.target, running.progress, running.cancel, clash=transfer.clash
            )
        assert transfer.record is not None
        return self._transfers.download(
            transfer.record, transfer.target, running.progress, running.cancel, clash=transfer.clash
        )

    def _upload(self, running: RunningTransfer, sha256: str | None) -> ImageRecord:
        transfer = running.transfer
        assert transfer.source is not None
        request = UploadRequest(
            source=transfer.source,
            user_id=transfer.user_id,
            filename=transfer.name,
            metadata=transfer.metadata,
            image_id=transfer.image_id,
            sha256=sha256,
            camera_data=transfer.camera_data,
            scratch=self._queue.journal.scratch,
        )
        record = self._transfers.upload(request, running.progress, running.cancel)
        self._show(record)
        return record

    def _committed(self, running: RunningTransfer) -> ImageRecord | None:
        """An earlier attempt may have got as far as its commit before we died or lost the answer: nothing is to be
        repeated then, whatever has become of the file."""
        try:
            return self._transfers.show(running.transfer.image_id)
        except NotFound:
            return None

    def _check_source(self, running: RunningTransfer) -> None:
        try:
            check_unchanged(running.transfer)
        except SourceChanged:
            if not running.retried or running.transfer.source is None:
                raise
            image_id = self._service.new_image_id(running.transfer.user_id)
            self._queue.renew(running, find_file(running.transfer.source), image_id)

    def _show(self, record: ImageRecord) -> None:
        """The upload is committed, and stays so if the catalogue cannot be told; sync will find it."""
        try:
            self._apply_change(LibraryChange(added=(record,)))
        except ImageDeskError as error:
            log.warning("the catalogue does not know %s yet: %s", record.image_id, error)
