"""Long work that ends while the window is not looked at is told on the desktop; while it goes on, the dock shows it.

The transfers' summaries → here → ``DesktopTeller``. Short work, and work that is watched, is not worth a word.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from imagedesk.kept_settings import KeptSettings
from imagedesk.models.transfer_text import outcome_text
from imagedesk.transfers.transfer import ChangeBatch, TransferKind, TransferSummary
from imagedesk.workers.desktop_teller import DesktopTeller, desktop_teller
from imagedesk.workers.transfer_worker import TransferWorker

LONG = 10.0  # seconds
STEPS = 100  # of what a dock shows


class WorkReports(QObject):
    """``told(title, text)`` is called with each notification too, for a tray's icon to show. ``clock`` gives seconds of
    a steady clock."""

    def __init__(
        self,
        window: QWidget,
        settings: KeptSettings,
        told: Callable[[str, str], object],
        teller: DesktopTeller | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings
        self._teller = teller or desktop_teller(lambda: int(window.winId()), self)
        self._told, self._clock = told, clock
        self._transfers: TransferWorker | None = None
        self._began: float | None = None
        self._kinds: set[TransferKind] = set()
        self._shown: int | None = None  # the step that the dock shows

    def watch(self, transfers: TransferWorker | None) -> None:
        """Follow the transfers of another library, or of none."""
        if (old := self._transfers) is not None:
            old.changed.disconnect(self._on_changed)
            old.summary_changed.disconnect(self._on_summary_changed)
            old.batch_finished.disconnect(self._on_batch_finished)
        self._transfers, self._began = transfers, None
        self._kinds.clear()
        self._show(None, 0)
        if transfers is not None:
            transfers.changed.connect(self._on_changed)
            transfers.summary_changed.connect(self._on_summary_changed)
            transfers.batch_finished.connect(self._on_batch_finished)

    def show_files(self, files: Sequence[Path]) -> None:
        """In the file manager."""
        self._teller.show_files(files)

    def close(self) -> None:
        self.watch(None)
        self._teller.close()

    def _on_changed(self, batch: ChangeBatch) -> None:
        if len(self._kinds) < len(TransferKind):
            self._kinds.update(transfer.kind for transfer in batch.changed)

    def _on_summary_changed(self, summary: TransferSummary) -> None:
        if summary.is_idle or summary.paused:
            self._show(None, 0)
            return
        if self._began is None:
            self._began = self._clock()
        self._show(int(summary.fraction * STEPS), summary.running + summary.waiting)

    def _on_batch_finished(self, summary: TransferSummary) -> None:
        lasted = self._clock() - self._began if self._began is not None else 0.0
        kinds, self._kinds, self._began = self._kinds, set(), None
        is_watched = self._window.isVisible() and self._window.isActiveWindow()
        if lasted < LONG or is_watched or not self._settings.preferences.notifications:
            return
        title, text = outcome_text(summary, kinds)
        self._teller.notify(title, text)
        self._told(title, text)

    def _show(self, step: int | None, unfinished: int) -> None:
        if step != self._shown:
            self._shown = step
            self._teller.show_progress(None if step is None else step / STEPS, unfinished)
