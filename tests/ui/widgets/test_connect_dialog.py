"""The dialog that asks where a library of S3 and DynamoDB is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from imagedesk.core.ports import SetupStep
from imagedesk.core.profiles import AwsProfile
from imagedesk.ui.dialogs.connect_dialog import ConnectDialog
from imagedesk.ui.theme import ThemeSource
from tests.ui.widgets.conftest import Show
from tests.ui.widgets.hostile_text import HOSTILE, breaches

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton
TYPED = {
    "title": "Team Photos 2026",
    "bucket": "my-team-images",
    "table": "my-team-table",
    "region": "eu-west-1",
    "profile": "work",
    "s3_endpoint_url": "http://localhost:4566",
    "dynamodb_endpoint_url": "http://localhost:4567",
    "kms_key": "alias/team",
}


@pytest.fixture
def window(theme: ThemeSource, show: Show) -> QWidget:
    window = QWidget()
    show(window)
    return window


@pytest.fixture
def dialog(window: QWidget, theme: ThemeSource, qtbot: QtBot) -> ConnectDialog:
    return opened(qtbot, ConnectDialog(theme, AwsProfile("aws"), "", window))


def opened(qtbot: QtBot, dialog: ConnectDialog) -> ConnectDialog:
    with qtbot.waitExposed(dialog):
        dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def fill(qtbot: QtBot, field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, KEY.Key_Delete)
    qtbot.keyClicks(field, text)


def test_the_profile_is_exactly_what_was_typed(qtbot: QtBot, dialog: ConnectDialog) -> None:
    for name, text in TYPED.items():
        fill(qtbot, dialog.fields[name], f" {text} ")
    fill(qtbot, dialog.user, " alice ")
    with qtbot.waitSignal(dialog.connect_requested) as asked:
        qtbot.mouseClick(dialog.connect_button, LEFT)
    assert asked.args == [AwsProfile("team-photos-2026", **TYPED), "alice"]


def test_empty_fields_are_left_to_the_defaults_and_to_boto3(qtbot: QtBot, dialog: ConnectDialog) -> None:
    for field in dialog.fields.values():
        fill(qtbot, field, "")
    assert dialog.profile() == AwsProfile("aws")
    with qtbot.waitSignal(dialog.connect_requested) as asked:
        qtbot.keyClick(dialog.fields["bucket"], KEY.Key_Return)
    assert asked.args == [AwsProfile("aws"), ""]


def test_a_title_that_stays_keeps_the_name_of_the_profile(qtbot: QtBot, window: QWidget, theme: ThemeSource) -> None:
    known = AwsProfile("work-2", bucket="b", title="Team library", allow_http=True)
    dialog = opened(qtbot, ConnectDialog(theme, known, "", window))
    fill(qtbot, dialog.fields["region"], "eu-north-1")
    assert dialog.profile() == AwsProfile(
        "work-2", bucket="b", title="Team library", region="eu-north-1", allow_http=True
    )
    dialog.fields["title"].setText("Архив")  # QTest types ASCII only
    assert dialog.profile().name == "work-2"
    assert dialog.profile().title == "Архив"
    fill(qtbot, dialog.fields["title"], "The Archive!")
    assert dialog.profile().name == "the-archive"
    dialog.reject()


def test_it_opens_with_what_is_known(qtbot: QtBot, window: QWidget, theme: ThemeSource) -> None:
    known = AwsProfile("team", **TYPED)
    dialog = opened(qtbot, ConnectDialog(theme, known, "bob", window))
    assert {name: field.text() for name, field in dialog.fields.items()} == TYPED
    assert dialog.user.text() == "bob"
    assert dialog.profile() == known
    dialog.reject()


def test_connecting_leaves_the_dialog_open_until_the_caller_is_content(qtbot: QtBot, dialog: ConnectDialog) -> None:
    qtbot.mouseClick(dialog.connect_button, LEFT)
    assert dialog.isVisible()
    dialog.set_error("No access", "Ask the owner of the bucket.")
    assert dialog.message.text() == "No access. Ask the owner of the bucket."
    assert dialog.message.isVisible()
    assert dialog.message.property("kind") == "danger"
    assert dialog.connect_button.isEnabled()


def test_set_up_is_told_step_by_step(qtbot: QtBot, dialog: ConnectDialog) -> None:
    fill(qtbot, dialog.fields["bucket"], "my-team-images")
    dialog.setup_button.setFocus()
    with qtbot.waitSignal(dialog.plan_requested) as asked:
        qtbot.keyClick(dialog.setup_button, KEY.Key_Space)
    assert asked.args[0].bucket == "my-team-images"
    assert "my-team-images" in dialog.message.text()
    dialog.set_plan([SetupStep("bucket", "to make")])
    assert dialog.message.text().splitlines()[1:] == ["bucket: will be made"]
    with qtbot.waitSignal(dialog.setup_requested) as confirmed:
        qtbot.mouseClick(dialog.setup_button, LEFT)
    assert confirmed.args[0].bucket == "my-team-images"
    for button in (dialog.setup_button, dialog.connect_button):
        assert not button.isEnabled()
        assert button.toolTip() == "The library is being set up."
    steps = [SetupStep("bucket", "made"), SetupStep("table", "kept", "on demand"), SetupStep("backups", "not offered")]
    dialog.set_steps(steps)
    assert dialog.message.text().splitlines() == [
        "The library is set up.",
        "bucket: made",
        "table: was there already (on demand)",
        "backups: not offered here",
    ]
    assert dialog.setup_button.isEnabled()
    assert "creating the bucket" in dialog.setup_button.toolTip()
    assert dialog.connect_button.toolTip() == ""


def test_a_failed_set_up_can_be_tried_again(qtbot: QtBot, dialog: ConnectDialog) -> None:
    qtbot.mouseClick(dialog.setup_button, LEFT)
    dialog.set_error("Not permitted", "s3:CreateBucket is denied.")
    with qtbot.waitSignal(dialog.plan_requested):
        qtbot.mouseClick(dialog.setup_button, LEFT)


def test_escape_and_cancel_give_up(qtbot: QtBot, dialog: ConnectDialog) -> None:
    with qtbot.waitSignal(dialog.finished) as finished:
        qtbot.keyClick(dialog.fields["title"], KEY.Key_Escape)
    assert finished.args == [QDialog.DialogCode.Rejected]


def test_tab_reaches_every_field_and_button_in_their_order(qtbot: QtBot, dialog: ConnectDialog) -> None:
    fill(qtbot, dialog.fields["s3_endpoint_url"], "https://s3.example.org")
    dialog.fields["title"].setFocus()
    seen: list[str] = []
    buttons = [button for button in dialog.findChildren(QPushButton) if button.isVisible()]
    for _ in range(len(TYPED) + 3 + len(buttons)):
        focused = dialog.focusWidget()
        assert focused is not None
        seen.append(focused.text() if isinstance(focused, QPushButton) else focused.accessibleName())
        qtbot.keyClick(focused, KEY.Key_Tab)
    assert seen[:11] == [
        "Name in the menu", "S3 bucket", "DynamoDB table", "Region", "AWS profile", "S3 endpoint",
        "DynamoDB endpoint", "KMS key", "Access key", "Secret key", "Your name",
    ]  # fmt: skip
    assert {"Set up…", "Cancel", "Connect"} <= set(seen[11:])
    assert dialog.focusWidget() is dialog.fields["title"]


@pytest.mark.parametrize("text", HOSTILE, ids=["markup", "bidi", "controls", "long"])
def test_what_a_server_says_is_plain_text(qtbot: QtBot, dialog: ConnectDialog, text: str) -> None:
    dialog.set_error(text, text)
    assert breaches(dialog) == []
    dialog.set_steps([SetupStep(text, text, text)])
    assert breaches(dialog) == []
