"""Tells the window, not too often, that the catalogue has changed: by this process or by another."""

from __future__ import annotations

import logging
import threading

from PySide6.QtCore import QObject, Signal

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.core.errors import ImageDeskError
from imagedesk.workers.gui_inbox import GuiInbox
from imagedesk.workers.worker_threads import WorkerThreads

log = logging.getLogger(__name__)

INTERVAL_MS = 100  # between two signals while thousands of commits come
POLL_SECONDS = 2.0


class CatalogueWatch(QObject):
    """Begins at once; must be ended with ``shutdown``. Signals: ``catalogue_changed()``."""

    catalogue_changed = Signal()

    def __init__(self, catalogue: Catalogue, poll_seconds: float = POLL_SECONDS, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._poll_seconds = poll_seconds
        self._stopped = threading.Event()
        self._changes: GuiInbox[None] = GuiInbox(self._on_changes, self, INTERVAL_MS)
        catalogue.subscribe(self._on_commit)
        self._threads = WorkerThreads("catalogue-watch", 1, self._poll)
        self._threads.start()

    def shutdown(self, timeout_ms: int = 2000) -> bool:
        """End the thread; False if it did not end in time."""
        self._stopped.set()
        self._changes.close()
        return self._threads.join(timeout_ms)

    def _on_commit(self) -> None:
        """On the thread that wrote."""
        self._changes.post(None)

    def _poll(self) -> None:
        while not self._stopped.wait(self._poll_seconds):
            try:
                self._catalogue.refresh_external()
            except ImageDeskError as error:  # busy for a moment, say; the next look will tell
                log.info("the catalogue could not be looked at: %s", error)

    def _on_changes(self, _commits: list[None]) -> None:
        self.catalogue_changed.emit()
