"""The actions on chosen images: share and delete. Asks what must be asked, runs the operation, tells what came.

Flow: toolbar, menu or viewer → here → ``workers.image_operations`` on the runner → the catalogue's change → models.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from imagedesk.core.errors import ImageDeskError
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.plain_text import plain
from imagedesk.core.ports import PresignedLink
from imagedesk.models.text_format import count_text
from imagedesk.ui.action_states import delete_state
from imagedesk.ui.dialogs.delete_dialog import DeleteDialog
from imagedesk.ui.dialogs.share_dialog import ShareDialog
from imagedesk.ui.library_context import LibraryContext
from imagedesk.workers.image_operations import DeleteOutcome, delete_images, share_image

LINK_LIFETIME = timedelta(days=7)


class ImageActions(QObject):
    """Signals: ``failed(title, sentence)`` for the banner; ``told(sentence)`` for the status line."""

    failed = Signal(str, str)
    told = Signal(str)

    def __init__(self, window: QWidget, context: LibraryContext, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self._context = context

    def share(self, record: ImageRecord) -> None:
        """A link on the clipboard; on the embedded library the file's path, and the word that links need S3."""
        path = self._context.service.local_path(record)
        if not self._context.offers_links and path is not None:
            ShareDialog.for_path(self._window, record, path).open()
            return
        self._context.operations.start(
            share_image(self._context.service, record, LINK_LIFETIME),
            partial(self._on_shared, record),
            self._on_failed,
        )

    def _on_shared(self, record: ImageRecord, link: PresignedLink) -> None:
        ShareDialog.for_link(self._window, record, link).open()
        self.told.emit("Share link copied.")

    def delete(self, records: Sequence[ImageRecord]) -> None:
        """Confirm by name, then delete one's own; others' images stay and are counted in the question."""
        own = tuple(record for record in records if record.user_id == self._context.me)
        if not own:
            self.failed.emit("Nothing was deleted", delete_state(len(records), records, self._context.me).reason)
            return
        dialog = DeleteDialog(self._window, own, others=len(records) - len(own))
        dialog.accepted.connect(partial(self._on_delete_confirmed, own))
        dialog.open()

    def _on_delete_confirmed(self, records: tuple[ImageRecord, ...]) -> None:
        context = self._context
        operation = delete_images(context.service, context.apply_change, records, context.me)
        context.operations.start(operation, self._on_deleted, self._on_failed)

    def _on_deleted(self, outcome: DeleteOutcome) -> None:
        if outcome.deleted:
            many = len(outcome.deleted) > 1
            self.told.emit(f"{count_text(len(outcome.deleted))} image{'s' if many else ''} deleted.")
        if outcome.fault is not None:
            self._on_failed(outcome.fault)
        elif outcome.refused:
            record, error = outcome.refused[0]
            more = f" So did {len(outcome.refused) - 1} more." if len(outcome.refused) > 1 else ""
            self.failed.emit(
                "Not everything was deleted", f"{plain(record.filename, 60)} stayed: {error.message}{more}"
            )

    def _on_failed(self, error: ImageDeskError) -> None:
        self.failed.emit(error.title, error.message)
