"""What the desktop is told of work: long, out of sight, and only if one wants to know."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from imagedesk.kept_settings import KeptSettings
from imagedesk.models.transfer_text import outcome_text
from imagedesk.settings import load_settings
from imagedesk.transfers.transfer import ChangeBatch, Transfer, TransferKind, TransferSummary
from imagedesk.work_reports import LONG, WorkReports
from tests.ui.library_in_memory import Clock

UPLOAD = Transfer(1, TransferKind.UPLOAD, "a.png", 100, "ann!1", "ann", 1)
BUSY = TransferSummary(running=2, waiting=38, bytes_done=50, bytes_total=100)
OVER = TransferSummary(done=38, failed=2, bytes_done=100, bytes_total=100)


class FakeTransfers(QObject):
    changed = Signal(object)
    summary_changed = Signal(object)
    batch_finished = Signal(object)


class FakeTeller:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.notices: list[tuple[str, str]] = []
        self.progress: list[tuple[float | None, int]] = []
        self.is_closed = False

    def notify(self, title: str, text: str) -> None:
        self.notices.append((title, text))

    def show_progress(self, fraction: float | None, unfinished: int) -> None:
        self.progress.append((fraction, unfinished))

    def show_files(self, files: Sequence[Path]) -> None:
        self.shown = list(files)

    def close(self) -> None:
        self.is_closed = True


class Desk:
    def __init__(self, qtbot: QtBot, tmp_path: Path, clock: Clock) -> None:
        self.window, self.clock = QWidget(), clock
        qtbot.addWidget(self.window)
        self.settings = KeptSettings(load_settings(tmp_path / "settings.toml"), lambda _error: None)
        self.teller, self.transfers = FakeTeller(), FakeTransfers(self.window)
        self.told: list[tuple[str, str]] = []
        self.reports = WorkReports(
            self.window, self.settings, lambda *notice: self.told.append(notice), self.teller, clock
        )
        self.reports.watch(self.transfers)  # type: ignore[arg-type]

    def work(self, seconds: float, over: TransferSummary = OVER) -> None:
        self.transfers.changed.emit(ChangeBatch(changed=(UPLOAD,)))
        self.transfers.summary_changed.emit(BUSY)
        self.clock.now += seconds
        self.transfers.summary_changed.emit(over)
        self.transfers.batch_finished.emit(over)


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, clock: Clock) -> Desk:
    return Desk(qtbot, tmp_path, clock)


def test_long_work_out_of_sight_is_told_with_files_and_failures(desk: Desk) -> None:
    desk.work(LONG)
    notice = ("Transfers ended with failures", "38 files uploaded, 2 failed.")
    assert desk.teller.notices == desk.told == [notice]


def test_short_work_is_not_worth_a_word(desk: Desk) -> None:
    desk.work(LONG - 1)
    desk.work(LONG - 1)
    assert desk.teller.notices == []


def test_work_that_is_watched_is_not_told(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitExposed(desk.window):
        desk.window.show()
    desk.window.activateWindow()
    qtbot.waitUntil(desk.window.isActiveWindow)
    desk.work(LONG)
    assert desk.teller.notices == []


def test_who_wants_no_notifications_gets_none(desk: Desk) -> None:
    desk.settings.note(notifications=False)
    desk.work(LONG)
    assert desk.teller.notices == []


def test_the_dock_shows_progress_in_steps_and_nothing_at_rest(desk: Desk) -> None:
    for _ in range(3):
        desk.transfers.summary_changed.emit(BUSY)
    desk.transfers.summary_changed.emit(TransferSummary(running=1, bytes_done=501, bytes_total=1000))
    assert desk.teller.progress == [(0.5, 40)]
    desk.transfers.summary_changed.emit(OVER)
    assert desk.teller.progress[1:] == [(None, 0)]


def test_another_library_is_followed_from_its_beginning(desk: Desk) -> None:
    desk.transfers.summary_changed.emit(BUSY)
    desk.reports.watch(None)
    assert desk.teller.progress[-1] == (None, 0)
    desk.work(LONG)
    assert desk.teller.notices == []
    desk.reports.close()
    assert desk.teller.is_closed


def test_the_words_name_what_was_done() -> None:
    up, down = TransferKind.UPLOAD, TransferKind.DOWNLOAD
    assert outcome_text(TransferSummary(done=1), {down}) == ("Transfers finished", "1 file downloaded.")
    both = TransferSummary(done=1200, duplicate=3, cancelled=1)
    assert outcome_text(both, {up, down})[1] == "1,200 files transferred, 3 already here, 1 cancelled."
