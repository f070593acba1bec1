"""The library check from the window: the dialog, and the run on a worker."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import ImageDeskError
from imagedesk.core.findings import Finding, FindingKind
from imagedesk.service.library_check import LibraryCheck
from imagedesk.ui.dialogs.check_dialog import CheckDialog
from imagedesk.workers.gui_inbox import GuiInbox
from imagedesk.workers.operation_runner import OperationHandle, OperationRunner

PROGRESS_MS = 200


class Checking(QObject):
    """One dialog on one open library. Closing the dialog cancels the run; what was repaired stays so."""

    def __init__(self, check: LibraryCheck, runner: OperationRunner, window: QWidget) -> None:
        super().__init__(window)
        self._check, self._runner = check, runner
        self._run: OperationHandle | None = None
        self._progress: GuiInbox[int] = GuiInbox(self._on_progress, self, PROGRESS_MS)
        self.dialog = CheckDialog(window)
        self.dialog.check_requested.connect(self._on_check_requested)
        self.dialog.finished.connect(self._on_finished)

    def begin(self) -> None:
        """Open the dialog and look, without changing anything."""
        self.dialog.open()
        self.dialog.begin()

    def _on_check_requested(self, repairs: frozenset[FindingKind]) -> None:
        work = _run_of(self._check, repairs, self._progress.post)
        self._run = self._runner.start(work, self.dialog.show_findings, self._on_failed)

    def _on_progress(self, read: list[int]) -> None:
        if self._run is not None:
            self.dialog.show_progress(read[-1])

    def _on_failed(self, error: ImageDeskError) -> None:
        self.dialog.show_error(error.title, error.message)

    def _on_finished(self) -> None:
        self._progress.close()
        if self._run is not None:
            self._run.cancel()
            self._run = None
        self.deleteLater()


def _run_of(
    check: LibraryCheck, repairs: frozenset[FindingKind], tell: Callable[[int], None]
) -> Callable[[CancelToken], list[Finding]]:
    return lambda cancel: list(check.run(repairs, cancel, tell))
