"""The rows of the transfer panel, fed by batches of changes: what a person should see first, first.

What runs stands at the top, then what failed, what waits, and what is over; each in the order of intake.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
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
_MANY = 300  # rows that move at once
_Place = tuple[int, int]  # of the state, then the transfer's id


class TransferModel(QAbstractListModel):
    """One row a transfer. A batch costs a few signals, whatever its size."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._transfers: dict[int, Transfer] = {}
        self._places: list[_Place] = []  # of the rows, ascending

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._places)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        transfer = self.transfer(index.row())
        if role == TransferRole.TRANSFER:
            return transfer
        if role == Qt.ItemDataRole.DisplayRole:
            return plain(transfer.name)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{plain(transfer.name)}: {transfer.reason or transfer.state.value}"
        return None

    def transfer(self, row: int) -> Transfer:
        return self._transfers[self._places[row][1]]

    def transfers(self) -> Sequence[Transfer]:
        """All of them, in the order of intake."""
        return [self._transfers[transfer_id] for transfer_id in sorted(self._transfers)]

    def apply(self, batch: ChangeBatch) -> None:
        """Removals, then changed rows as one span, then the new ones, then whatever stands in another place now."""
        if batch.removed:
            self._remove({transfer_id for transfer_id in batch.removed if transfer_id in self._transfers})
        changed = [transfer for transfer in batch.changed if transfer.transfer_id in self._transfers]
        fresh = [transfer for transfer in batch.changed if transfer.transfer_id not in self._transfers]
        if moved := self._change(changed):
            self._put_in_order(moved)
        if fresh:
            self._insert(fresh)

    def _insert(self, fresh: Sequence[Transfer]) -> None:
        """At the end; then to their places, unless that is the end."""
        first, places = len(self._places), [_place(transfer) for transfer in fresh]
        self.beginInsertRows(_ROOT, first, first + len(fresh) - 1)
        self._transfers.update({transfer.transfer_id: transfer for transfer in fresh})
        self._places += places
        self.endInsertRows()
        if places != sorted(places) or (first and self._places[first - 1] > places[0]):
            self._put_in_order({})

    def _change(self, changed: Sequence[Transfer]) -> dict[_Place, _Place]:
        """Show what a row says now; returns the places that do not fit any more, with those that do."""
        moved: dict[_Place, _Place] = {}
        rows = []
        for transfer in changed:
            before, now = _place(self._transfers[transfer.transfer_id]), _place(transfer)
            rows.append(self._row_at(before))
            self._transfers[transfer.transfer_id] = transfer
            if now != before:
                moved[before] = now
        if rows:
            self.dataChanged.emit(self.index(min(rows)), self.index(max(rows)))
        return moved

    def _put_in_order(self, moved: dict[_Place, _Place]) -> None:
        """One signal for all that moves; selection and current row go with their transfers."""
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        ids = [self._places[index.row()][1] for index in kept]
        if len(moved) > _MANY:
            self._places = [moved.get(place, place) for place in self._places]
        else:
            for place in moved:
                del self._places[self._row_at(place)]
            self._places += moved.values()
        self._places.sort()  # nearly sorted: costs no more than a look at each
        rows = [self._row_at(_place(self._transfers[transfer_id])) for transfer_id in ids]
        self.changePersistentIndexList(kept, [self.index(row) for row in rows])
        self.layoutChanged.emit()

    def _remove(self, ids: set[int]) -> None:
        gone = ranges(sorted(self._row_at(_place(self._transfers[transfer_id])) for transfer_id in ids))
        if len(gone) > _FEW:  # a reset is cheaper than so many signals
            self.beginResetModel()
            self._places = [place for place in self._places if place[1] not in ids]
            self._forget(ids)
            self.endResetModel()
            return
        for first, last in reversed(gone):
            self.beginRemoveRows(_ROOT, first, last)
            del self._places[first : last + 1]
            self.endRemoveRows()
        self._forget(ids)

    def _forget(self, ids: set[int]) -> None:
        for transfer_id in ids:
            del self._transfers[transfer_id]

    def _row_at(self, place: _Place) -> int:
        return bisect_left(self._places, place)


def _place(transfer: Transfer) -> _Place:
    return _PLACES[transfer.state], transfer.transfer_id
