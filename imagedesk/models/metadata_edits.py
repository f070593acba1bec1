"""The edits of metadata that are under way, one at a time for an image.

``start`` → operation → ``saved`` with the record as it is then, or ``clashed`` for a person to decide, or ``failed``.
What is started for an image while another edit of it runs waits for that one and builds on it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from imagedesk.core.errors import ImageDeskError
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.metadata import Metadata
from imagedesk.service.storage_service import StorageService
from imagedesk.workers.image_operations import ApplyChange, EditOutcome, edit_metadata
from imagedesk.workers.operation_runner import OperationRunner


class MetadataEdits(QObject):
    """Signals: ``saved(ImageRecord)``; ``clashed(ImageRecord seen, Metadata yours, EditOutcome)``, and nothing was
    written; ``failed(str image_id, ImageDeskError)``."""

    saved = Signal(object)
    clashed = Signal(object, object, object)
    failed = Signal(str, object)

    def __init__(
        self,
        service: StorageService,
        apply_change: ApplyChange,
        runner: OperationRunner,
        me: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service, self._apply_change, self._runner, self._me = service, apply_change, runner, me
        self._running: set[str] = set()
        self._waiting: dict[str, Metadata] = {}

    def start(self, seen: ImageRecord, metadata: Metadata) -> None:
        """Replace the metadata of ``seen``, as it was shown to the person, by ``metadata``."""
        if seen.image_id in self._running:
            self._waiting[seen.image_id] = metadata
            return
        self._running.add(seen.image_id)
        self._runner.start(
            edit_metadata(self._service, self._apply_change, seen, metadata, self._me),
            partial(self._on_ended, seen, metadata),
            partial(self._on_failed, seen.image_id),
            partial(self._running.discard, seen.image_id),
        )

    def is_running(self, image_id: str) -> bool:
        return image_id in self._running

    def _on_ended(self, seen: ImageRecord, metadata: Metadata, outcome: EditOutcome) -> None:
        image_id = seen.image_id
        self._running.discard(image_id)
        waiting = self._waiting.pop(image_id, None)
        if outcome.clashes:
            self.clashed.emit(seen, metadata if waiting is None else waiting, outcome)
        elif waiting is None:
            self.saved.emit(outcome.record)
        else:  # it was made on top of this edit: what others changed is merged as ever
            self.start(replace(outcome.record, metadata=metadata), waiting)

    def _on_failed(self, image_id: str, error: ImageDeskError) -> None:
        self._running.discard(image_id)
        self._waiting.pop(image_id, None)
        self.failed.emit(image_id, error)
