"""Set-up that is still under way when its dialog is closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from imagedesk.connecting import Connecting
from imagedesk.core.errors import StoreUnavailable
from imagedesk.core.ports import SetupStep
from imagedesk.core.profiles import AwsProfile
from imagedesk.ui.dialogs.connect_dialog import ConnectDialog
from imagedesk.ui.theme import ThemeSource
from tests.ui.widgets.conftest import Show

STEPS = [SetupStep("bucket", "made")]


class HeldRunner:
    """Runs nothing: the test says how each operation ends."""

    def __init__(self) -> None:
        self.started: list[tuple[Callable[[Any], None], Callable[[Any], None]]] = []

    def start(self, _work: object, succeeded: Callable[[Any], None], failed: Callable[[Any], None]) -> None:
        self.started.append((succeeded, failed))


@pytest.fixture
def window(theme: ThemeSource, show: Show) -> QWidget:
    window = QWidget()
    show(window)
    return window


@pytest.fixture
def runner() -> HeldRunner:
    return HeldRunner()


@pytest.fixture
def connecting(runner: HeldRunner, theme: ThemeSource, window: QWidget) -> Connecting:
    return Connecting(runner, lambda _profile: None, theme, window)  # type: ignore[arg-type]


def begin_setup(qtbot: QtBot, connecting: Connecting, runner: HeldRunner) -> ConnectDialog:
    """The plan is there, and set-up is under way."""
    connecting.begin(AwsProfile("aws"), "")
    dialog = connecting.dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.isVisible)
    qtbot.mouseClick(dialog.setup_button, Qt.MouseButton.LeftButton)
    runner.started.pop()[0]([SetupStep("bucket", "to make")])
    qtbot.mouseClick(dialog.setup_button, Qt.MouseButton.LeftButton)
    return dialog


def test_the_steps_are_told_in_the_dialog(qtbot: QtBot, connecting: Connecting, runner: HeldRunner) -> None:
    dialog = begin_setup(qtbot, connecting, runner)
    runner.started[0][0](STEPS)
    assert "bucket: made" in dialog.message.text()
    dialog.reject()


@pytest.mark.parametrize("ending", ["succeeded", "failed"])
def test_what_comes_for_a_closed_dialog_is_dropped(
    qtbot: QtBot, connecting: Connecting, runner: HeldRunner, ending: str
) -> None:
    closed = begin_setup(qtbot, connecting, runner)
    with qtbot.waitSignal(closed.destroyed):
        closed.reject()
    succeeded, failed = runner.started[0]
    connecting.begin(AwsProfile("other"), "")
    again = connecting.dialog
    assert again is not None
    if ending == "succeeded":
        succeeded(STEPS)
    else:
        failed(StoreUnavailable("It cannot be reached."))
    assert again.message.text() == ""
    again.reject()
