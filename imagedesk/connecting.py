"""How a person connects a library of S3 and DynamoDB: the dialog, the plan of a set-up and then set-up on a worker, and
the profile that is kept. Typed keys go to the system keyring on the worker, too: it may ask to be unlocked. What set-up
does is shown step by step; whoever closes the dialog cancels what is to come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import ImageDeskError
from imagedesk.core.ports import SetupStep
from imagedesk.core.profiles import AwsProfile
from imagedesk.libraries import SignIn, forget_keys, keep_keys, plan_library, set_up_library
from imagedesk.ui.theme import ThemeSource
from imagedesk.workers.gui_inbox import GuiInbox
from imagedesk.workers.operation_runner import OperationHandle, OperationRunner

if TYPE_CHECKING:
    from imagedesk.ui.dialogs.connect_dialog import ConnectDialog

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
        self._running: OperationHandle | None = None
        self._told: list[SetupStep] = []
        # Steps come with the dialog that asked for them: those for one that was closed are dropped.
        self._inbox: GuiInbox[tuple[ConnectDialog, SetupStep]] = GuiInbox(self._on_steps_came, self)

    @property
    def dialog(self) -> ConnectDialog | None:
        """While it is open."""
        return self._dialog

    def begin(self, profile: AwsProfile, user: str) -> None:
        """Open the dialog with what is known; a second call while it is open does nothing."""
        if self._dialog is not None:
            return
        from imagedesk.ui.dialogs.connect_dialog import ConnectDialog  # few starts need it

        dialog = ConnectDialog(self._theme, profile, user, self._window)
        dialog.connect_requested.connect(self._on_connect_requested)
        dialog.plan_requested.connect(self._on_plan_requested)
        dialog.setup_requested.connect(self._on_setup_requested)
        dialog.forget_requested.connect(self._on_forget_requested)
        dialog.finished.connect(self._on_finished)
        self._dialog = dialog
        dialog.open()

    def _on_finished(self) -> None:
        self._dialog = None
        if self._running is not None:
            self._running.cancel()

    def _on_connect_requested(self, profile: AwsProfile, user: str) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        keys, before = dialog.typed_keys(), dialog.known
        if keys is None and (not profile.keys_in_keyring or profile.name == before.name):
            self._connect(dialog, profile, user)
            return
        profile = replace(profile, keys_in_keyring=True)
        dialog.set_asking_keyring()
        self._running = self._runner.start(
            lambda _cancel: keep_keys(before, profile, keys),
            lambda _kept: self._connect(dialog, profile, user),
            partial(self._on_failed, dialog),
        )

    def _connect(self, dialog: ConnectDialog, profile: AwsProfile, user: str) -> None:
        if self._dialog is dialog and self._is_saved(profile):
            dialog.accept()
            self.connected.emit(profile, user)

    def _is_saved(self, profile: AwsProfile) -> bool:
        """False if the settings cannot be written, which the dialog then says."""
        try:
            self._save(profile)
        except ImageDeskError as error:
            assert self._dialog is not None
            self._dialog.set_error(error.title, error.message)
            return False
        return True

    def _on_forget_requested(self) -> None:
        if (dialog := self._dialog) is not None:
            known = dialog.known
            self._running = self._runner.start(
                lambda _cancel: forget_keys(known),
                partial(self._on_forgotten, dialog),
                partial(self._on_failed, dialog),
            )

    def _on_forgotten(self, dialog: ConnectDialog, _done: object) -> None:
        if self._is_saved(replace(dialog.known, keys_in_keyring=False)) and self._dialog is dialog:
            dialog.set_forgotten()

    def _on_plan_requested(self, profile: AwsProfile) -> None:
        if (dialog := self._dialog) is not None:
            sign_in = SignIn(dialog.typed_keys())
            work = _collecting(lambda: plan_library(profile, sign_in=sign_in), _not_told)
            self._running = self._runner.start(
                work, partial(self._on_planned, dialog), partial(self._on_failed, dialog)
            )

    def _on_setup_requested(self, profile: AwsProfile, add_indexes: bool) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        self._told, sign_in = [], SignIn(dialog.typed_keys())
        work = _collecting(
            lambda: set_up_library(profile, add_indexes=add_indexes, sign_in=sign_in),
            lambda step: self._inbox.post((dialog, step)),
        )
        self._running = self._runner.start(work, partial(self._on_set_up, dialog), partial(self._on_failed, dialog))

    def _on_steps_came(self, steps: list[tuple[ConnectDialog, SetupStep]]) -> None:
        self._told += [step for dialog, step in steps if dialog is self._dialog]
        if self._dialog is not None and self._told:
            self._dialog.set_progress(self._told)

    # What comes for a dialog that was closed meanwhile is dropped: Qt has deleted it.

    def _on_planned(self, dialog: ConnectDialog, plan: list[SetupStep]) -> None:
        if self._dialog is dialog:
            dialog.set_plan(plan)

    def _on_set_up(self, dialog: ConnectDialog, steps: list[SetupStep]) -> None:
        if self._dialog is dialog:
            self._told = []
            dialog.set_steps(steps)

    def _on_failed(self, dialog: ConnectDialog, error: ImageDeskError) -> None:
        if self._dialog is dialog:
            dialog.set_error(error.title, error.message)


def _not_told(_step: SetupStep) -> None:
    """A plan is shown when it is whole."""


def _collecting(
    begin: Callable[[], Iterable[SetupStep]], tell: Callable[[SetupStep], None]
) -> Callable[[CancelToken], list[SetupStep]]:
    def run(cancel: CancelToken) -> list[SetupStep]:
        steps = []
        for step in begin():
            cancel.raise_if_cancelled()
            steps.append(step)
            tell(step)
        return steps

    return run
