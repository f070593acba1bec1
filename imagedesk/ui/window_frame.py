"""The main window's frame: what is on the screen before anything stands in it. Light: the first paint waits for it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow

from imagedesk.ui.last_screen import LastScreen


class WindowFrame(QMainWindow):
    """Signal: ``close_requested``, once the person wants to leave."""

    close_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.last_screen: LastScreen | None = None
        self._may_close = False
        self.setWindowTitle("ImageDesk")
        self.setMinimumSize(560, 420)
        self.resize(1440, 900)

    def cover(self, pixels: bytes, width: int, height: int, ratio: float) -> None:
        """Show the picture of the last time until ``uncover``, whatever comes into the frame meanwhile."""
        self.last_screen = LastScreen(pixels, width, height, ratio, self)

    def uncover(self) -> None:
        if self.last_screen is not None:
            self.last_screen.hide()
            self.last_screen.deleteLater()
            self.last_screen = None

    def closeEvent(self, event: QCloseEvent) -> None:
        """The composition root decides: it closes the library first, then calls ``close_now``."""
        if self._may_close:
            event.accept()
            return
        event.ignore()
        self.close_requested.emit()

    def close_now(self) -> None:
        self._may_close = True
        self.close()
