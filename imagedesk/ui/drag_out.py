"""Chosen images dragged out of the grid, to a file manager or into another program: as files, under their own names.

The grid tells that a drag began → the files are made ready by ``DraggedFiles`` → the drag carries their paths. Small
ones and those of this computer are ready before the pointer has left the grid. If they are not when the button is let
go, they come all the same, and one drags them once more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QCursor, QDrag, QGuiApplication, QPixmap
from PySide6.QtWidgets import QToolTip, QWidget

from imagedesk.core.errors import ImageDeskError
from imagedesk.core.image_record import ImageRecord
from imagedesk.models.text_format import count_text, images_text, size_text
from imagedesk.workers.dragged_files import MOST_BYTES, MOST_FILES, DraggedFiles

PICTURE_SIDE = 96  # logical pixels of the picture under the pointer
PixmapOf = Callable[[str], QPixmap | None]


class DragOut(QObject):
    """Signals: ``failed(title, sentence)`` for the banner; ``told(sentence)`` for the status line."""

    failed = Signal(str, str)
    told = Signal(str)

    def __init__(self, files: DraggedFiles, pixmap_of: PixmapOf, source: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._files, self._pixmap_of, self._source = files, pixmap_of, source

    def begin(self, records: Sequence[ImageRecord]) -> None:
        """The pointer has begun to pull at these images."""
        if self.refuses(len(records), sum(record.size for record in records)):
            return
        if (paths := self._files.at_hand(records)) is not None:
            self._on_ready(tuple(records), paths)
        else:
            self._files.prepare(
                records,
                partial(self._on_ready, tuple(records)),
                self._on_failed,
                partial(self._on_progress, len(records)),
            )

    def refuses(self, count: int, size: int = 0) -> bool:
        """Whether these are too much to be dragged; says so then."""
        if count <= MOST_FILES and size <= MOST_BYTES:
            return False
        how_much = images_text(count) + (f" of {size_text(size)}" if size else "")
        most = f"{MOST_FILES} images, and {size_text(MOST_BYTES)}"
        self.told.emit(f"{how_much} are too much to be dragged (at most {most}): use Download.")
        return True

    def _on_ready(self, records: Sequence[ImageRecord], paths: list[Path]) -> None:
        QToolTip.hideText()
        if _is_held() and self._source.isVisible():
            self._carry(records, paths)
        else:
            self.told.emit(f"{images_text(len(paths))} ready: drag {'it' if len(paths) == 1 else 'them'} once more.")

    def _on_progress(self, count: int, done: int) -> None:
        if done < count:
            text = f"Getting {count_text(done)} of {count_text(count)} files ready…"
            QToolTip.showText(QCursor.pos(), text, self._source)
            self.told.emit(text)

    def _on_failed(self, error: ImageDeskError) -> None:
        QToolTip.hideText()
        self.failed.emit(error.title, error.message)

    def _carry(self, records: Sequence[ImageRecord], paths: list[Path]) -> None:
        """Until the button is let go; what goes on meanwhile goes on."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        drag = QDrag(self._source)
        drag.setMimeData(data)
        if (pixmap := self._pixmap_of(records[0].image_id)) is not None:
            ratio = self._source.devicePixelRatioF()
            side = round(PICTURE_SIDE * ratio)
            small = pixmap.scaled(
                side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            small.setDevicePixelRatio(ratio)
            drag.setPixmap(small)
            drag.setHotSpot(QPoint(-8, -8))
        drag.exec(Qt.DropAction.CopyAction)


def _is_held() -> bool:
    return bool(QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton)
