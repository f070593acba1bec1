from __future__ import annotations

import random
from itertools import pairwise

import pytest

from imagedesk.models.text_format import duration_text
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


def arrivals(kind: str, seed: int, seconds: int = 300) -> list[tuple[float, int]]:
    """Moments and bytes, as networks deliver them."""
    chance, moments, now = random.Random(seed), [], 0.0
    while now < seconds:
        match kind:
            case "chunks":
                now += 0.5
                count = 500_000
            case "bursts":
                now += chance.expovariate(2)
                count = chance.choice([20_000, 200_000, 5_000_000])
            case "stalls":
                now += 0.2
                count = 0 if int(now) % 10 < 3 else 300_000
            case _:
                now += 10.0
                count = 8_000_000
        moments.append((now, count))
    return moments


@pytest.mark.parametrize("kind", ["chunks", "bursts", "stalls", "parts"])
@pytest.mark.parametrize("seed", range(5))
def test_the_time_left_counts_down_and_does_not_jump(kind: str, seed: int) -> None:
    pace, moments = Pace(), arrivals(kind, seed)
    total = sum(count for _, count in moments)
    done, tick, told = 0, 0, []
    for moment, count in moments:
        while tick / 10 < moment:  # as often as a window looks
            left = pace.seconds_left(tick / 10, total - done)
            if left is not None and tick > 900:  # a minute and a half, and it has settled
                told.append((tick / 10, left))
            tick += 1
        pace.add(moment, count)
        done += count
    words = [duration_text(left) for _, left in told]
    changes = [(a, b) for (a, b), said in zip(pairwise(told), pairwise(words), strict=True) if said[0] != said[1]]
    assert sum(b[1] > a[1] for a, b in changes) <= 6
    assert all(abs(b[1] - a[1]) < 0.05 * a[1] + 1 for a, b in pairwise(told))
    assert all(0.5 * (moments[-1][0] - now) - 20 < left < 2 * (moments[-1][0] - now) + 20 for now, left in told)


def test_more_work_takes_more_time_at_once() -> None:
    pace = Pace()
    for tick in range(100):
        pace.add(tick * 0.1, 100)
    assert pace.seconds_left(10.0, 10_000) == pytest.approx(10, rel=0.1)
    assert pace.seconds_left(10.1, 60_000) == pytest.approx(60, rel=0.1)
