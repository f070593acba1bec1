"""Joins the viewer to one library: which image it shows, the pixels it asks for, and what changes under it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage, QPixmap

from imagedesk.core.access import Operation
from imagedesk.core.image_record import ImageRecord
from imagedesk.ui.action_states import delete_state, download_state, share_state
from imagedesk.ui.library_context import LibraryContext
from imagedesk.ui.metadata_editing import MetadataEditing
from imagedesk.ui.viewer import Viewer
from imagedesk.workers.image_operations import image_facts


class ViewerBinding(QObject):
    """The row follows the image when images are added or removed before it; a deleted one gives way to the next."""

    def __init__(self, viewer: Viewer, context: LibraryContext, parent: QObject) -> None:
        super().__init__(parent)
        self._viewer, self._context = viewer, context
        self._record: ImageRecord | None = None
        self._row = -1
        gallery, pictures = context.gallery, context.pictures
        viewer.filmstrip.set_source(gallery.record, self._pixmap_at)
        viewer.row_requested.connect(self.show_row)
        viewer.picture_requested.connect(self._on_picture_requested)
        pictures.picture_ready.connect(self._on_picture_ready)
        pictures.picture_failed.connect(self._on_picture_failed)
        pictures.picture_progressed.connect(self._on_picture_progressed)
        gallery.rowsInserted.connect(self._on_rows_changed)
        gallery.rowsRemoved.connect(self._on_rows_changed)
        gallery.modelReset.connect(self._on_rows_changed)
        gallery.dataChanged.connect(self._on_data_changed)
        context.thumbnails.thumbnails_changed.connect(viewer.filmstrip.update)
        context.access.access_changed.connect(self._show_states)
        MetadataEditing(viewer.details, context, viewer, self)

    @property
    def record(self) -> ImageRecord | None:
        return self._record

    def show_row(self, row: int) -> None:
        """Show the image of a row, with its thumbnail at once and its pixels when they come."""
        gallery = self._context.gallery
        if not 0 <= row < gallery.rowCount():
            return
        self._row = row
        record = gallery.record(row)
        if record is None:  # the page of rows is on its way; dataChanged brings us back
            self._record = None
            gallery.visible_rows_changed(row, row)
            return
        self._record = record
        preview = self._context.thumbnails.best_pixmap(record.image_id)
        self._viewer.show_image(record, row, gallery.rowCount(), self._context.me, preview)
        self._show_states()
        gallery.visible_rows_changed(max(0, row - 12), min(gallery.rowCount() - 1, row + 12))
        self._context.operations.start(
            image_facts(self._context.service, record),
            partial(self._viewer.set_facts, record.image_id),
            self._on_no_facts,
        )

    def _show_states(self) -> None:
        if (record := self._record) is None:
            return
        against, me = self._context.access.reason_against, self._context.me
        self._viewer.set_action_state("download", download_state(1, against(Operation.DOWNLOAD)))
        self._viewer.set_action_state("share", share_state(1, against(Operation.SHARE)))
        self._viewer.set_action_state("delete", delete_state(1, [record], me, against(Operation.DELETE)))

    def leave(self) -> int:
        """The viewer is closed; answers with the row that it showed last."""
        self._record = None
        self._context.pictures.cancel()
        return self._row

    def _pixmap_at(self, row: int) -> QPixmap | None:
        record = self._context.gallery.record(row)
        return self._context.thumbnails.best_pixmap(record.image_id) if record else None

    def _on_picture_requested(self, row: int, max_side: int) -> None:
        record = self._context.gallery.record(row)
        if record is None:
            return
        neighbours = [self._context.gallery.record(near) for near in (row + 1, row - 1)]
        self._context.pictures.request(record, max_side)
        self._context.pictures.prefetch([near for near in neighbours if near is not None], max_side)

    def _on_picture_ready(self, image_id: str, image: QImage, full_width: int, full_height: int) -> None:
        if self._record is not None and image_id == self._record.image_id:
            self._viewer.set_picture(image_id, image, full_width, full_height)

    def _on_picture_failed(self, image_id: str, sentence: str) -> None:
        if self._record is not None and image_id == self._record.image_id:
            self._viewer.set_failed(image_id, sentence)

    def _on_picture_progressed(self, image_id: str, done: int, total: int) -> None:
        if self._record is not None and image_id == self._record.image_id:
            self._viewer.set_progress(image_id, done, total)

    def _on_no_facts(self, _error: object) -> None:
        """The picture's own failure is shown in its place."""

    def _on_rows_changed(self) -> None:
        if not self._viewer.isVisible() or self._row < 0:
            return
        rows = self._context.gallery.rowCount()
        if rows == 0:
            self._viewer.closed.emit()
            return
        row = self._context.gallery.row_of(self._record.image_id) if self._record else None
        self.show_row(row if row is not None else min(self._row, rows - 1))

    def _on_data_changed(self) -> None:
        if self._viewer.isVisible() and self._record is None and self._row >= 0:
            self.show_row(self._row)
