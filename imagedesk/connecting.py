"""How a person connects a library of S3 and DynamoDB: the dialog, set-up on a worker, and the profile that is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import ImageDeskError
from imagedesk.core.ports import SetupStep
from imagedesk.core.profiles import AwsProfile
from imagedesk.libraries import set_up_library
from imagedesk.ui.dialogs.connect_dialog import ConnectDialog
from imagedesk.ui.theme import ThemeSource
from imagedesk.workers.operation_runner import OperationRunner

SaveProfile = Callable[[AwsProfile], None]


class Connecting(QObject):
    """Signal: ``connected(AwsProfile, str user)``, once the profile is saved; the user is empty if none was typed.

    ``save`` raises ImageDeskError when the settings cannot be written; the dialog says so and stays.
    """

    connected = Signal(object, str)

    def __init__(self, runner: OperationRunner, save: SaveProfile, theme: ThemeSource, window: QWidget) -> None:
        super().__init__(window)
        self._runner, self._save, self._theme, self._window = runner, save, theme, window
        self._dialog: ConnectDialog | None = None

    @property
    def dialog(self) -> ConnectDialog | None:
        """While it is open."""
        return self._dialog

    def begin(self, profile: AwsProfile, user: str) -> None:
        """Open the dialog with what is known; a second call while it is open does nothing."""
        if self._dialog is not None:
            return
        dialog = ConnectDialog(self._theme, profile, user, self._window)
        dialog.connect_requested.connect(self._on_connect_requested)
        dialog.setup_requested.connect(self._on_setup_requested)
        dialog.finished.connect(self._on_finished)
        self._dialog = dialog
        dialog.open()

    def _on_finished(self) -> None:
        self._dialog = None

    def _on_connect_requested(self, profile: AwsProfile, user: str) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        try:
            self._save(profile)
        except ImageDeskError as error:
            dialog.set_error(error.title, error.message)
            return
        dialog.accept()
        self.connected.emit(profile, user)

    def _on_setup_requested(self, profile: AwsProfile) -> None:
        if (dialog := self._dialog) is not None:
            self._runner.start(
                _set_up(profile), partial(self._on_set_up, dialog), partial(self._on_setup_failed, dialog)
            )

    def _on_set_up(self, dialog: ConnectDialog, steps: Sequence[SetupStep]) -> None:
        """Dropped if the dialog that asked is closed by now: Qt has deleted it."""
        if self._dialog is dialog:
            dialog.set_steps(steps)

    def _on_setup_failed(self, dialog: ConnectDialog, error: ImageDeskError) -> None:
        if self._dialog is dialog:
            dialog.set_error(error.title, error.message)


def _set_up(profile: AwsProfile) -> Callable[[CancelToken], list[SetupStep]]:
    def run(cancel: CancelToken) -> list[SetupStep]:
        steps = []
        for step in set_up_library(profile):
            steps.append(step)
            cancel.raise_if_cancelled()
        return steps

    return run
