"""A queue over a real journal, with a clock that the test moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from imagedesk.transfers.intake import IntakeFile
from imagedesk.transfers.journal import TransferJournal
from imagedesk.transfers.queue import TransferQueue


class FakeClock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[TransferJournal]:
    journal = TransferJournal(tmp_path / "data" / "transfers.sqlite")
    yield journal
    journal.close()


@pytest.fixture
def queue(journal: TransferJournal, clock: FakeClock) -> TransferQueue:
    return TransferQueue(journal, clock)


@pytest.fixture
def new_image_id() -> Callable[[str], str]:
    numbers = count(1)
    return lambda user_id: f"{user_id}!{next(numbers):026d}"


@pytest.fixture
def add(queue: TransferQueue, new_image_id: Callable[[str], str]) -> Callable[..., list[int]]:
    """Adds uploads of the given sizes as one batch; answers with their ids."""

    def add_uploads(*sizes: int, spooled: bool = False) -> list[int]:
        files = [IntakeFile(Path(f"/photos/{size}.png"), size, 1, spooled=spooled) for size in sizes]
        return [transfer.transfer_id for transfer in queue.add_uploads(files, "ann", new_image_id)]

    return add_uploads
