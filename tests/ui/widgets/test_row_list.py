"""The list of transfers by mouse and keyboard: choosing one, some and all, and what costs nothing however many."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QAbstractItemModel, QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from imagedesk.models.transfer_model import TransferModel
from imagedesk.transfers.transfer import ChangeBatch, Transfer, TransferKind, TransferState
from imagedesk.ui.row_list import RowList
from imagedesk.ui.theme import ThemeSource
from imagedesk.ui.transfer_row import TransferRowDelegate
from tests.ui.widgets.conftest import Show

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
COUNT = 30


def transfer(number: int, state: TransferState = TransferState.WAITING) -> Transfer:
    return Transfer(number, TransferKind.UPLOAD, f"{number}.png", 100, f"ann!{number}", "ann", 1, state=state)


@pytest.fixture
def rows(qtbot: QtBot, theme: ThemeSource, show: Show) -> RowList:
    rows = RowList()
    rows.setItemDelegate(TransferRowDelegate(theme, rows))
    model = TransferModel(rows)
    rows.setModel(model)
    model.apply(ChangeBatch(changed=tuple(map(transfer, range(COUNT)))))
    show(rows, 600, rows.row_height() * 6)
    rows.setFocus()
    return rows


def click(qtbot: QtBot, rows: RowList, row: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    at = QPoint(60, rows.visualRect(rows.model().index(row, 0)).center().y())
    qtbot.mouseClick(rows.viewport(), LEFT, keys, at)


def test_the_mouse_chooses_one_some_and_a_run(rows: RowList, qtbot: QtBot) -> None:
    click(qtbot, rows, 1)
    assert rows.chosen_ranges() == [(1, 1)]
    click(qtbot, rows, 3, CTRL)
    assert rows.chosen_ranges() == [(1, 1), (3, 3)]
    click(qtbot, rows, 1, CTRL)
    assert rows.chosen_ranges() == [(3, 3)]
    click(qtbot, rows, 5, SHIFT)
    assert rows.chosen_ranges() == [(1, 5)]
    click(qtbot, rows, 0)
    assert rows.chosen_ranges() == [(0, 0)]


def test_keys_move_and_choose(rows: RowList, qtbot: QtBot) -> None:
    click(qtbot, rows, 0)
    for key, keys, chosen in (
        (KEY.Key_Down, Qt.KeyboardModifier.NoModifier, [(1, 1)]),
        (KEY.Key_Down, SHIFT, [(1, 2)]),
        (KEY.Key_Down, CTRL, [(1, 2)]),
        (KEY.Key_Space, CTRL, [(1, 2), (3, 3)]),
        (KEY.Key_Up, Qt.KeyboardModifier.NoModifier, [(2, 2)]),
        (KEY.Key_End, Qt.KeyboardModifier.NoModifier, [(COUNT - 1, COUNT - 1)]),
        (KEY.Key_PageUp, Qt.KeyboardModifier.NoModifier, [(COUNT - 6, COUNT - 6)]),
        (KEY.Key_Home, SHIFT, [(0, COUNT - 6)]),
        (KEY.Key_A, CTRL, [(0, COUNT - 1)]),
    ):
        qtbot.keyClick(rows, key, keys)
        merged = [tuple(span) for span in rows.chosen_ranges()]
        assert {row for first, last in merged for row in range(first, last + 1)} == {
            row for first, last in chosen for row in range(first, last + 1)
        }


def test_the_current_row_is_brought_into_sight(rows: RowList, qtbot: QtBot) -> None:
    click(qtbot, rows, 0)
    qtbot.keyClick(rows, KEY.Key_End)
    assert rows.viewport().rect().contains(rows.visualRect(rows.model().index(COUNT - 1, 0)))
    qtbot.keyClick(rows, KEY.Key_Home)
    assert rows.verticalOffset() == 0


def test_what_is_chosen_goes_with_its_transfer(rows: RowList, qtbot: QtBot) -> None:
    click(qtbot, rows, 4)
    model = rows.model()
    assert isinstance(model, TransferModel)
    model.apply(ChangeBatch(changed=(transfer(4, TransferState.DONE), transfer(9, TransferState.RUNNING))))
    assert rows.chosen_ranges() == [(COUNT - 1, COUNT - 1)]
    assert model.transfer(COUNT - 1).transfer_id == 4


def test_an_empty_list_and_one_without_a_model_are_harmless(qtbot: QtBot, theme: ThemeSource, show: Show) -> None:
    rows = RowList()
    rows.setItemDelegate(TransferRowDelegate(theme, rows))
    host = QWidget()
    rows.setParent(host)
    show(host)
    assert rows.chosen_ranges() == []
    rows.setModel(TransferModel(rows))
    for key in (KEY.Key_Down, KEY.Key_End, KEY.Key_A, KEY.Key_Space):
        qtbot.keyClick(rows, key, CTRL)
    qtbot.mouseClick(rows.viewport(), LEFT, pos=QPoint(5, 5))
    rows.grab()
    assert rows.chosen_ranges() == []


class CountingModel(TransferModel):
    """Counts what a view asks."""

    asked = 0

    def rowCount(self, *arguments: object) -> int:
        self.asked += 1
        return super().rowCount(*arguments)  # type: ignore[arg-type]


def test_a_row_that_moves_costs_the_same_among_ten_thousand(rows: RowList, qtbot: QtBot) -> None:
    asked = []
    for count in (100, 10_000):
        model = CountingModel(rows)
        rows.setModel(model)
        model.apply(ChangeBatch(changed=tuple(map(transfer, range(count)))))
        rows.grab()
        before = model.asked
        model.apply(ChangeBatch(changed=(transfer(count - 1, TransferState.RUNNING),)))
        rows.grab()
        asked.append(model.asked - before)
    assert asked[1] <= asked[0] + 10
    assert isinstance(rows.model(), QAbstractItemModel)
