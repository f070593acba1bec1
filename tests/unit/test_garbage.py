"""The collector looks no more at what was there when a library was opened."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from imagedesk import garbage
from imagedesk.garbage import set_apart_what_stays


@pytest.fixture(autouse=True)
def collector_as_it_was() -> Iterator[None]:
    thresholds = gc.get_threshold()
    gc.unfreeze()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


def test_what_is_there_is_set_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "_WORTH_SETTING_APART", 1000)
    there = len(gc.get_objects())
    set_apart_what_stays()
    assert gc.get_freeze_count() >= there * 0.9
    assert len(gc.get_objects()) < there * 0.1


def test_a_second_library_that_brings_little_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "_WORTH_SETTING_APART", 10_000_000)
    set_apart_what_stays()
    assert gc.get_freeze_count() == 0


def test_what_becomes_garbage_later_is_still_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "_WORTH_SETTING_APART", 1000)
    set_apart_what_stays()
    circle: list[object] = []
    circle.append(circle)
    del circle
    assert gc.collect() >= 1
