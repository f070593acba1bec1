"""What the desktop is told on a thread of its own, and what is done where nobody there listens."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from imagedesk.workers.desktop_teller import LinuxDesktop, open_folders
from imagedesk.workers.session_bus import SessionBus


class FakeBus(SessionBus):
    """Notes what it is told; ``gate`` holds it up."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.gate.set()
        self.progress: list[float | None] = []
        self.notices: list[tuple[str, str]] = []
        self.is_closed = False

    def notify(self, title: str, text: str) -> bool:
        self.gate.wait()
        self.notices.append((title, text))
        return True

    def show_progress(self, fraction: float | None) -> None:
        self.progress.append(fraction)

    def show_files(self, files: Sequence[Path]) -> bool:
        return False

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def bus() -> FakeBus:
    return FakeBus()


@pytest.fixture
def desktop(bus: FakeBus, owner: QObject) -> Iterator[LinuxDesktop]:
    desktop = LinuxDesktop(owner, bus)
    yield desktop
    desktop.close()
    assert bus.is_closed


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    folders: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: folders.append(url.toLocalFile()))
    return folders


def test_a_slow_desktop_is_shown_only_the_latest_progress(desktop: LinuxDesktop, bus: FakeBus, qtbot: QtBot) -> None:
    bus.gate.clear()
    desktop.notify("Transfers finished", "2 files uploaded.")
    for step in range(50):
        desktop.show_progress(step / 50, 1)
    bus.gate.set()
    qtbot.waitUntil(lambda: bool(bus.progress))
    assert bus.notices == [("Transfers finished", "2 files uploaded.")]
    assert bus.progress == [49 / 50]
    desktop.show_progress(None, 0)
    qtbot.waitUntil(lambda: bus.progress == [49 / 50, None])


def test_without_a_file_manager_that_selects_the_folders_are_opened(
    desktop: LinuxDesktop, opened: list[str], tmp_path: Path, qtbot: QtBot
) -> None:
    desktop.show_files([tmp_path / "a" / "1.png", tmp_path / "a" / "2.png", tmp_path / "b" / "3.png"])
    qtbot.waitUntil(lambda: len(opened) == 2)
    assert opened == [str(tmp_path / "a"), str(tmp_path / "b")]


def test_files_all_over_the_place_do_not_flood_the_desktop(opened: list[str], tmp_path: Path) -> None:
    open_folders([tmp_path / str(number) / "a.png" for number in range(50)])
    assert len(opened) == 3
