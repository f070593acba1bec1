"""What ten thousand files dropped at once cost the window's thread, counted: no paths, and few signals of the model."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from imagedesk.models.transfer_model import TransferModel
from imagedesk.transfers.named_paths import NamedPaths
from imagedesk.ui.drop_target import DropTarget
from imagedesk.ui.file_intake import FileIntake
from imagedesk.ui.theme import ThemeSource
from imagedesk.workers.dropped_kinds import count_kinds
from imagedesk.workers.transfer_worker import TransferWorker
from tests.ui.library_in_memory import WAIT_MS
from tests.ui.workers.transfer_panel import Panel

MANY = 10_000
_PLACE = QPoint(50, 50)
_LEFT, _NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Inserts(QObject):
    """Counts what the views of the model have to react to."""

    def __init__(self, model: TransferModel) -> None:
        super().__init__(model)
        self.count = 0
        for signal in (model.rowsInserted, model.layoutChanged, model.modelReset, model.rowsMoved):
            signal.connect(self._on_signal)

    def _on_signal(self, *_arguments: object) -> None:
        self.count += 1


def many_urls() -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(f"/nowhere/{number:05d}.jpg") for number in range(MANY)])
    return data


@pytest.fixture
def makers(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """The threads that made paths of names."""
    found: set[int] = set()
    get_item = NamedPaths.__getitem__

    def noted(paths: NamedPaths, index: int) -> object:
        found.add(threading.get_ident())
        return get_item(paths, index)

    monkeypatch.setattr(NamedPaths, "__getitem__", noted)
    return found


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(400, 300)
    return window


def drop(window: QWidget, data: QMimeData) -> None:
    QApplication.sendEvent(window, QDragEnterEvent(_PLACE, Qt.DropAction.CopyAction, data, _LEFT, _NO_KEY))
    QApplication.sendEvent(window, QDropEvent(QPointF(_PLACE), Qt.DropAction.CopyAction, data, _LEFT, _NO_KEY))


def test_ten_thousand_dropped_files_cost_the_window_no_path_and_a_signal_a_batch(
    worker: TransferWorker, panel: Panel, window: QWidget, makers: set[int], qapp: QApplication, qtbot: QtBot
) -> None:
    model = TransferModel(window)
    inserts = Inserts(model)
    worker.changed.connect(model.apply)
    worker.pause_all()
    intake = FileIntake(window)
    intake.paths_chosen.connect(worker.add_paths)
    DropTarget(window, window, intake, ThemeSource(qapp))
    drop(window, many_urls())
    assert threading.get_ident() not in makers
    qtbot.waitUntil(lambda: model.rowCount() == MANY, timeout=WAIT_MS)
    assert makers
    assert threading.get_ident() not in makers
    assert inserts.count <= len(panel.batches) <= MANY // 250 + 1


def test_a_pasted_list_costs_the_window_no_path_either(window: QWidget, makers: set[int], qtbot: QtBot) -> None:
    clipboard = QApplication.clipboard()
    clipboard.setMimeData(many_urls())
    intake = FileIntake(window)
    with qtbot.waitSignal(intake.paths_chosen) as chosen:
        intake.paste()
    clipboard.clear()
    assert len(chosen.args[0]) == MANY
    count_kinds(chosen.args[0])
    assert makers == set()


def test_what_is_no_file_of_this_computer_is_left_out(window: QWidget, qtbot: QtBot, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/a.jpg"), QUrl.fromLocalFile(str(tmp_path)), QUrl("mailto:ann@example.org")])
    intake = FileIntake(window)
    with qtbot.waitSignal(intake.paths_chosen) as chosen:
        intake.take_drop(data)
    assert list(chosen.args[0]) == [tmp_path]
