"""The main window's frame: what is on the screen before anything stands in it. Light: the first paint waits for it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow

from imagedesk.ui.theme import ThemeSource


class WindowFrame(QMainWindow):
    """Signal: ``close_requested``, once the person wants to leave."""

    close_requested = Signal()

    def __init__(self, theme: ThemeSource) -> None:
        super().__init__()
        self.theme = theme
        self._may_close = False
        self.setWindowTitle("ImageDesk")
        self.setMinimumSize(560, 420)
        self.resize(1440, 900)

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
