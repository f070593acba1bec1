"""The collector looks no more at what was there when a library was opened."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterator
from types import ModuleType

import pytest

from imagedesk import garbage
from imagedesk.garbage import set_apart_what_stays


@pytest.fixture(autouse=True)
def collector_as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(garbage, "_modules_set_apart", 0)
    thresholds, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.unfreeze()
    yield
    sys.setswitchinterval(interval)
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_what_is_there_is_set_apart() -> None:
    there = len(gc.get_objects())
    set_apart_what_stays()
    assert gc.get_freeze_count() >= there * 0.9
    assert len(gc.get_objects()) < there * 0.1


def test_a_second_library_that_brings_no_modules_is_not() -> None:
    set_apart_what_stays()
    gc.unfreeze()
    set_apart_what_stays()
    assert gc.get_freeze_count() == 0


def test_a_second_library_that_brings_many_modules_is(monkeypatch: pytest.MonkeyPatch) -> None:
    set_apart_what_stays()
    gc.unfreeze()
    for number in range(100):
        monkeypatch.setitem(sys.modules, f"of_a_second_library_{number}", ModuleType("new"))
    set_apart_what_stays()
    assert gc.get_freeze_count() > 0


def test_what_becomes_garbage_later_is_still_collected() -> None:
    set_apart_what_stays()
    circle: list[object] = []
    circle.append(circle)
    del circle
    assert gc.collect() >= 1


def test_other_threads_can_make_tuples_meanwhile() -> None:
    """To look at every object holds tuples that are being filled, and whoever fills them gets a SystemError."""
    faults: list[BaseException] = []
    goes_on = threading.Event()
    goes_on.set()

    def make_tuples() -> None:
        try:
            while goes_on.is_set():
                tuple(number for number in range(2000))
        except BaseException as fault:  # noqa: BLE001  # of the interpreter itself
            faults.append(fault)

    sys.setswitchinterval(1e-6)
    thread = threading.Thread(target=make_tuples)
    thread.start()
    for _ in range(20):
        set_apart_what_stays()
    goes_on.clear()
    thread.join()
    assert faults == []
