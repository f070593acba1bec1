"""How a person leaves while transfers are under way: asked once, then in the background, later, or not at all.

Window closed → ``begin`` → the dialog → ``left``, or the tray until the work is over. Whatever shows the window again
(the icon, a second start) ends the background.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from imagedesk.kept_settings import KeptSettings
from imagedesk.transfers.transfer import TransferSummary
from imagedesk.ui.dialogs.leave_dialog import Leave, LeaveDialog
from imagedesk.ui.tray_icon import TrayIcon, has_tray
from imagedesk.workers.transfer_worker import TransferWorker

LINGER_MS = 10_000  # a notification of the icon goes with it


class Leaving(QObject):
    """Signal: ``left``: end now."""

    left = Signal()

    def __init__(self, window: QWidget, settings: KeptSettings, parent: QObject) -> None:
        super().__init__(parent)
        self._window, self._settings = window, settings
        self._transfers: TransferWorker | None = None
        self._dialog: LeaveDialog | None = None
        self.tray: TrayIcon | None = None
        self._linger = QTimer(self, singleShot=True, interval=LINGER_MS)
        self._linger.timeout.connect(self._on_lingered)
        window.installEventFilter(self)

    @property
    def has_tray(self) -> bool:
        return has_tray()

    def begin(self, transfers: TransferWorker | None) -> None:
        """The person wants to leave."""
        if self._dialog is not None:
            return
        summary = transfers.summary() if transfers is not None else None
        if transfers is None or summary is None or not (_is_at_work(summary) or transfers.is_taking_in):
            self.left.emit()
            return
        self._transfers = transfers
        if self._settings.preferences.go_on_in_background and self.has_tray:
            self._go_on(transfers)
            return
        unfinished = summary.running + summary.waiting
        self._dialog = LeaveDialog(self._window, unfinished, has_tray=self.has_tray)
        self._dialog.chosen.connect(self._on_chosen)
        self._dialog.finished.connect(self._on_finished)
        self._dialog.open()

    def tell(self, title: str, text: str) -> None:
        """A notification, where the desktop shows those of icons alone."""
        if self.tray is not None and sys.platform != "linux":
            self.tray.tell(title, text)

    def close(self) -> None:
        """The end has begun: no icon, and nothing more to ask."""
        self._linger.stop()
        self._window.removeEventFilter(self)
        self._leave_tray()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and watched is self._window:
            self._leave_tray()
        return super().eventFilter(watched, event)

    def _on_finished(self) -> None:
        self._dialog = None

    def _on_chosen(self, choice: Leave) -> None:
        transfers = self._transfers
        if choice is Leave.BACKGROUND and transfers is not None:
            self._go_on(transfers)
            return
        if choice is Leave.CANCEL and transfers is not None:
            transfers.cancel_all()
        self.left.emit()

    # -- in the background ------------------------------------------------------------------------------------------

    def _go_on(self, transfers: TransferWorker) -> None:
        self.tray = TrayIcon(self._window)
        self.tray.show_requested.connect(self._on_show_requested)
        self.tray.pause_requested.connect(self._on_pause_requested)
        self.tray.quit_requested.connect(self.left)
        transfers.summary_changed.connect(self.tray.show_summary)
        transfers.batch_finished.connect(self._on_batch_finished)
        self.tray.show_summary(transfers.summary())
        self._window.hide()

    def _leave_tray(self) -> None:
        if self.tray is None:
            return
        self._linger.stop()
        if self._transfers is not None:
            self._transfers.summary_changed.disconnect(self.tray.show_summary)
            self._transfers.batch_finished.disconnect(self._on_batch_finished)
        self.tray.remove()
        self.tray = None

    def _on_show_requested(self) -> None:
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()

    def _on_pause_requested(self) -> None:
        if (transfers := self._transfers) is not None:
            (transfers.resume_all if transfers.summary().paused else transfers.pause_all)()

    def _on_batch_finished(self, summary: TransferSummary) -> None:
        """All went well: nobody needs us any more. What failed, or has no answer, waits for a person."""
        if not summary.failed and not summary.unanswered:
            self._linger.start()

    def _on_lingered(self) -> None:
        transfers = self._transfers
        if self.tray is not None and transfers is not None and transfers.summary().is_idle:
            self.left.emit()


def _is_at_work(summary: TransferSummary) -> bool:
    """Paused as a whole, it goes on at the next start just as well, and nobody need be asked."""
    return not (summary.is_idle or summary.paused)
