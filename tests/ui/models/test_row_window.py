from __future__ import annotations

import random

import pytest

from imagedesk.core.image_record import ImageRecord
from imagedesk.models import row_window
from imagedesk.models.row_window import RowWindow, ranges
from tests.fakes.sample_records import sample_record


class NaiveWindow:
    """The same, as a dictionary that is rewritten at every step."""

    def __init__(self, kept: int) -> None:
        self.records: dict[int, ImageRecord] = {}
        self.kept, self.centre = kept, 0

    def put(self, first: int, records: list[ImageRecord]) -> None:
        low, high = self.centre - self.kept // 2, self.centre + self.kept // 2
        self.records.update({row: record for row, record in enumerate(records, first) if low <= row < high})

    def remove(self, first: int, last: int) -> None:
        self.records = {
            row - (last + 1 - first if row > last else 0): record
            for row, record in self.records.items()
            if not first <= row <= last
        }

    def insert(self, first: int, last: int) -> None:
        self.records = {row + (last + 1 - first if row >= first else 0): record for row, record in self.records.items()}

    def forget(self, rows: list[int]) -> None:
        for row in rows:
            self.records.pop(row, None)

    def keep_near(self, centre: int) -> None:
        self.centre, half = centre, self.kept // 2
        self.records = {row: record for row, record in self.records.items() if centre - half <= row < centre + half}


def one_step(chance: random.Random, window: RowWindow, naive: NaiveWindow) -> None:
    row, count = chance.randrange(300), chance.randrange(1, 30)
    kind = chance.choice(["put", "put", "remove", "insert", "forget", "keep_near"])
    if kind == "put":
        records = [sample_record(chance.randrange(10_000)) for _ in range(count)]
        window.put(row, records)
        naive.put(row, records)
    elif kind == "forget":
        rows = sorted(chance.sample(range(300), count))
        window.forget(rows)
        naive.forget(rows)
    elif kind == "keep_near":
        window.keep_near(row)
        naive.keep_near(row)
    else:
        getattr(window, kind)(row, row + count - 1)
        getattr(naive, kind)(row, row + count - 1)


@pytest.mark.parametrize("seed", range(8))
def test_any_sequence_of_steps_leaves_what_a_plain_dictionary_would(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_window, "KEPT", 120)
    chance, window, naive = random.Random(seed), RowWindow(), NaiveWindow(120)
    for _ in range(300):
        one_step(chance, window, naive)
        assert {row: record for row in range(2000) if (record := window.get(row)) is not None} == naive.records
        assert len(window) == len(naive.records)


def test_the_window_is_bounded_however_much_is_put_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_window, "KEPT", 100)
    window = RowWindow()
    for centre in range(0, 5000, 37):
        window.keep_near(centre)
        window.put(0, [sample_record(number) for number in range(80)])
        window.put(centre, [sample_record(number) for number in range(80)])
        assert len(window) <= 100
        assert window.get(centre) == sample_record(0)


def test_the_pages_that_are_not_all_at_hand_are_missing() -> None:
    window = RowWindow()
    window.put(200, [sample_record(number) for number in range(200)])
    assert window.missing_pages(-100, 450, 1000) == [0, 2]
    window.forget([399])
    assert window.missing_pages(300, 450, 1000) == [1, 2]
    assert window.missing_pages(300, 450, 350) == []
    assert window.missing_pages(0, 100, 0) == []


def test_an_image_at_hand_is_found_by_its_id() -> None:
    window = RowWindow()
    window.put(7, [sample_record(1), sample_record(2)])
    assert window.row_of(sample_record(2).image_id) == 8
    assert window.row_of(sample_record(3).image_id) is None
    window.clear()
    assert window.row_of(sample_record(2).image_id) is None


def test_numbers_in_a_row_are_one_range() -> None:
    assert ranges([1, 2, 3, 7, 9, 10]) == [(1, 3), (7, 7), (9, 10)]
    assert ranges([]) == []
