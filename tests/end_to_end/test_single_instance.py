"""A second start hands its files to the window that is open: real processes, real sockets."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent
from pytestqt.qtbot import QtBot

from imagedesk.core.profiles import EmbeddedProfile
from imagedesk.library_choice import library_data_name
from imagedesk.settings import load_settings, save_preferences
from imagedesk.single_instance import WindowServer, hand_over, may_be_open, server_name

QtNetwork = pytest.importorskip(
    "PySide6.QtNetwork", reason="QtNetwork lacks a library of the system", exc_type=ImportError
)
PATIENCE_S = 60
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="looks at the socket's file")
Start = Callable[..., "subprocess.Popen[str]"]
Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts ``imagedesk`` with arguments as a process of its own; ends all in the end."""
    running: list[subprocess.Popen[str]] = []
    settings = load_settings()  # of somebody who has been asked what an upload keeps
    save_preferences(replace(settings, preferences=replace(settings.preferences, camera_data="keep")))

    def run(*words: str, cwd: Path | None = None) -> subprocess.Popen[str]:
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "QT_QPA_PLATFORM": "offscreen"}
        process = subprocess.Popen(
            [sys.executable, "-m", "imagedesk", *words],
            env=environment,
            cwd=cwd or tmp_path,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        running.append(process)
        return process

    yield run
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def wait_until(qtbot: QtBot) -> Wait:
    return partial(qtbot.waitUntil, timeout=PATIENCE_S * 1000)


def has_window() -> bool:
    return Path(server_name()).exists()


def images_in(folder: Path) -> set[str]:
    return {path.name for path in (folder / "images").rglob("*.*") if path.is_file()}


def test_a_second_start_uploads_to_the_open_window_and_ends(
    start: Start, wait_until: Wait, tmp_path: Path, pictures: Callable[..., list[Path]]
) -> None:
    first, second = pictures(2)
    library = tmp_path / "library"
    window = start("--library", str(library), "--user", "alice", str(first))
    wait_until(lambda: images_in(library) == {first.name})
    later = start(second.name, cwd=second.parent)
    assert later.wait(PATIENCE_S) == 0
    wait_until(lambda: images_in(library) == {first.name, second.name})
    assert window.poll() is None


def test_a_library_named_in_the_call_gets_a_window_of_its_own(
    start: Start, wait_until: Wait, tmp_path: Path, pictures: Callable[..., list[Path]]
) -> None:
    [picture] = pictures(1)
    start("--library", str(tmp_path / "one"))
    wait_until(has_window)
    other = start("--library", str(tmp_path / "other"), str(picture))
    wait_until(lambda: images_in(tmp_path / "other") == {picture.name})
    assert other.poll() is None
    assert images_in(tmp_path / "one") == set()


def test_what_a_killed_window_leaves_behind_is_cleared(start: Start, wait_until: Wait, tmp_path: Path) -> None:
    killed = start("--library", str(tmp_path / "one"))
    wait_until(has_window)
    killed.send_signal(signal.SIGKILL)
    killed.wait(PATIENCE_S)
    assert Path(server_name()).exists()
    start("--library", str(tmp_path / "one"))
    wait_until(lambda: start().wait(PATIENCE_S) == 0 if _is_answered() else False)


def _is_answered() -> bool:
    socket = QtNetwork.QLocalSocket()
    socket.connectToServer(server_name())
    answered = socket.waitForConnected(1000)
    socket.abort()
    return bool(answered)


def test_without_a_window_nothing_is_handed_over() -> None:
    assert not hand_over([], None)


def test_only_this_person_can_reach_the_window(qtbot: QtBot) -> None:
    server = WindowServer(lambda: None)
    assert server.listen()
    path = Path(server_name())
    assert path.stat().st_mode & 0o077 == 0
    server.close()
    assert not path.exists()


def test_the_second_window_leaves_the_first_ones_socket_alone(qtbot: QtBot) -> None:
    first, second = WindowServer(lambda: None), WindowServer(lambda: None)
    assert first.listen()
    assert not second.listen()
    second.close()
    assert Path(server_name()).exists()
    first.close()


@pytest.mark.parametrize(
    "words", [b"GET / HTTP/1.0\n", b"[]\n", b'{"library": null, "activation": "", "files": [7]}\n', b"\xff\xfe\n"]
)
def test_what_is_no_request_gets_no_answer_and_the_window_goes_on(qtbot: QtBot, words: bytes) -> None:
    server = WindowServer(lambda: None)
    assert server.listen()
    socket = QtNetwork.QLocalSocket()
    socket.connectToServer(server_name())
    with qtbot.waitSignal(socket.disconnected, timeout=PATIENCE_S * 1000):
        socket.write(words)
    assert socket.bytesAvailable() == 0
    assert isinstance(server._server, QtNetwork.QLocalServer)
    assert server._server.isListening()
    server.close()


def test_one_who_says_nothing_is_sent_away(qtbot: QtBot) -> None:
    server = WindowServer(lambda: None)
    assert server.listen()
    socket = QtNetwork.QLocalSocket()
    with qtbot.waitSignal(socket.disconnected, timeout=PATIENCE_S * 1000):
        socket.connectToServer(server_name())
    server.close()


def test_a_file_that_the_system_opens_is_taken(qtbot: QtBot, tmp_path: Path) -> None:
    server = WindowServer(lambda: None)
    with qtbot.waitSignal(server.files_arrived) as arrived:
        assert server.eventFilter(server, QFileOpenEvent(QUrl.fromLocalFile(str(tmp_path / "a.jpg"))))
    assert arrived.args == [[tmp_path / "a.jpg"]]


def test_the_library_is_compared_by_its_place(tmp_path: Path) -> None:
    one, same = EmbeddedProfile("one", tmp_path), EmbeddedProfile("one", tmp_path, "Another title")
    assert library_data_name(one) == library_data_name(same)
    assert library_data_name(one) != library_data_name(EmbeddedProfile("one", tmp_path / "other"))


def test_a_socket_that_a_killed_window_left_is_no_open_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert not may_be_open()
    place = Path(server_name())
    place.parent.mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(place))
        assert not may_be_open()
        listener.listen()
        assert may_be_open()
    assert place.exists()
    assert not may_be_open()
