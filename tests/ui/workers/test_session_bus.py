"""What a Linux desktop is told, at a real message bus with a notification server of the test's own."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from imagedesk.workers.session_bus import SessionBus

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("dbus-daemon") is None, reason="needs a D-Bus daemon"
)
CONFIGURATION = """<busconfig><type>session</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>"""


@pytest.fixture
def bus_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    socket, settings = tmp_path / "bus", tmp_path / "bus.conf"
    settings.write_text(CONFIGURATION.format(socket=socket))
    daemon = subprocess.Popen(
        ["dbus-daemon", f"--config-file={settings}", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert daemon.stdout is not None
    address = daemon.stdout.readline().strip()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    yield address
    daemon.terminate()
    daemon.wait()
    daemon.stdout.close()


class Server:
    """Answers on a thread until it got its ``last`` call; ``got`` are the bodies of its calls by member."""

    def __init__(self, name: str, last: str, capabilities: Sequence[str] = ()) -> None:
        from jeepney import message_bus
        from jeepney.io.blocking import open_dbus_connection

        self.got: dict[str, tuple[Any, ...]] = {}
        self._capabilities, self._last = list(capabilities), last
        self._connection = open_dbus_connection("SESSION")
        self._connection.send_and_get_reply(message_bus.RequestName(name), timeout=30)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        from jeepney import HeaderFields, MessageType, new_method_return

        while self._last not in self.got:
            message = self._connection.receive(timeout=30)
            if message.header.message_type is not MessageType.method_call:
                continue
            member = message.header.fields[HeaderFields.member]
            self.got[member] = message.body
            answer = ("as", (self._capabilities,)) if member == "GetCapabilities" else ("u", (7,))
            self._connection.send(new_method_return(message, *answer))

    def close(self) -> None:
        self._thread.join()
        self._connection.close()


@pytest.mark.parametrize(
    ("capabilities", "shown"), [(["body"], "<b>2</b> & more"), (["body-markup"], "&lt;b&gt;2&lt;/b&gt; &amp; more")]
)
def test_a_notification_is_plain_text_whatever_the_server_makes_of_markup(
    bus_address: str, capabilities: list[str], shown: str
) -> None:
    server, bus = Server("org.freedesktop.Notifications", "Notify", capabilities), SessionBus()
    try:
        assert bus.notify("Transfers finished", "<b>2</b> & more")
    finally:
        server.close()
        bus.close()
    name, replaces, _icon, title, body, actions, hints, timeout = server.got["Notify"]
    assert (name, replaces, title, body, actions, timeout) == ("ImageDesk", 0, "Transfers finished", shown, [], -1)
    assert hints["desktop-entry"] == ("s", "imagedesk")


def test_files_are_shown_selected_in_the_file_manager(bus_address: str) -> None:
    server, bus = Server("org.freedesktop.FileManager1", "ShowItems"), SessionBus()
    try:
        assert bus.show_files([Path("/tmp/a b.png"), Path("/tmp/<b>.png")])
    finally:
        server.close()
        bus.close()
    assert server.got["ShowItems"] == (["file:///tmp/a%20b.png", "file:///tmp/%3Cb%3E.png"], "")


def test_the_dock_is_told_how_far_it_is_and_when_it_is_over(bus_address: str) -> None:
    from jeepney import MatchRule, message_bus
    from jeepney.io.blocking import open_dbus_connection

    dock, bus = open_dbus_connection("SESSION"), SessionBus()
    rule = MatchRule(type="signal", interface="com.canonical.Unity.LauncherEntry", member="Update")
    dock.send_and_get_reply(message_bus.AddMatch(rule), timeout=30)
    with dock.filter(rule) as updates:
        bus.show_progress(0.25)
        bus.show_progress(None)
        seen = [dock.recv_until_filtered(updates, timeout=30).body for _ in range(2)]
    dock.close()
    bus.close()
    assert seen == [
        ("application://imagedesk.desktop", {"progress": ("d", 0.25), "progress-visible": ("b", True)}),
        ("application://imagedesk.desktop", {"progress": ("d", 0.0), "progress-visible": ("b", False)}),
    ]


def test_nobody_who_shows_notifications_is_no_fault(bus_address: str) -> None:
    bus = SessionBus()
    assert not bus.notify("Transfers finished", "2 files uploaded.")
    bus.close()


def test_a_desktop_without_a_bus_is_no_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'nowhere'}")
    bus = SessionBus()
    assert not bus.notify("Transfers finished", "2 files uploaded.")
    bus.show_progress(0.5)
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    again = SessionBus()
    again.show_progress(0.5)
    bus.close()
    again.close()
