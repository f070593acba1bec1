from __future__ import annotations

import pytest

from imagedesk.transfers.outage import Outage
from imagedesk.transfers.pace import Pace


def test_nothing_is_claimed_before_a_second_of_movement() -> None:
    pace = Pace()
    assert pace.speed(5.0) == 0.0
    pace.add(5.0, 10_000_000)
    assert pace.speed(5.5) == 0.0
    assert pace.seconds_left(5.5, 100) is None


def test_a_steady_flow_is_told_exactly() -> None:
    pace = Pace()
    pace.add(0.0, 0)
    for tick in range(1, 101):
        pace.add(tick * 0.1, 100)
        if tick >= 20:
            assert pace.speed(tick * 0.1) == pytest.approx(1000, rel=0.05)
    assert pace.seconds_left(10.0, 5000) == pytest.approx(5, rel=0.05)


def test_one_burst_or_one_gap_moves_the_speed_by_little() -> None:
    pace = Pace()
    for tick in range(200):
        pace.add(tick * 0.1, 100)
    before = pace.speed(20.0)
    assert pace.speed(20.5) > before * 0.9
    pace.add(20.0, 1000)
    assert pace.speed(20.0) < before * 1.25


def test_a_stall_ends_in_no_answer_rather_than_in_a_huge_one() -> None:
    pace = Pace()
    for tick in range(50):
        pace.add(tick * 0.1, 100)
    assert pace.seconds_left(300.0, 1000) is None


def test_a_pause_does_not_count_as_slowness() -> None:
    pace = Pace()
    for tick in range(50):
        pace.add(tick * 0.1, 100)
    pace.reset()
    for tick in range(50):
        pace.add(1000 + tick * 0.1, 100)
    assert pace.speed(1005.0) == pytest.approx(1000, rel=0.05)


def test_an_outage_lasts_longer_each_time_up_to_a_minute() -> None:
    outage, now, lengths = Outage(), 0.0, []
    for _ in range(8):
        outage.begin(now)
        lengths.append(outage.remaining(now))
        now += outage.remaining(now)
    assert lengths == [2, 4, 8, 16, 32, 60, 60, 60]


def test_failures_side_by_side_are_one_outage() -> None:
    outage = Outage()
    outage.begin(0.0)
    outage.begin(0.1)
    assert outage.remaining(0.1) == pytest.approx(1.9)


def test_an_answer_of_the_store_ends_the_outage() -> None:
    outage = Outage()
    outage.begin(0.0)
    outage.begin(3.0)
    outage.end()
    assert outage.remaining(3.0) == 0
    outage.begin(3.0)
    assert outage.remaining(3.0) == 2
