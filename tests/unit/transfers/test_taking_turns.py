"""How many worker threads the queue keeps: as many as may run at once, and no more than have something to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from imagedesk.core.errors import StoreUnavailable
from imagedesk.transfers.concurrency import Concurrency
from imagedesk.transfers.intake import IntakeFile
from imagedesk.transfers.journal import TransferJournal
from imagedesk.transfers.queue import TransferQueue

Make = Callable[[int], TransferQueue]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A queue of twenty uploads of which so many may run at once."""

    def made(at_once: int) -> TransferQueue:
        journal = TransferJournal(tmp_path / "transfers.sqlite")
        queue = TransferQueue(journal, concurrency=Concurrency(lambda: at_once, first=at_once))
        numbers = iter(range(20))
        files = [IntakeFile(tmp_path / f"{number}.png", 10, 1) for number in range(20)]
        queue.add_uploads(files, "ann", lambda user: f"{user}!{next(numbers)}")
        return queue

    return made


def test_no_more_are_given_out_than_may_run(make: Make) -> None:
    queue = make(2)
    taken = [queue.take(0) for _ in range(4)]
    assert [running is not None for running in taken] == [True, True, False, False]
    queue.journal.close()


def test_one_that_has_ended_makes_room(make: Make) -> None:
    queue = make(1)
    first = queue.take(0)
    assert first is not None
    assert queue.take() is None  # at once: a thread too many does not wait
    queue.cancelled(first)
    assert queue.take(0) is not None
    queue.journal.close()


def test_as_many_threads_are_wanted_as_have_something_to_do(make: Make) -> None:
    queue = make(6)
    assert queue.threads_wanted() == 6
    queue.cancel_all()
    assert queue.threads_wanted() == 1  # it waits, and writes what the journal is owed
    queue.journal.close()


def test_a_store_out_of_reach_makes_it_fewer(make: Make) -> None:
    queue = make(8)
    for running in [queue.take(0) for _ in range(8)]:
        assert running is not None
        queue.fail(running, StoreUnavailable("No answer."))
    assert queue.threads_wanted() == 4
    queue.journal.close()
