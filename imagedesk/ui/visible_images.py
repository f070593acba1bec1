"""Tells sync which images are on screen once the grid rests: others' edits and deletions show where one looks."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from imagedesk.models.gallery_model import GalleryModel
from imagedesk.ui.gallery_view import GalleryView
from imagedesk.workers.sync_worker import SyncWorker

REST_MS = 1500  # without scrolling
AGAIN_MS = 30_000  # while the same images stay on screen


class VisibleImages(QObject):
    """Follows one grid. While the window is not active nobody looks, and nothing is asked."""

    def __init__(self, gallery: GalleryView, model: GalleryModel, sync: SyncWorker, parent: QObject) -> None:
        super().__init__(parent)
        self._gallery, self._model, self._sync = gallery, model, sync
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.verify)
        gallery.verticalScrollBar().valueChanged.connect(self._on_moved)
        model.rows_loaded.connect(self._on_moved)

    def verify(self) -> None:
        """Ask now, and again after a while."""
        if self._gallery.isVisible() and self._gallery.isActiveWindow():
            first, last = self._gallery.visible_rows()
            records = (self._model.record(row) for row in range(first, last + 1))
            self._sync.verify([record.image_id for record in records if record is not None])
        self._rest.start(AGAIN_MS)

    def _on_moved(self) -> None:
        self._rest.start(REST_MS)
