"""The rows of the transfer panel, fed by batches of changes: what a person should see first, first.

What runs stands at the top, then what failed, what waits, and what is over; each in the order of intake.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from imagedesk.core.plain_text import plain
from imagedesk.models.roles import TransferRole
from imagedesk.models.row_window import ranges
from imagedesk.transfers.transfer import ChangeBatch, Transfer, TransferState

_ROOT = QModelIndex()
_PLACES = {
    TransferState.RUNNING: 0,
    TransferState.FAILED: 1,
    TransferState.DUPLICATE: 1,
    TransferState.PAUSED: 2,
    TransferState.WAITING: 2,
    TransferState.CANCELLED: 3,
    TransferState.DONE: 4,
}
_FEW = 20  # runs of rows that go one by one


class TransferModel(QAbstractListModel):
    """One row a transfer. A batch costs a few signals, whatever its size."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Transfer] = []
        self._row_of: dict[int, int] = {}

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        transfer = self._rows[index.row()]
        if role == TransferRole.TRANSFER:
            return transfer
        if role == Qt.ItemDataRole.DisplayRole:
            return plain(transfer.name)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{plain(transfer.name)}: {transfer.reason or transfer.state.value}"
        return None

    def transfer(self, row: int) -> Transfer:
        return self._rows[row]

    def apply(self, batch: ChangeBatch) -> None:
        """Removals, then changed rows as one span, then the new ones, then whatever stands in another place now."""
        if batch.removed:
            self._remove(set(batch.removed))
        changed = [transfer for transfer in batch.changed if transfer.transfer_id in self._row_of]
        fresh = [transfer for transfer in batch.changed if transfer.transfer_id not in self._row_of]
        if changed:
            touched = [self._row_of[transfer.transfer_id] for transfer in changed]
            for row, transfer in zip(touched, changed, strict=True):
                self._rows[row] = transfer
            self.dataChanged.emit(self.index(min(touched)), self.index(max(touched)))
        if fresh:
            first = len(self._rows)
            self.beginInsertRows(_ROOT, first, first + len(fresh) - 1)
            self._rows += fresh
            self._row_of.update({transfer.transfer_id: row for row, transfer in enumerate(fresh, first)})
            self.endInsertRows()
        if changed or fresh:
            self._put_in_order()

    def _put_in_order(self) -> None:
        """One signal for all that moves; selection and current row go with their transfers."""
        ordered = sorted(self._rows, key=_place)
        if ordered == self._rows:
            return
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        ids = [self._rows[index.row()].transfer_id for index in kept]
        self._rows = ordered
        self._number_rows()
        self.changePersistentIndexList(kept, [self.index(self._row_of[transfer_id]) for transfer_id in ids])
        self.layoutChanged.emit()

    def _remove(self, ids: set[int]) -> None:
        gone = ranges(sorted(self._row_of[transfer_id] for transfer_id in ids if transfer_id in self._row_of))
        if len(gone) > _FEW:  # a reset is cheaper than so many signals
            self.beginResetModel()
            self._rows = [transfer for transfer in self._rows if transfer.transfer_id not in ids]
            self._number_rows()
            self.endResetModel()
            return
        for first, last in reversed(gone):
            self.beginRemoveRows(_ROOT, first, last)
            del self._rows[first : last + 1]
            self._number_rows()
            self.endRemoveRows()

    def _number_rows(self) -> None:
        self._row_of = {transfer.transfer_id: row for row, transfer in enumerate(self._rows)}


def _place(transfer: Transfer) -> tuple[int, int]:
    return _PLACES[transfer.state], transfer.transfer_id
