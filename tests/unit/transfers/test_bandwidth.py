"""The limit to all transfers' bytes a second."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.transfers.bandwidth import PER_TRANSFER, Bandwidth
from imagedesk.transfers.queue import TransferQueue
from tests.fakes.sample_records import sample_record
from tests.unit.transfers.conftest import FakeClock


class PatientToken(CancelToken):
    """Lets the clock do the waiting."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock

    def wait(self, seconds: float) -> bool:
        self._clock.now += seconds
        return False


def test_bytes_flow_at_the_limit_and_freely_without_one(clock: FakeClock) -> None:
    bandwidth, cancel, began = Bandwidth(clock), PatientToken(clock), clock.now
    bandwidth.spend(10**9, cancel)
    assert clock.now == began
    bandwidth.limit(1000)
    for _ in range(10):
        bandwidth.spend(500, cancel)
    assert clock.now - began == 5
    bandwidth.limit(None)
    bandwidth.spend(10**9, cancel)
    assert clock.now - began == 5


def test_what_was_not_used_is_not_saved_up(clock: FakeClock) -> None:
    bandwidth, cancel = Bandwidth(clock), PatientToken(clock)
    bandwidth.limit(1000)
    clock.now += 3600
    began = clock.now
    bandwidth.spend(2000, cancel)
    assert clock.now - began == 2


def test_transfers_share_the_limit(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imagedesk.transfers.bandwidth.LOOK", 1000)
    bandwidth, waits = Bandwidth(clock), list[float]()

    class Noting(CancelToken):
        def wait(self, seconds: float) -> bool:
            waits.append(seconds)
            return True

    bandwidth.limit(1000)
    for _ in range(3):
        bandwidth.spend(1000, Noting())
    assert waits == [1, 2, 3]


def test_a_cancellation_ends_the_wait() -> None:
    bandwidth, cancel = Bandwidth(), CancelToken()
    bandwidth.limit(0.001)
    cancel.cancel()
    bandwidth.spend(10**6, cancel)


def test_another_limit_is_in_force_at_once_for_those_who_wait(clock: FakeClock) -> None:
    bandwidth, began = Bandwidth(clock), clock.now

    class Impatient(PatientToken):
        def wait(self, seconds: float) -> bool:
            bandwidth.limit(None)
            return super().wait(seconds)

    bandwidth.limit(1)
    bandwidth.spend(1000, Impatient(clock))
    assert clock.now - began < 1


def test_a_low_limit_is_shared_by_few_so_that_none_is_cut_off(
    queue: TransferQueue, add: Callable[..., list[int]]
) -> None:
    add(1, 2, 3, 4)
    queue.limit_bandwidth(2 * PER_TRANSFER)
    first, second = queue.take(0), queue.take(0)
    assert first is not None
    assert second is not None
    assert queue.take(0) is None
    queue.succeed(first, sample_record(1))
    assert queue.take(0) is not None
    queue.limit_bandwidth(10)
    queue.succeed(second, sample_record(2))
    assert queue.take(0) is None
    queue.limit_bandwidth(None)
    assert queue.take(0) is not None
