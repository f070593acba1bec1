"""The thumbnails in memory: pixmaps by image and size, bounded in bytes, the least recently used go first.

The view says what it wants in order of need; the loader makes it on workers; ``thumbnails_changed`` says what came.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from imagedesk.core.image_record import ImageRecord
from imagedesk.workers.thumbnail_loader import ThumbnailLoader

MAX_BYTES = 256_000_000
_BYTES_A_PIXEL = 4


class ThumbnailStore(QObject):
    """Signal: ``thumbnails_changed(set[str])``, the ids whose look changed, failures included. GUI thread only."""

    thumbnails_changed = Signal(object)

    def __init__(self, loader: ThumbnailLoader, parent: QObject | None = None, max_bytes: int = MAX_BYTES) -> None:
        super().__init__(parent)
        self._loader, self._max_bytes, self._bytes = loader, max_bytes, 0
        self._pixmaps: OrderedDict[tuple[str, int], QPixmap] = OrderedDict()
        self._sides: defaultdict[str, set[int]] = defaultdict(set)
        self._failures: dict[str, str] = {}
        loader.thumbnails_ready.connect(self._on_ready)
        loader.thumbnails_failed.connect(self._on_failed)

    def pixmap(self, image_id: str, side: int) -> QPixmap | None:
        """The pixmap of this size (device pixels of the long side), else the nearest larger or largest one there is."""
        sides = self._sides.get(image_id)
        if not sides:
            return None
        best = side if side in sides else min((s for s in sides if s > side), default=max(sides))
        self._pixmaps.move_to_end((image_id, best))
        return self._pixmaps[image_id, best]

    def best_pixmap(self, image_id: str) -> QPixmap | None:
        """The largest pixmap at hand."""
        sides = self._sides.get(image_id)
        return self._pixmaps[image_id, max(sides)] if sides else None

    def failure(self, image_id: str) -> str | None:
        """Why the image has no thumbnail, in a sentence."""
        return self._failures.get(image_id)

    def want(self, records: Sequence[ImageRecord], side: int) -> None:
        """What the view needs now, most needed first; replaces what it wanted before."""
        # Those that failed are among them: the loader knows which of them are worth another try by now.
        self._loader.request([record for record in records if side not in self._sides.get(record.image_id, ())], side)

    def retry_failed(self) -> None:
        """Forget failures, so that what is wanted next is tried again: the library can be reached again."""
        failed, self._failures = set(self._failures), {}
        self._loader.forget_failures()
        if failed:
            self.thumbnails_changed.emit(failed)

    def _on_ready(self, results: Sequence[tuple[str, int, QImage]]) -> None:
        for image_id, side, image in results:
            self._insert(image_id, side, QPixmap.fromImage(image))
            self._failures.pop(image_id, None)
        self._evict()
        self.thumbnails_changed.emit({image_id for image_id, _, _ in results})

    def _on_failed(self, failures: Sequence[tuple[str, str]]) -> None:
        self._failures.update(failures)
        self.thumbnails_changed.emit({image_id for image_id, _ in failures})

    def _insert(self, image_id: str, side: int, pixmap: QPixmap) -> None:
        self._forget((image_id, side))
        self._pixmaps[image_id, side] = pixmap
        self._sides[image_id].add(side)
        self._bytes += _size(pixmap)

    def _evict(self) -> None:
        while self._bytes > self._max_bytes and len(self._pixmaps) > 1:
            self._forget(next(iter(self._pixmaps)))

    def _forget(self, key: tuple[str, int]) -> None:
        pixmap = self._pixmaps.pop(key, None)
        if pixmap is None:
            return
        self._bytes -= _size(pixmap)
        sides = self._sides[key[0]]
        sides.discard(key[1])
        if not sides:
            del self._sides[key[0]]


def _size(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * _BYTES_A_PIXEL
