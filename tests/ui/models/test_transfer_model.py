from __future__ import annotations

import random
from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, QObject, Qt
from pytestqt.modeltest import ModelTester

from imagedesk.models.roles import TransferRole
from imagedesk.models.transfer_model import TransferModel
from imagedesk.transfers.transfer import ChangeBatch, Transfer, TransferKind, TransferState


def transfer(number: int, state: TransferState = TransferState.WAITING, **fields: object) -> Transfer:
    name = f"{number}.png"
    return replace(Transfer(number, TransferKind.UPLOAD, name, 10, f"ann!{number}", "ann", 1, state=state), **fields)


class Signals(QObject):
    """Counts what views have to react to."""

    def __init__(self, model: TransferModel) -> None:
        super().__init__(model)
        self.count = 0
        for signal in (model.rowsInserted, model.rowsRemoved, model.dataChanged, model.modelReset):
            signal.connect(self.on_signal)

    def on_signal(self, *_arguments: object) -> None:
        self.count += 1


@pytest.fixture
def transfers(owner: QObject) -> TransferModel:
    return TransferModel(owner)


def shown(model: TransferModel) -> list[Transfer]:
    return [model.index(row).data(TransferRole.TRANSFER) for row in range(model.rowCount())]


def test_rows_stand_in_the_order_of_intake_and_change_in_place(transfers: TransferModel) -> None:
    transfers.apply(ChangeBatch(changed=(transfer(1), transfer(2), transfer(3))))
    grown = transfer(2, total=20)
    transfers.apply(ChangeBatch(changed=(grown, transfer(4)), removed=(1, 77)))
    assert shown(transfers) == [grown, transfer(3), transfer(4)]
    assert transfers.transfer(0) == grown


def test_what_runs_stands_first_then_what_failed_what_waits_and_what_is_over(
    transfers: TransferModel, qtmodeltester: ModelTester
) -> None:
    qtmodeltester.check(transfers)
    transfers.apply(ChangeBatch(changed=tuple(transfer(number) for number in range(6))))
    over = (transfer(0, TransferState.DONE), transfer(1, TransferState.CANCELLED))
    busy = (transfer(3, TransferState.FAILED, reason="Empty."), transfer(5, TransferState.RUNNING))
    transfers.apply(ChangeBatch(changed=(*over, *busy)))
    assert [row.transfer_id for row in shown(transfers)] == [5, 3, 2, 4, 1, 0]


def test_the_selection_goes_with_a_transfer_that_changes_place(transfers: TransferModel) -> None:
    transfers.apply(ChangeBatch(changed=tuple(transfer(number) for number in range(6))))
    selection = QItemSelectionModel(transfers, transfers)
    selection.select(transfers.index(4), QItemSelectionModel.SelectionFlag.Select)
    transfers.apply(ChangeBatch(changed=(transfer(4, TransferState.RUNNING), transfer(1, TransferState.DONE))))
    assert [index.data(TransferRole.TRANSFER).transfer_id for index in selection.selectedIndexes()] == [4]
    assert selection.selectedIndexes()[0].row() == 0


def test_a_row_tells_name_and_state_as_plain_text(transfers: TransferModel) -> None:
    transfers.apply(
        ChangeBatch(changed=(transfer(1, name="a\nb.png"), transfer(2, TransferState.FAILED, reason="Disk full.")))
    )
    index = transfers.index(1)
    assert index.data() == "a\ufffdb.png"
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "a\ufffdb.png: waiting"
    assert transfers.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "2.png: Disk full."
    assert index.data(Qt.ItemDataRole.EditRole) is None


def test_ten_thousand_rows_come_change_and_go_in_a_few_signals(transfers: TransferModel) -> None:
    signals = Signals(transfers)
    rows = [transfer(number) for number in range(10_000)]
    transfers.apply(ChangeBatch(changed=tuple(rows)))
    transfers.apply(ChangeBatch(changed=tuple(replace(row, state=TransferState.DONE) for row in rows)))
    assert signals.count == 2
    transfers.apply(ChangeBatch(removed=tuple(range(0, 10_000, 2))))
    assert signals.count == 3
    transfers.apply(ChangeBatch(removed=tuple(range(1, 9_000))))
    assert signals.count == 4
    assert len(shown(transfers)) == 500


def test_the_selection_stays_on_its_rows_when_others_are_cleared(transfers: TransferModel) -> None:
    transfers.apply(ChangeBatch(changed=tuple(transfer(number) for number in range(1000))))
    selection = QItemSelectionModel(transfers, transfers)
    selection.select(transfers.index(950), QItemSelectionModel.SelectionFlag.Select)
    transfers.apply(ChangeBatch(removed=tuple(range(900))))
    assert [index.data(TransferRole.TRANSFER) for index in selection.selectedIndexes()] == [transfer(950)]


def test_any_sequence_of_batches_gives_what_a_plain_dictionary_would(
    transfers: TransferModel, qtmodeltester: ModelTester
) -> None:
    qtmodeltester.check(transfers)  # goes on watching
    chance = random.Random(3)
    plain: dict[int, Transfer] = {}
    for number in range(150):
        fresh = [transfer(number * 100 + n) for n in range(chance.choice([0, 1, 5]))]
        known = chance.sample(list(plain), min(len(plain), chance.choice([0, 1, 30])))
        removed, changed = known[: len(known) // 2], known[len(known) // 2 :]
        updates = [replace(plain[key], done=chance.randrange(10)) for key in changed]
        batch = ChangeBatch(tuple(sorted((*updates, *fresh), key=lambda t: t.transfer_id)), tuple(sorted(removed)))
        transfers.apply(batch)
        plain = {key: value for key, value in plain.items() if key not in removed}
        plain.update({value.transfer_id: value for value in batch.changed})
        assert shown(transfers) == list(plain.values())


def test_a_slot_that_looks_while_rows_go_sees_the_rows_that_are_left(transfers: TransferModel) -> None:
    transfers.apply(ChangeBatch(changed=tuple(transfer(number) for number in range(6))))
    seen: list[list[Transfer]] = []
    transfers.rowsRemoved.connect(lambda *_: seen.append(shown(transfers)))
    transfers.apply(ChangeBatch(removed=(0, 4, 5)))
    assert seen == [[transfer(n) for n in (0, 1, 2, 3)], [transfer(n) for n in (1, 2, 3)]]
