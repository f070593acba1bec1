from __future__ import annotations

import random
import threading
from collections import Counter

import pytest

from imagedesk.workers.wanted import Job, WantedJobs
from tests.ui.library_in_memory import WAIT_MS


@pytest.fixture
def jobs() -> WantedJobs[str, int]:
    return WantedJobs()


def wanted(text: str) -> list[tuple[str, int]]:
    return [(key, number) for number, key in enumerate(text)]


def test_the_first_is_done_first_and_what_is_wanted_twice_once(jobs: WantedJobs[str, int]) -> None:
    jobs.replace(wanted("abca"))
    assert [(job.key, job.value) for job in (jobs.take(), jobs.take(), jobs.take())] == [("a", 0), ("b", 1), ("c", 2)]
    jobs.replace(wanted("cbad"))
    assert jobs.take().key == "d"  # the others are under way


def test_a_new_request_replaces_what_waits_and_cancels_what_runs_in_vain(jobs: WantedJobs[str, int]) -> None:
    jobs.replace(wanted("abc"))
    a, b = jobs.take(), jobs.take()
    jobs.replace(wanted("bx"))
    assert (a.cancel.is_cancelled, b.cancel.is_cancelled) == (True, False)
    assert jobs.take().key == "x"
    assert (jobs.finish(a), jobs.finish(b)) == (False, True)


def test_what_is_wanted_again_waits_for_its_cancelled_run_to_end(jobs: WantedJobs[str, int]) -> None:
    jobs.replace(wanted("a"))
    first = jobs.take()
    jobs.replace([])
    jobs.replace(wanted("ab"))
    assert jobs.take().key == "b"  # never twice at once
    taken: list[Job[str, int]] = []
    thread = threading.Thread(target=lambda: taken.append(jobs.take()))
    thread.start()
    assert not jobs.finish(first)
    thread.join(WAIT_MS / 1000)
    assert [job.key for job in taken] == ["a"]
    assert not taken[0].cancel.is_cancelled


def test_close_wakes_every_thread_and_cancels_what_runs(jobs: WantedJobs[str, int]) -> None:
    jobs.replace(wanted("a"))
    running = jobs.take()
    taken: list[object] = []
    threads = [threading.Thread(target=lambda: taken.append(jobs.take())) for _ in range(3)]
    for thread in threads:
        thread.start()
    jobs.close()
    for thread in threads:
        thread.join(WAIT_MS / 1000)
    jobs.replace(wanted("b"))
    assert (taken, running.cancel.is_cancelled, jobs.finish(running), jobs.take()) == ([None] * 3, True, False, None)


def test_under_many_threads_nothing_is_done_twice_at_once_and_the_last_wish_is_done() -> None:
    jobs: WantedJobs[int, int] = WantedJobs()
    busy: Counter[int] = Counter()
    lock, twice, done = threading.Lock(), [], set()
    all_done = threading.Event()
    last = range(100, 130)

    def work() -> None:
        while (job := jobs.take()) is not None:
            with lock:
                busy[job.key] += 1
                twice.extend([job.key] if busy[job.key] > 1 else [])
            with lock:
                busy[job.key] -= 1
                if jobs.finish(job):
                    done.add(job.key)
                if done.issuperset(last):
                    all_done.set()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    chance = random.Random(1)
    for _ in range(500):
        jobs.replace((key, key) for key in chance.sample(range(50), 10))
    jobs.replace((key, key) for key in last)
    assert all_done.wait(WAIT_MS / 1000)
    jobs.close()
    for thread in threads:
        thread.join()
    assert twice == []
