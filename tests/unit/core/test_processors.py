from __future__ import annotations

import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

from imagedesk.core.processors import keep_to_one, on_all
from imagedesk.pictures.decoder_child import DecoderChild
from imagedesk.pictures.limits import TimeLimits

if sys.platform != "linux":
    pytest.skip("only Linux binds single threads", allow_module_level=True)

T = TypeVar("T")


def in_a_thread(work: Callable[[], T]) -> T:
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(work).result()


def bound() -> set[int]:
    keep_to_one()
    return os.sched_getaffinity(0)


def test_threads_that_ask_share_one_processor_and_the_main_thread_keeps_all() -> None:
    before = os.sched_getaffinity(0)

    first, second = in_a_thread(bound), in_a_thread(bound)

    assert len(first) == 1
    assert first == second
    assert os.sched_getaffinity(0) == before


def test_a_thread_inherits_and_may_use_all_for_a_while() -> None:
    def work() -> list[set[int]]:
        keep_to_one()
        inherited = in_a_thread(lambda: os.sched_getaffinity(0))
        with on_all():
            meanwhile = in_a_thread(lambda: os.sched_getaffinity(0))
        return [inherited, meanwhile, os.sched_getaffinity(0)]

    inherited, meanwhile, after = in_a_thread(work)

    assert meanwhile == os.sched_getaffinity(0)
    assert inherited == after
    assert len(after) == 1


def test_a_thread_that_is_not_bound_stays_as_it_is() -> None:
    with on_all():
        assert os.sched_getaffinity(0) == os.sched_getaffinity(os.getpid())


def test_a_decoder_that_a_bound_thread_starts_may_use_all() -> None:
    child = DecoderChild(TimeLimits())
    try:

        def start() -> None:
            keep_to_one()
            child.start()

        in_a_thread(start)
        assert child.pid is not None
        assert os.sched_getaffinity(child.pid) == os.sched_getaffinity(os.getpid())
    finally:
        child.end()
        child.release()
