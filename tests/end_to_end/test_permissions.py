"""What the credentials do not permit is told when the library opens, and is not offered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from imagedesk import session
from imagedesk.core.access import NEEDED_FOR, MissingAction
from imagedesk.core.profiles import AwsProfile, EmbeddedProfile
from imagedesk.libraries import OpenLibrary
from imagedesk.libraries import open_library as really_open
from imagedesk.ui.dialogs.connect_dialog import ConnectDialog
from imagedesk.ui.dialogs.policy_dialog import PolicyDialog
from tests.end_to_end.conftest import OpenDesktop


class Refused:
    """An access check that finds these actions missing."""

    def __init__(self, *actions: str) -> None:
        self._actions = actions

    def missing(self, user_id: str) -> tuple[MissingAction, ...]:
        return tuple(MissingAction(action, "arn:aws:s3:::images", NEEDED_FOR[action]) for action in self._actions)


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def plan(*actions: str) -> None:
        def open_it(*arguments: object, **options: object) -> OpenLibrary:
            library = really_open(*arguments, **options)  # type: ignore[arg-type]
            return replace(library, access=Refused(*actions))

        monkeypatch.setattr(session, "open_library", open_it)

    return plan


def test_a_missing_permission_is_named_and_what_needs_it_is_not_offered(
    open_desktop: OpenDesktop,
    folder_library: EmbeddedProfile,
    refuse: Callable[..., None],
    pictures: Callable[..., list[Path]],
) -> None:
    first = open_desktop(folder_library)
    first.drop(pictures(1))
    first.wait_for_rows(1)
    first.wait_until_idle()
    first.app.close()
    refuse("s3:PutObject", "dynamodb:DeleteItem")
    desktop = open_desktop(folder_library)
    assert "s3:PutObject" in desktop.banner()
    desktop.wait_for_rows(1)
    desktop.choose(desktop.names()[0])
    buttons = desktop.window.top_bar.buttons
    desktop.wait(lambda: buttons["download"].isEnabled())
    assert not buttons["upload"].isEnabled()
    assert "s3:PutObject" in buttons["upload"].toolTip()
    assert not buttons["delete"].isEnabled()
    assert "dynamodb:DeleteItem" in buttons["delete"].toolTip()
    desktop.key(Qt.Key.Key_Return)
    assert not desktop.window.viewer.buttons["delete"].isEnabled()
    desktop.drop(pictures(1, folder="more"))
    desktop.wait(lambda: desktop.window.banner.title.text() == "You cannot upload to this library")
    assert desktop.context.transfers.summary().files == 0


def test_with_every_permission_nothing_is_said(
    open_desktop: OpenDesktop, aws_profile: Callable[[], AwsProfile]
) -> None:
    desktop = open_desktop(aws_profile())
    desktop.wait(lambda: "Synced" in desktop.window.status.sync.text())
    assert desktop.window.banner.isHidden()
    assert desktop.window.top_bar.buttons["upload"].isEnabled()


def test_the_policy_for_an_administrator_is_copied_from_the_connection_dialog(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile
) -> None:
    desktop = open_desktop(folder_library)
    desktop.window.connect_requested.emit()
    connect = desktop.dialog()
    assert isinstance(connect, ConnectDialog)
    connect.fields["bucket"].setText("team-pictures")
    desktop.qtbot.mouseClick(connect.policy_button, Qt.MouseButton.LeftButton)
    policy = next(w for w in QApplication.topLevelWidgets() if isinstance(w, PolicyDialog) and w.isVisible())
    desktop.qtbot.mouseClick(policy.copy_button, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert "arn:aws:s3:::team-pictures/images/${aws:username}/*" in copied
    assert "ForAllValues:StringLike" in copied
    policy.reject()
    connect.reject()
