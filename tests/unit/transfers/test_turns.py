from __future__ import annotations

from imagedesk.transfers.transfer import Transfer, TransferKind
from imagedesk.transfers.turns import Turns


def transfer(number: int, total: int, batch: int = 1, kind: TransferKind = TransferKind.UPLOAD) -> Transfer:
    return Transfer(number, kind, "a", total, "i", "ann", batch)


def order(turns: Turns) -> list[int]:
    found = []
    while (number := turns.next()) is not None:
        found.append(number)
    return found


def test_the_smallest_of_a_batch_comes_first_and_the_older_batch_before_the_newer() -> None:
    turns = Turns()
    for each in (transfer(1, 300), transfer(2, 100), transfer(3, 200), transfer(4, 1, batch=2)):
        turns.add(each)
    assert order(turns) == [2, 3, 1, 4]


def test_uploads_come_before_downloads_but_never_keep_them_waiting_for_good() -> None:
    turns = Turns()
    for number in range(1, 9):
        turns.add(transfer(number, 1))
    for number in (101, 102, 103):
        turns.add(transfer(number, 1, kind=TransferKind.DOWNLOAD))
    assert order(turns) == [1, 2, 3, 101, 4, 5, 6, 102, 7, 8, 103]
