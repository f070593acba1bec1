"""Makes a whole window take what is dropped on it, with an overlay that says so while something hangs over it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from imagedesk.ui.drop_zone import DropOverlay
from imagedesk.ui.file_intake import FileIntake, has_local_paths
from imagedesk.ui.theme import ThemeSource


class DropTarget(QObject):
    """Filters the events of ``window``. What is dropped goes to ``intake``; the overlay covers ``area``."""

    def __init__(self, window: QWidget, area: QWidget, intake: FileIntake, theme: ThemeSource) -> None:
        super().__init__(window)
        self._area, self._intake = area, intake
        self.overlay = DropOverlay(theme, window)
        self.overlay.hide()
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent | QDragMoveEvent | QDropEvent) and event.source() is not None:
            event.ignore()  # pulled out of this very window
            return True
        if isinstance(event, QDragEnterEvent):  # before its base class, QDropEvent
            if has_local_paths(event.mimeData()):
                event.acceptProposedAction()
                self.overlay.cover(self._area.geometry())
            return True
        if isinstance(event, QDragMoveEvent):
            event.acceptProposedAction()
            return True
        if isinstance(event, QDropEvent):
            self.overlay.hide()
            event.acceptProposedAction()
            self._intake.take_drop(event.mimeData())
            return True
        if event.type() in (QEvent.Type.DragLeave, QEvent.Type.Resize):
            self.overlay.hide()
        return super().eventFilter(watched, event)
