"""How many transfers run at once, on a clock and a line of the test's own."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from imagedesk.transfers.concurrency import FIRST, GIVING_WAY, PERIOD, Concurrency

MOST = 32


@dataclass
class Line:
    """Each transfer moves ``each`` bytes a second, all together at most ``whole``, and keeps ``work`` of a processor
    busy."""

    each: float = 1e6
    whole: float = 1e12
    work: float = 0.0
    most: int = MOST
    now: float = 0.0
    used: float = 0.0
    tried: list[int] = field(default_factory=list)

    def concurrency(self) -> Concurrency:
        return Concurrency(lambda: self.most, clock=lambda: self.now, processor=lambda: self.used)

    def run(self, concurrency: Concurrency, seconds: float) -> int:
        """How many run at once in the end."""
        for _ in range(int(seconds / 0.25)):
            running = concurrency.allowed
            self.now += 0.25
            self.used += 0.25 * min(1.0, self.work * running)
            concurrency.moved(int(0.25 * min(self.whole, self.each * running)))
            self.tried.append(concurrency.allowed)
        return concurrency.allowed


def test_it_begins_with_a_few() -> None:
    assert Line().concurrency().allowed == FIRST


def test_more_run_while_more_are_faster() -> None:
    line = Line()
    assert line.run(line.concurrency(), 10) == MOST


def test_what_a_full_line_does_not_speed_up_is_taken_back() -> None:
    line = Line(whole=9e6)
    concurrency = line.concurrency()
    assert 9 <= line.run(concurrency, 60) <= 14
    assert max(line.tried) <= 21


def test_a_full_line_is_tried_again_ever_more_seldom() -> None:
    line = Line(whole=4e6)
    line.run(line.concurrency(), 400)
    tries = sum(after > before for before, after in zip(line.tried, line.tried[1:], strict=False))
    assert 3 <= tries <= 8


def test_a_line_that_became_wider_is_found() -> None:
    line = Line(whole=4e6)
    concurrency = line.concurrency()
    assert line.run(concurrency, 20) == FIRST
    line.whole = 1e12
    assert line.run(concurrency, 60) == MOST


def test_a_busy_processor_allows_no_more() -> None:
    line = Line(work=0.11)
    assert line.run(line.concurrency(), 60) <= 8


def test_a_processor_that_is_too_busy_gets_fewer_but_never_one_alone() -> None:
    line = Line(work=0.3)
    concurrency = line.concurrency()
    assert line.run(concurrency, 2) < FIRST
    line.work = 1.0
    assert line.run(concurrency, 300) == 2


def test_a_fault_of_the_store_halves_it_and_those_that_fail_together_count_once() -> None:
    line = Line()
    concurrency = line.concurrency()
    line.run(concurrency, 10)
    for _ in range(MOST):
        concurrency.failed()
    assert concurrency.allowed == MOST // 2
    for _ in range(10):
        line.now += 2 * PERIOD
        concurrency.failed()
    assert concurrency.allowed == 1
    assert line.run(concurrency, 200) == MOST


def test_the_store_has_the_last_word() -> None:
    line = Line()
    concurrency = line.concurrency()
    line.run(concurrency, 10)
    line.most = 3
    assert concurrency.allowed == 3
    line.most = 0
    assert concurrency.allowed == 1


def test_a_period_without_enough_to_do_tells_nothing() -> None:
    line = Line()
    concurrency = line.concurrency()
    for _ in range(40):
        line.now += 0.25
        concurrency.starved()
        concurrency.moved(1)
    assert concurrency.allowed == FIRST


def test_a_long_silence_tells_nothing() -> None:
    line = Line()
    concurrency = line.concurrency()
    line.now += 100
    concurrency.ended()
    assert concurrency.allowed == FIRST


@pytest.mark.parametrize("before", [0, 10])
def test_while_a_person_scrolls_only_a_few_run(before: int) -> None:
    line = Line()
    concurrency = line.concurrency()
    allowed = line.run(concurrency, before)
    concurrency.give_way()
    assert concurrency.allowed == GIVING_WAY
    line.now += PERIOD
    assert concurrency.allowed == allowed
