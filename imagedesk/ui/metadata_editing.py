"""Joins a details pane to the edits of a library: who may edit, what is being saved, what became of it.

Field → ``MetadataEdits`` → the catalogue's change → gallery → the pane shows the record as it is. A clash asks.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from imagedesk.core.access import Operation
from imagedesk.core.errors import ImageDeskError
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.metadata import Metadata
from imagedesk.core.metadata_merge import Choice, merged
from imagedesk.ui.details_pane import DetailsPane
from imagedesk.ui.dialogs.clash_dialog import ClashDialog
from imagedesk.ui.library_context import LibraryContext
from imagedesk.workers.image_operations import EditOutcome

QUIET_MS = 300  # what is saved sooner needs no sign of life


class MetadataEditing(QObject):
    """Asks about the clashes of those edits alone that began in its own pane. ``home`` gets the focus when a person
    leaves the fields by Escape."""

    def __init__(self, pane: DetailsPane, context: LibraryContext, home: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._pane, self._context = pane, context
        self._begun: set[str] = set()
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self._on_quiet_over)
        pane.fields.edit_requested.connect(self._on_edit_requested)
        pane.fields.left.connect(home.setFocus)
        context.edits.saved.connect(self._on_saved)
        context.edits.clashed.connect(self._on_clashed)
        context.edits.failed.connect(self._on_failed)
        context.access.access_changed.connect(self._on_access_changed)
        gallery = context.gallery
        gallery.dataChanged.connect(self._on_rows_changed)
        self._on_access_changed()

    def _on_edit_requested(self, seen: ImageRecord, metadata: Metadata) -> None:
        self._begun.add(seen.image_id)
        self._pane.fields.set_message("")
        self._quiet.start()
        self._context.edits.start(seen, metadata)

    def _on_quiet_over(self) -> None:
        record = self._pane.record
        if record is not None and self._context.edits.is_running(record.image_id):
            self._pane.fields.set_message("Saving…", is_fault=False)

    def _on_saved(self, record: ImageRecord) -> None:
        self._begun.discard(record.image_id)
        if self._is_shown(record.image_id):
            self._pane.fields.set_message("")
            self._pane.refresh(record)

    def _on_failed(self, image_id: str, error: ImageDeskError) -> None:
        self._begun.discard(image_id)
        if self._is_shown(image_id):
            self._pane.fields.set_message(f"Not saved. {error.message}")

    def _on_clashed(self, seen: ImageRecord, yours: Metadata, outcome: EditOutcome) -> None:
        if seen.image_id not in self._begun:
            return
        self._begun.discard(seen.image_id)
        dialog = ClashDialog(self._window(), outcome.record, outcome.clashes)
        dialog.decided.connect(partial(self._on_decided, seen, yours, outcome.record))
        dialog.rejected.connect(partial(self._show, outcome.record))
        dialog.open()

    def _on_decided(self, seen: ImageRecord, yours: Metadata, theirs: ImageRecord, choices: dict[str, Choice]) -> None:
        metadata = merged(seen.metadata, yours, theirs.metadata, choices)
        self._show(theirs)
        if metadata != (theirs.metadata or {}):
            self._on_edit_requested(theirs, metadata)

    def _show(self, record: ImageRecord) -> None:
        if self._is_shown(record.image_id):
            self._pane.fields.set_message("")
            self._pane.refresh(record)

    def _on_access_changed(self) -> None:
        self._pane.set_edit_refusal(self._context.access.reason_against(Operation.EDIT))

    def _on_rows_changed(self) -> None:
        """Somebody may have changed the image that is shown; what the gallery held before an edit of ours is older."""
        shown = self._pane.record
        row = self._context.gallery.row_of(shown.image_id) if shown is not None else None
        record = self._context.gallery.record(row) if row is not None else None
        if shown is None or record is None or record == shown:
            return
        if (record.updated_at or "") >= (shown.updated_at or "") and not self._context.edits.is_running(shown.image_id):
            self._pane.refresh(record)

    def _is_shown(self, image_id: str) -> bool:
        return self._pane.record is not None and self._pane.record.image_id == image_id

    def _window(self) -> QWidget:
        return self._pane.window()
