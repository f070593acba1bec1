from __future__ import annotations

import random

import pytest

from imagedesk.workers.sync_schedule import SyncPace, SyncSchedule, SyncTask

PACE = SyncPace(news=15, full=1000, settling=50, first_retry=5, last_retry=60)
FULL, NEWS, VERIFY = SyncTask.FULL, SyncTask.NEWS, SyncTask.VERIFY


@pytest.fixture
def schedule() -> SyncSchedule:
    """After the first full sync, at 0."""
    schedule = SyncSchedule(PACE, 0)
    assert schedule.next(0, active=False) == (FULL, 0)
    schedule.succeeded(FULL, 0)
    return schedule


def test_news_come_at_their_pace_and_everything_once_a_day(schedule: SyncSchedule) -> None:
    assert schedule.next(0, active=True) == (None, 15)
    assert schedule.next(15, active=True) == (NEWS, 0)
    schedule.succeeded(NEWS, 16)
    assert schedule.next(20, active=True) == (None, 11)
    assert schedule.next(1000, active=True) == (FULL, 0)


def test_a_first_load_is_compared_soon(schedule: SyncSchedule) -> None:
    schedule.ask(FULL, 10)
    schedule.succeeded(FULL, 10, first=True)
    assert schedule.next(20, active=False) == (None, 40)
    assert schedule.next(60, active=False) == (FULL, 0)


def test_what_an_earlier_process_read_counts() -> None:
    schedule = SyncSchedule(PACE, 5)
    schedule.full_was(600, first=False, now=5)
    assert schedule.next(5, active=True) == (NEWS, 0)
    assert schedule.next(5, active=False) == (None, 400)
    schedule.full_was(2000, first=False, now=5)
    assert schedule.next(5, active=False) == (FULL, 0)


def test_news_that_take_long_are_looked_for_less_often(schedule: SyncSchedule) -> None:
    schedule.succeeded(NEWS, 15, took=0.5)
    assert schedule.next(15, active=True) == (None, 15)
    schedule.succeeded(NEWS, 30, took=5)
    assert schedule.next(30, active=True) == (None, 100)
    schedule.ask(NEWS, 31)  # a person need not wait
    assert schedule.next(31, active=True) == (NEWS, 0)


def test_nobody_looks_so_news_wait_but_the_full_look_does_not(schedule: SyncSchedule) -> None:
    assert schedule.next(500, active=False) == (None, 500)
    assert schedule.next(500, active=True) == (NEWS, 0)
    assert schedule.next(1000, active=False) == (FULL, 0)


def test_a_persons_wish_is_due_at_once_though_nobody_looks(schedule: SyncSchedule) -> None:
    schedule.ask(NEWS, 3)
    assert schedule.next(3, active=False) == (NEWS, 0)
    schedule.succeeded(NEWS, 3)
    assert schedule.next(100, active=False) == (None, 900)
    schedule.ask(FULL, 101)
    assert schedule.next(101, active=False) == (FULL, 0)


def test_what_is_on_screen_goes_before_news_and_is_looked_at_once(schedule: SyncSchedule) -> None:
    schedule.ask(VERIFY, 20)
    assert schedule.next(20, active=True) == (VERIFY, 0)
    schedule.succeeded(VERIFY, 20)
    assert schedule.next(20, active=True) == (NEWS, 0)


def test_patience_doubles_up_to_its_bound_and_ends_with_a_success(schedule: SyncSchedule) -> None:
    now, waits = 15.0, []
    for _ in range(6):
        assert schedule.next(now, active=True)[0] is NEWS
        schedule.failed(NEWS, now)
        _, wait = schedule.next(now, active=True)
        waits.append(wait)
        now += wait
    assert waits == [5, 10, 20, 40, 60, 60]
    schedule.succeeded(NEWS, now)
    schedule.failed(NEWS, now)
    assert schedule.next(now, active=True) == (None, 5)


def test_only_a_persons_wish_cuts_the_patience_short(schedule: SyncSchedule) -> None:
    schedule.failed(NEWS, 15)
    schedule.ask(VERIFY, 16)
    assert schedule.next(16, active=True) == (None, 4)
    schedule.ask(NEWS, 17)
    assert schedule.next(17, active=True)[0] is VERIFY


def test_a_failed_look_at_the_screen_is_given_up_and_a_failed_full_one_stays_due(schedule: SyncSchedule) -> None:
    schedule.ask(VERIFY, 1)
    schedule.failed(VERIFY, 1)
    assert schedule.next(6, active=True) == (None, 9)
    schedule.ask(FULL, 6)
    schedule.failed(FULL, 6)
    assert schedule.next(16, active=False) == (FULL, 0)


def test_whatever_happens_there_is_something_to_do_or_a_time_to_wait() -> None:
    chance = random.Random(2)
    schedule, now = SyncSchedule(PACE, 0), 0.0
    for _ in range(2000):
        active = chance.random() < 0.5
        task, wait = schedule.next(now, active=active)
        assert (task is None) == (wait is None or wait > 0)
        if chance.random() < 0.3:
            schedule.ask(chance.choice([FULL, NEWS, VERIFY]), now)
        elif task is None:
            now += min(wait, chance.choice([1, 10, 100]))
        elif chance.random() < 0.5:
            schedule.succeeded(task, now)
        else:
            schedule.failed(task, now)
