"""The transfer panel: what its line says, and what a person does with its rows by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from imagedesk.models.transfer_model import TransferModel
from imagedesk.models.transfer_text import amount_text, downloaded_file, pace_text, report_text, title_text
from imagedesk.transfers.transfer import (
    ChangeBatch,
    DuplicateAnswer,
    Transfer,
    TransferKind,
    TransferState,
    TransferSummary,
)
from imagedesk.ui.theme import ThemeSource
from imagedesk.ui.transfer_panel import TransferPanel


def transfer(number: int, state: TransferState = TransferState.WAITING, **fields: object) -> Transfer:
    row = Transfer(number, TransferKind.UPLOAD, f"{number}.png", 4_700_000, f"ann!{number}", "ann", 1, state=state)
    return replace(row, **fields)  # type: ignore[arg-type]


class FakeWorker(QObject):
    """Notes what the panel asks for."""

    summary_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, ...]] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *arguments: self.asked.append((name, *arguments))


class Panel:
    """The widget between a model and a worker."""

    def __init__(self, qtbot: QtBot) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self.theme = ThemeSource(application)
        self.widget = TransferPanel(self.theme)
        qtbot.addWidget(self.widget)
        self.model, self.worker = TransferModel(self.widget), FakeWorker()
        self.widget.set_source(self.model, self.worker)  # type: ignore[arg-type]
        self.widget.resize(900, 160)

    def show(self, *rows: Transfer, **summary: object) -> None:
        self.model.apply(ChangeBatch(changed=rows))
        self.worker.summary_changed.emit(TransferSummary(**summary))  # type: ignore[arg-type]


@pytest.fixture
def panel(qtbot: QtBot) -> Panel:
    return Panel(qtbot)


def test_the_line_tells_how_far_it_is_and_at_rest_what_came_of_it() -> None:
    busy = TransferSummary(running=2, waiting=215, done=1, bytes_total=10)
    assert title_text(busy, {TransferKind.UPLOAD}) == "Uploading 3 of 218"
    assert title_text(busy, {TransferKind.DOWNLOAD}) == "Downloading 3 of 218"
    assert title_text(busy, {TransferKind.DOWNLOAD, TransferKind.UPLOAD}) == "Transferring 3 of 218"
    assert title_text(replace(busy, paused=True)) == "Paused 3 of 218"
    assert title_text(TransferSummary(done=1200, failed=3)) == "1,200 done, 3 failed"


def test_speed_and_time_left_are_told_once_they_are_known() -> None:
    busy = TransferSummary(running=1, failed=2)
    assert pace_text(busy) == "2 failed"
    assert pace_text(replace(busy, failed=0, speed=14_200_000.0, seconds_left=61.0)) == "14.2 MB/s · 1 min left"


def test_a_row_says_how_much_of_it_is_done() -> None:
    assert amount_text(transfer(1, TransferState.RUNNING, done=3_400_000)) == "3.4 of 4.7 MB"
    assert amount_text(transfer(1, TransferState.DONE)) == "4.7 MB"
    assert amount_text(transfer(1, TransferState.PAUSED)) == "Paused"


def test_the_panel_is_there_only_while_there_are_transfers(panel: Panel) -> None:
    assert panel.widget.isHidden()
    panel.show(transfer(1), waiting=1)
    assert not panel.widget.isHidden()
    panel.model.apply(ChangeBatch(removed=(1,)))
    assert panel.widget.isHidden()


def test_files_are_shown_while_they_move_or_failed_and_folded_away_when_all_went_well(panel: Panel) -> None:
    panel.show(transfer(1, TransferState.RUNNING), running=1)
    assert not panel.widget.rows.isHidden()
    panel.show(transfer(1, TransferState.DONE), done=1)
    assert panel.widget.rows.isHidden()
    panel.widget.fold.click()
    assert not panel.widget.rows.isHidden()
    panel.show(transfer(2, TransferState.RUNNING), running=1, done=1)
    panel.show(transfer(2, TransferState.FAILED, reason="Empty."), done=1, failed=1)
    assert not panel.widget.rows.isHidden()


@pytest.mark.parametrize(
    ("state", "place", "action"),
    [
        (TransferState.RUNNING, -1, "cancel"),
        (TransferState.RUNNING, -2, "pause"),
        (TransferState.PAUSED, -2, "resume"),
        (TransferState.FAILED, -2, "retry"),
        (TransferState.FAILED, -1, "dismiss"),
        (TransferState.DONE, -1, "dismiss"),
        (TransferState.DUPLICATE, -1, "dismiss"),
    ],
)
def test_a_click_on_a_rows_button_acts(
    panel: Panel, qtbot: QtBot, state: TransferState, place: int, action: str
) -> None:
    panel.show(transfer(7, state), running=1)
    panel.widget.show()
    rows = panel.widget.rows
    rect = rows.visualRect(panel.model.index(0))
    spot = QPoint(rect.right() - 14 + place * 24 + 12, rect.center().y())
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert panel.worker.asked == [(action, 7)]


def test_keys_act_on_what_is_chosen(panel: Panel, qtbot: QtBot) -> None:
    panel.show(transfer(1, TransferState.RUNNING), transfer(2, TransferState.FAILED), running=1, failed=1)
    panel.widget.rows.selectAll()
    qtbot.keyClick(panel.widget.rows, Qt.Key.Key_R)
    assert panel.worker.asked == [("retry", 2)]
    qtbot.keyClick(panel.widget.rows, Qt.Key.Key_Delete)
    assert panel.worker.asked[1:] == [("cancel", 1), ("dismiss", 2)]


def test_the_buttons_of_the_line_act_on_all(panel: Panel) -> None:
    panel.show(transfer(1, TransferState.RUNNING), running=1, failed=1, done=1)
    panel.widget.pause.click()
    panel.show(transfer(1, TransferState.PAUSED), waiting=1, failed=1, done=1, paused=True)
    assert panel.widget.pause.text() == "Resume all"
    for button in (panel.widget.pause, panel.widget.retry, panel.widget.cancel, panel.widget.clear):
        button.click()
    names = [name for name, *_ in panel.worker.asked]
    assert names == ["pause_all", "resume_all", "retry_failed", "cancel_all", "clear_finished"]


def test_a_report_names_what_failed_and_why(tmp_path: Path) -> None:
    rows = [transfer(1, TransferState.DONE), transfer(2, TransferState.FAILED, name="a\nb.png", reason="It is empty.")]
    assert report_text(rows) == "a\ufffdb.png: It is empty."
    assert report_text(rows[:1]) == ""
    done = transfer(3, TransferState.DONE, kind=TransferKind.DOWNLOAD, target=tmp_path / "3.png")
    assert downloaded_file(done) == tmp_path / "3.png"
    assert downloaded_file(replace(done, state=TransferState.RUNNING)) is None


def test_duplicates_are_uploaded_anyway_or_skipped_one_or_all(panel: Panel, qtbot: QtBot) -> None:
    panel.show(
        transfer(1, TransferState.DUPLICATE), transfer(2, TransferState.DUPLICATE, batch=2), duplicate=2, done=38
    )
    assert panel.widget.title.text() == "38 done, 2 already here"
    assert not panel.widget.rows.isHidden()
    panel.widget.show()
    rows = panel.widget.rows
    rect = rows.visualRect(panel.model.index(0))
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(rect.right() - 50, rect.center().y()))
    assert panel.worker.asked == [("answer_duplicate", DuplicateAnswer.UPLOAD, 1)]
    panel.widget.skip.click()
    assert set(panel.worker.asked[1:]) == {("answer_duplicates", DuplicateAnswer.SKIP, batch) for batch in (1, 2)}
    panel.widget.anyway.click()
    assert ("answer_duplicates", DuplicateAnswer.UPLOAD, 2) in panel.worker.asked
    assert not panel.widget.skip.isHidden()
    panel.widget.skip.setFocus()
    panel.show(duplicate=2, skipped=2, done=38)
    assert panel.widget.focusWidget() is panel.widget.fold
    assert panel.widget.skip.isHidden()
    assert not panel.widget.anyway.isHidden()
    assert panel.widget.rows.isHidden()


def test_an_action_on_thousands_is_one_request(panel: Panel, qtbot: QtBot) -> None:
    panel.show(*(transfer(number) for number in range(1, 3001)), transfer(3001, TransferState.DONE), waiting=3000)
    panel.widget.rows.selectAll()
    panel.widget._act("pause")
    assert panel.worker.asked == [("pause", *range(1, 3001))]


def test_the_report_of_all_that_failed_is_copied_from_the_line(panel: Panel) -> None:
    panel.show(
        transfer(1, TransferState.FAILED, reason="It is empty."),
        transfer(2, TransferState.DONE),
        transfer(3, TransferState.FAILED, reason="It is no picture."),
        failed=2,
        done=1,
    )
    panel.widget.report.click()
    assert QGuiApplication.clipboard().text() == "1.png: It is empty.\n3.png: It is no picture."


@pytest.mark.qt_log_ignore("This plugin does not support grabbing", extend=True)
def test_the_menu_offers_what_fits_some_of_the_chosen(panel: Panel, tmp_path: Path) -> None:
    panel.show(
        transfer(1, TransferState.RUNNING),
        transfer(2, TransferState.FAILED, reason="It is empty."),
        transfer(3, TransferState.DONE, kind=TransferKind.DOWNLOAD, target=tmp_path / "3.png"),
        running=1,
        failed=1,
    )
    panel.widget.rows.selectAll()
    panel.widget.rows.customContextMenuRequested.emit(QPoint(5, 5))
    menu = next(menu for menu in panel.widget.findChildren(QMenu) if menu.isVisible())
    texts = [action.text() for action in menu.actions() if action.text()]
    assert sorted(texts) == ["Cancel", "Copy report", "Dismiss", "Pause", "Retry", "Show in folder"]
    wanted: list[list[Path]] = []
    panel.widget.show_requested.connect(wanted.append)
    next(action for action in menu.actions() if action.text() == "Show in folder").trigger()
    assert wanted == [[tmp_path / "3.png"]]
    menu.close()
