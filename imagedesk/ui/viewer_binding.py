"""Joins the viewer to one library: which image it shows, the pixels it asks for, and what changes under it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage, QPixmap

from imagedesk.core.access import Operation
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.pictures import PictureFacts
from imagedesk.ui.action_states import delete_state, download_state, share_state
from imagedesk.ui.library_context import LibraryContext
from imagedesk.ui.metadata_editing import MetadataEditing
from imagedesk.ui.viewer import Viewer
from imagedesk.workers.image_operations import LoadedAnimation, image_facts, load_animation
from imagedesk.workers.operation_runner import OperationHandle

LARGE_BYTES = 32_000_000
"""An original of a library elsewhere that is larger than this is loaded only when somebody says so."""


class ViewerBinding(QObject):
    """The row follows the image when images are added or removed before it; a deleted one gives way to the next."""

    def __init__(self, viewer: Viewer, context: LibraryContext, parent: QObject) -> None:
        super().__init__(parent)
        self._viewer, self._context = viewer, context
        self._record: ImageRecord | None = None
        self._row = -1
        self._allowed: set[str] = set()  # large originals that may be loaded, for as long as the library is open
        self._animation: OperationHandle | None = None
        gallery, pictures = context.gallery, context.pictures
        viewer.filmstrip.set_source(gallery.record, self._pixmap_at)
        viewer.row_requested.connect(self.show_row)
        viewer.picture_requested.connect(self._on_picture_requested)
        viewer.stage.load_requested.connect(self._on_load_requested)
        pictures.picture_ready.connect(self._on_picture_ready)
        pictures.picture_failed.connect(self._on_picture_failed)
        pictures.picture_progressed.connect(self._on_picture_progressed)
        gallery.rowsInserted.connect(self._on_rows_changed)
        gallery.rowsRemoved.connect(self._on_rows_changed)
        gallery.modelReset.connect(self._on_rows_changed)
        gallery.dataChanged.connect(self._on_data_changed)
        context.thumbnails.thumbnails_changed.connect(viewer.filmstrip.update)
        context.thumbnails.thumbnails_changed.connect(self._on_thumbnails_changed)
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
        if self._record is None or self._record.image_id != record.image_id:
            self._drop_animation()
        self._record = record
        preview = self._context.thumbnails.best_pixmap(record.image_id)
        self._viewer.show_image(record, row, gallery.rowCount(), self._context.me, preview)
        self._show_states()
        gallery.visible_rows_changed(max(0, row - 12), min(gallery.rowCount() - 1, row + 12))
        self._read_facts(record)

    def _read_facts(self, record: ImageRecord) -> None:
        if self._may_load(record):
            self._context.operations.start(
                image_facts(self._context.service, record), partial(self._on_facts, record), self._on_no_facts
            )

    def _may_load(self, record: ImageRecord) -> bool:
        is_near = self._context.service.local_path(record) is not None
        return is_near or record.size <= LARGE_BYTES or record.image_id in self._allowed

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
        self._drop_animation()
        self._viewer.forget()
        self._context.pictures.cancel()
        return self._row

    def _drop_animation(self) -> None:
        if self._animation is not None:
            self._animation.cancel()
            self._animation = None

    def _pixmap_at(self, row: int) -> QPixmap | None:
        record = self._context.gallery.record(row)
        return self._context.thumbnails.best_pixmap(record.image_id) if record else None

    def _on_thumbnails_changed(self) -> None:
        if self._viewer.details.lacks_preview and (record := self._record) is not None:
            self._viewer.details.set_preview(self._context.thumbnails.best_pixmap(record.image_id))

    def _on_picture_requested(self, row: int, max_side: int) -> None:
        record = self._context.gallery.record(row)
        if record is None:
            return
        pictures = self._context.pictures
        if self._may_load(record):
            pictures.request(record, max_side, self._viewer.stage.page)
        else:
            pictures.cancel()
            self._viewer.stage.offer_load(record.size)
        neighbours = [self._context.gallery.record(near) for near in (row + 1, row - 1)]
        pictures.prefetch([near for near in neighbours if near is not None and self._may_load(near)], max_side)

    def _on_load_requested(self) -> None:
        if (record := self._record) is not None:
            self._allowed.add(record.image_id)
            self._viewer.stage.load()
            self._read_facts(record)

    def _on_facts(self, record: ImageRecord, facts: PictureFacts) -> None:
        if self._record is None or self._record.image_id != record.image_id:
            return
        self._viewer.set_facts(record.image_id, facts)
        if facts.is_animated and self._animation is None:
            self._animation = self._context.operations.start(
                load_animation(self._context.service, record, self._viewer.stage.screen_side()),
                partial(self._on_animation, record.image_id),
                self._on_no_facts,
            )

    def _on_animation(self, image_id: str, animation: LoadedAnimation) -> None:
        if self._record is not None and self._record.image_id == image_id:
            self._viewer.set_animation(image_id, animation)

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
