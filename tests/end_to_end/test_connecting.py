"""Libraries that cannot be reached, are not set up, or are chosen anew; and what one window leaves for the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from imagedesk import session
from imagedesk.core.profiles import AwsProfile, EmbeddedProfile
from imagedesk.settings import load_settings
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.indexes import usable_indexes
from imagedesk.ui.dialogs.connect_dialog import ConnectDialog
from imagedesk.workers.sync_schedule import SyncPace
from imagedesk.workers.sync_worker import SyncWorker
from tests.contract.aws_servers import create_bare_table
from tests.end_to_end.conftest import OpenDesktop
from tests.end_to_end.desktop import Desktop
from tests.unit.stores.aws.faulty_proxy import Fault, FaultyProxy, faulty_proxy

Pictures = Callable[..., list[Path]]


@pytest.fixture
def proxy(moto_server_url: str) -> Iterator[FaultyProxy]:
    with faulty_proxy(moto_server_url, moto_server_url) as proxy:
        yield proxy


def way_out(desktop: Desktop, text: str) -> QPushButton:
    buttons = desktop.window.banner.findChildren(QPushButton)
    return next(button for button in buttons if button.text() == text and button.isVisible())


def test_an_endpoint_that_refuses_is_a_banner_with_a_way_out(open_desktop: OpenDesktop, aws_credentials: None) -> None:
    nobody = "http://127.0.0.1:9"
    profile = AwsProfile("aws", region="us-east-1", s3_endpoint_url=nobody, dynamodb_endpoint_url=nobody)
    desktop = open_desktop(profile, opens=False)
    assert "127.0.0.1:9" in desktop.banner()
    assert way_out(desktop, "Try again").isEnabled()
    assert "Offline" in desktop.window.status.state.text()


def test_a_library_that_is_not_there_is_set_up_from_the_banner_and_then_works(
    open_desktop: OpenDesktop, blank_aws_profile: Callable[[], AwsProfile], pictures: Pictures
) -> None:
    profile = blank_aws_profile()
    desktop = open_desktop(profile)
    assert profile.table in desktop.banner() or profile.bucket in desktop.banner()
    desktop.qtbot.mouseClick(way_out(desktop, "Set up…"), Qt.MouseButton.LeftButton)
    dialog = desktop.dialog()
    assert isinstance(dialog, ConnectDialog)
    assert dialog.fields["bucket"].text() == profile.bucket
    desktop.qtbot.mouseClick(dialog.setup_button, Qt.MouseButton.LeftButton)
    desktop.wait(lambda: "nothing is changed yet" in dialog.message.text())
    assert f"Bucket {profile.bucket}: will be made" in dialog.message.text()
    assert profile.table in desktop.banner() or profile.bucket in desktop.banner()
    assert dialog.setup_button.text() == "Do it"
    desktop.qtbot.mouseClick(dialog.setup_button, Qt.MouseButton.LeftButton)
    desktop.wait(lambda: "is set up" in dialog.message.text())
    assert f"Bucket {profile.bucket}: made" in dialog.message.text()
    desktop.qtbot.mouseClick(dialog.connect_button, Qt.MouseButton.LeftButton)
    desktop.wait_until_open()
    desktop.wait(lambda: desktop.window.banner.isHidden())
    desktop.drop(pictures(1))
    desktop.wait_for_rows(1)
    desktop.wait_until_idle()


def test_a_plan_belongs_to_the_fields_and_an_older_table_is_offered_its_indexes(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, blank_aws_profile: Callable[[], AwsProfile]
) -> None:
    profile = blank_aws_profile()
    connection = AwsConnection(profile)
    create_bare_table(connection)
    desktop = open_desktop(folder_library)
    desktop.window.connect_requested.emit()
    dialog = desktop.dialog()
    assert isinstance(dialog, ConnectDialog)
    for name, field in dialog.fields.items():
        field.setText(getattr(profile, name) or "")
    desktop.qtbot.mouseClick(dialog.setup_button, Qt.MouseButton.LeftButton)
    desktop.wait(lambda: dialog.setup_button.text() == "Do it")
    assert "Index by-user: is missing" in dialog.message.text()
    assert dialog.add_indexes.isVisible()
    desktop.qtbot.keyClicks(dialog.fields["region"], "x")
    assert dialog.setup_button.text() == "Set up…"
    assert not dialog.add_indexes.isVisible()
    desktop.qtbot.keyClick(dialog.fields["region"], Qt.Key.Key_Backspace)
    desktop.qtbot.mouseClick(dialog.setup_button, Qt.MouseButton.LeftButton)
    desktop.wait(lambda: dialog.setup_button.text() == "Do it")
    desktop.qtbot.mouseClick(dialog.setup_button, Qt.MouseButton.LeftButton)
    desktop.wait(lambda: "is set up" in dialog.message.text())
    assert "Index timeline: made" in dialog.message.text()
    assert len(usable_indexes(connection)) == 3
    desktop.qtbot.mouseClick(dialog.setup_button, Qt.MouseButton.LeftButton)
    desktop.wait(lambda: "Everything is there already" in dialog.message.text())
    assert dialog.setup_button.text() == "Set up…"
    connection.close()
    dialog.reject()


def test_wrong_endpoints_in_the_dialog_are_told_in_the_dialog(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, aws_credentials: None
) -> None:
    desktop = open_desktop(folder_library)
    desktop.window.connect_requested.emit()
    dialog = desktop.dialog()
    assert isinstance(dialog, ConnectDialog)
    dialog.fields["region"].setText("us-east-1")
    for name in ("s3_endpoint_url", "dynamodb_endpoint_url"):
        dialog.fields[name].setText("http://127.0.0.1:9")
    desktop.qtbot.mouseClick(dialog.setup_button, Qt.MouseButton.LeftButton)
    desktop.wait(lambda: "127.0.0.1:9" in dialog.message.text())
    assert dialog.setup_button.isEnabled()
    dialog.reject()


def test_another_library_is_chosen_from_the_menu_and_remembered(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Pictures, tmp_path: Path
) -> None:
    desktop = open_desktop(folder_library)
    desktop.drop(pictures(2))
    desktop.wait_for_rows(2)
    desktop.wait_until_idle()
    other = EmbeddedProfile(str(tmp_path / "other"), tmp_path / "other", "other")
    desktop.window.library_menu.library_chosen.emit(other)
    desktop.wait(lambda: desktop.app.session is not None and desktop.context.profile == other)
    desktop.wait_until_open()
    assert desktop.rows() == 0
    assert load_settings().preferences.library == str(other.folder)


def test_what_was_uploaded_is_there_at_the_next_start(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Pictures
) -> None:
    first = open_desktop(folder_library)
    first.drop(pictures(3))
    first.wait_for_rows(3)
    first.wait_until_idle()
    names = first.names()
    first.app.close()
    again = open_desktop(folder_library)
    again.wait_for_rows(3)
    assert again.names() == names


def test_uploads_that_were_under_way_go_on_at_the_next_start(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, pictures: Pictures
) -> None:
    first = open_desktop(folder_library)
    paths = pictures(20)
    first.drop(paths)
    first.wait(lambda: first.context.transfers.summary().files == len(paths))
    first.app.close()
    again = open_desktop(folder_library)
    again.wait_for_rows(len(paths))
    again.wait_until_idle()
    assert sorted(again.names()) == sorted(path.name for path in paths)


@pytest.mark.parametrize("user", ["a/b", "x" * 65])
def test_a_name_that_cannot_be_used_is_told(
    open_desktop: OpenDesktop, folder_library: EmbeddedProfile, user: str
) -> None:
    desktop = open_desktop(folder_library, user, opens=False)
    assert "cannot be a user name" in desktop.banner()


def test_the_name_can_be_changed_where_nothing_verifies_it(
    open_desktop: OpenDesktop, aws_profile: Callable[[], AwsProfile], pictures: Pictures
) -> None:
    desktop = open_desktop(replace(aws_profile(), title="Emulator"), "carol")
    assert "carol" in desktop.window.status.who.text()
    assert "not verified" in desktop.window.status.who.text()


@pytest.mark.parametrize("a_person_asks", [True, False])
def test_a_library_out_of_reach_opens_on_its_catalogue_and_recovers_by_itself(
    open_desktop: OpenDesktop,
    aws_profile: Callable[[], AwsProfile],
    pictures: Pictures,
    proxy: FaultyProxy,
    monkeypatch: pytest.MonkeyPatch,
    a_person_asks: bool,
) -> None:
    if not a_person_asks:
        monkeypatch.setattr(session, "SyncWorker", partial(SyncWorker, pace=SyncPace(first_retry=0.05, last_retry=0.2)))
    profile = replace(aws_profile(), s3_endpoint_url=proxy.url, dynamodb_endpoint_url=proxy.url)
    first = open_desktop(profile)
    first.drop(pictures(3))
    first.wait_for_rows(3)
    first.wait_until_idle()
    first.app.close()
    proxy.plan(*(Fault(request, "refuse", times=1_000_000) for request in ("Scan", "Query", "BatchGetItem")))
    offline = open_desktop(profile)
    offline.wait_for_rows(3)
    assert "cannot be reached" in offline.banner()
    assert "Offline" in offline.window.status.state.text()
    assert offline.context.me == "alice"
    proxy.heal()
    if a_person_asks:
        offline.qtbot.mouseClick(way_out(offline, "Try again"), Qt.MouseButton.LeftButton)
    offline.wait(lambda: offline.window.banner.isHidden())
    assert "Connected" in offline.window.status.state.text()
