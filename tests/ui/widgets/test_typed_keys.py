"""Keys in the connection dialog: typed for a server of its own, kept in the system keyring, changed and forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from imagedesk.connecting import Connecting
from imagedesk.core.errors import CannotWrite
from imagedesk.core.profiles import AwsProfile
from imagedesk.core.server_keys import ServerKeys
from imagedesk.stores.system_keyring import SystemKeyring
from imagedesk.ui.dialogs.connect_dialog import ConnectDialog
from imagedesk.ui.theme import ThemeSource
from imagedesk.workers.operation_runner import OperationRunner
from tests.fakes.keyring_backend import MemoryKeyring
from tests.ui.widgets.conftest import Show

LEFT = Qt.MouseButton.LeftButton
SERVER = "https://s3.example.org"
KEYS = ServerKeys("AKEXAMPLE", "very-secret")
KEPT = AwsProfile("nas", s3_endpoint_url=SERVER, title="NAS", keys_in_keyring=True)
Begin = Callable[[AwsProfile], ConnectDialog]


class Saved:
    """What was written to the settings; ``fault`` is raised instead."""

    def __init__(self) -> None:
        self.profiles: list[AwsProfile] = []
        self.fault: CannotWrite | None = None

    def __call__(self, profile: AwsProfile) -> None:
        if self.fault is not None:
            raise self.fault
        self.profiles.append(profile)


@pytest.fixture
def window(theme: ThemeSource, show: Show) -> QWidget:
    window = QWidget()
    show(window)
    return window


@pytest.fixture
def saved() -> Saved:
    return Saved()


@pytest.fixture
def connecting(theme: ThemeSource, window: QWidget, saved: Saved) -> Iterator[Connecting]:
    runner = OperationRunner("opener", parent=window)
    yield Connecting(runner, saved, theme, window)
    runner.shutdown(5000)


@pytest.fixture
def begin(qtbot: QtBot, connecting: Connecting) -> Begin:
    def open_dialog(profile: AwsProfile) -> ConnectDialog:
        connecting.begin(profile, "")
        dialog = connecting.dialog
        assert dialog is not None
        qtbot.waitUntil(dialog.isVisible)
        return dialog

    return open_dialog


def write(qtbot: QtBot, field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def test_typed_keys_are_kept_in_the_keyring_and_the_settings_only_say_so(
    qtbot: QtBot, begin: Begin, connecting: Connecting, saved: Saved, system_keyring: MemoryKeyring
) -> None:
    dialog = begin(AwsProfile("aws"))
    write(qtbot, dialog.fields["s3_endpoint_url"], SERVER)
    write(qtbot, dialog.keys.access_key, "AKEXAMPLE")
    write(qtbot, dialog.keys.secret_key, "very-secret")
    assert dialog.keys.secret_key.displayText() == "●" * len("very-secret")
    with qtbot.waitSignal(connecting.connected) as connected:
        qtbot.mouseClick(dialog.connect_button, LEFT)
    expected = AwsProfile("aws", s3_endpoint_url=SERVER, keys_in_keyring=True)
    assert connected.args == [expected, ""]
    assert saved.profiles == [expected]
    assert SystemKeyring().load(expected) == KEYS


def test_for_amazon_s_own_nothing_can_be_typed_and_the_field_says_why(qtbot: QtBot, begin: Begin) -> None:
    dialog = begin(AwsProfile("aws"))
    for endpoint in ("", "https://s3.eu-west-1.amazonaws.com"):
        dialog.fields["s3_endpoint_url"].setText(endpoint)
        assert not dialog.keys.access_key.isEnabled()
        assert "never typed here" in dialog.keys.secret_key.toolTip()
    dialog.fields["s3_endpoint_url"].setText(SERVER)
    assert dialog.keys.secret_key.isEnabled()
    write(qtbot, dialog.keys.secret_key, "very-secret")
    dialog.fields["s3_endpoint_url"].setText("")
    assert dialog.typed_keys() is None
    dialog.reject()


def test_half_of_the_keys_is_asked_for_whole(qtbot: QtBot, begin: Begin, saved: Saved) -> None:
    dialog = begin(replace(KEPT, keys_in_keyring=False))
    write(qtbot, dialog.keys.access_key, "AKEXAMPLE")
    for button in (dialog.connect_button, dialog.setup_button):
        qtbot.mouseClick(button, LEFT)
        assert "Type the access key and the secret key" in dialog.message.text()
    assert saved.profiles == []
    dialog.reject()


def test_kept_keys_are_never_shown_and_stay_when_nothing_is_typed(
    qtbot: QtBot, begin: Begin, connecting: Connecting, system_keyring: MemoryKeyring
) -> None:
    SystemKeyring().save(KEPT, KEYS)
    dialog = begin(KEPT)
    assert (dialog.keys.access_key.text(), dialog.keys.secret_key.text()) == ("", "")
    assert "kept in the system keyring" in dialog.keys.secret_key.placeholderText()
    with qtbot.waitSignal(connecting.connected) as connected:
        qtbot.mouseClick(dialog.connect_button, LEFT)
    assert connected.args == [KEPT, ""]
    assert SystemKeyring().load(KEPT) == KEYS


def test_keys_are_changed_by_typing_others(
    qtbot: QtBot, begin: Begin, connecting: Connecting, system_keyring: MemoryKeyring
) -> None:
    SystemKeyring().save(KEPT, KEYS)
    dialog = begin(KEPT)
    write(qtbot, dialog.keys.access_key, "AK2")
    write(qtbot, dialog.keys.secret_key, "another")
    with qtbot.waitSignal(connecting.connected):
        qtbot.mouseClick(dialog.connect_button, LEFT)
    assert SystemKeyring().load(KEPT) == ServerKeys("AK2", "another")


def test_another_endpoint_does_not_get_the_keys_of_this_one(qtbot: QtBot, begin: Begin, connecting: Connecting) -> None:
    dialog = begin(KEPT)
    write(qtbot, dialog.fields["s3_endpoint_url"], "https://elsewhere.example")
    assert dialog.keys.forget_button.isHidden()
    with qtbot.waitSignal(connecting.connected) as connected:
        qtbot.mouseClick(dialog.connect_button, LEFT)
    assert connected.args is not None
    assert connected.args[0].keys_in_keyring is False


def test_a_new_name_takes_the_keys_along(
    qtbot: QtBot, begin: Begin, connecting: Connecting, system_keyring: MemoryKeyring
) -> None:
    SystemKeyring().save(KEPT, KEYS)
    dialog = begin(KEPT)
    write(qtbot, dialog.fields["title"], "Archive")
    with qtbot.waitSignal(connecting.connected) as connected:
        qtbot.mouseClick(dialog.connect_button, LEFT)
    assert connected.args is not None
    assert SystemKeyring().load(connected.args[0]) == KEYS
    assert len(system_keyring.entries) == 1


def test_keys_can_be_forgotten(
    qtbot: QtBot, begin: Begin, saved: Saved, system_keyring: MemoryKeyring, connecting: Connecting
) -> None:
    SystemKeyring().save(KEPT, KEYS)
    dialog = begin(KEPT)
    qtbot.mouseClick(dialog.keys.forget_button, LEFT)
    qtbot.waitUntil(lambda: "were removed" in dialog.message.text())
    assert system_keyring.entries == {}
    assert saved.profiles == [replace(KEPT, keys_in_keyring=False)]
    assert dialog.keys.forget_button.isHidden()
    assert dialog.connect_button.isEnabled()
    dialog.reject()


def test_without_a_keyring_the_dialog_says_what_to_do_and_nothing_is_kept(
    qtbot: QtBot, begin: Begin, saved: Saved, system_keyring: MemoryKeyring
) -> None:
    system_keyring.priority = 0.0  # type: ignore[assignment]
    dialog = begin(replace(KEPT, keys_in_keyring=False))
    write(qtbot, dialog.keys.access_key, "AKEXAMPLE")
    write(qtbot, dialog.keys.secret_key, "very-secret")
    qtbot.mouseClick(dialog.connect_button, LEFT)
    qtbot.waitUntil(lambda: "no keyring" in dialog.message.text())
    assert "aws configure --profile" in dialog.message.text()
    assert saved.profiles == []
    assert dialog.connect_button.isEnabled()
    dialog.reject()


def test_settings_that_cannot_be_written_are_told(qtbot: QtBot, begin: Begin, saved: Saved) -> None:
    saved.fault = CannotWrite("The disk is read-only.")
    dialog = begin(replace(KEPT, keys_in_keyring=False))
    write(qtbot, dialog.keys.access_key, "AKEXAMPLE")
    write(qtbot, dialog.keys.secret_key, "very-secret")
    qtbot.mouseClick(dialog.connect_button, LEFT)
    qtbot.waitUntil(lambda: "read-only" in dialog.message.text())
    dialog.reject()
