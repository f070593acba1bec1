"""The icon beside the clock while the window is closed and work goes on: what is going on, and the way back."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from imagedesk.models.transfer_text import pace_text, title_text
from imagedesk.transfers.transfer import TransferSummary
from imagedesk.ui.icons import application_icon

NO_TRAY = "This desktop has no place for the icon by which the window would be shown again."
_BACK = (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick)


def has_tray() -> bool:
    """Whether this desktop shows such icons now."""
    return QSystemTrayIcon.isSystemTrayAvailable()


class TrayIcon(QObject):
    """Signals: ``show_requested``, ``pause_requested`` (or to resume), ``quit_requested``."""

    show_requested = Signal()
    pause_requested = Signal()
    quit_requested = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._icon = QSystemTrayIcon(application_icon(), self)
        self.menu = QMenu(window)
        self.menu.addAction("Show ImageDesk").triggered.connect(self.show_requested)
        self.pause_action: QAction = self.menu.addAction("Pause all")
        self.pause_action.triggered.connect(self.pause_requested)
        self.menu.addSeparator()
        self.menu.addAction("Quit, and finish later").triggered.connect(self.quit_requested)
        self._icon.setContextMenu(self.menu)
        self._icon.activated.connect(self._on_activated)
        self._icon.messageClicked.connect(self.show_requested)
        self._icon.show()

    def show_summary(self, summary: TransferSummary) -> None:
        words = [title_text(summary), pace_text(summary)]
        self._icon.setToolTip("\n".join(["ImageDesk", *filter(None, words)]))
        self.pause_action.setVisible(not summary.is_idle)
        self.pause_action.setText("Resume all" if summary.paused else "Pause all")

    def tell(self, title: str, text: str) -> None:
        """A notification, where nothing else shows one."""
        self._icon.showMessage(title, text, QSystemTrayIcon.MessageIcon.NoIcon)

    def remove(self) -> None:
        self._icon.hide()
        self.menu.deleteLater()
        self.deleteLater()

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in _BACK:
            self.show_requested.emit()
