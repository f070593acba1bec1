"""A session that ends fails no transfer: all wait until a person has signed in again, however long that takes."""

from __future__ import annotations

from collections.abc import Callable

from imagedesk.core.errors import SessionExpired, StoreUnavailable
from imagedesk.transfers.queue import ATTEMPTS, TransferQueue
from imagedesk.transfers.transfer import TransferState
from tests.unit.transfers.conftest import FakeClock

Add = Callable[..., list[int]]
ENDED = SessionExpired("Your AWS session has ended: run “aws sso login”, then try again.")


def states(queue: TransferQueue) -> set[TransferState]:
    return {transfer.state for transfer in queue.snapshot()}


def test_all_wait_as_long_as_it_takes(queue: TransferQueue, add: Add, clock: FakeClock) -> None:
    add(*range(1, 101))
    tried = 0
    for _ in range(50):
        while (running := queue.take(0)) is not None:
            queue.fail(running, ENDED)
            tried += 1
        assert states(queue) == {TransferState.WAITING}
        clock.now += 60
    assert tried <= 51
    assert queue.snapshot()[0].reason == ENDED.message


def test_they_go_on_at_once_when_the_library_has_answered(queue: TransferQueue, add: Add) -> None:
    add(1)
    running = queue.take(0)
    assert running is not None
    queue.fail(running, ENDED)
    assert queue.take(0) is None
    queue.end_outage()
    assert queue.take(0) is not None


def test_the_wait_leaves_as_many_attempts_as_there_were(queue: TransferQueue, add: Add, clock: FakeClock) -> None:
    add(1)
    for fault in [*[ENDED] * 10, *[StoreUnavailable("The library cannot be reached.")] * (ATTEMPTS - 1)]:
        running = queue.take(0)
        assert running is not None
        queue.fail(running, fault)
        clock.now += 60
    assert states(queue) == {TransferState.WAITING}
