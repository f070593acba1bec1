"""What is chosen is found again by image, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from imagedesk.core.query import LibraryQuery
from imagedesk.ui.kept_choice import MAX_KEPT, KeptChoice

ALL, OTHER = LibraryQuery(), LibraryQuery(text="sea")


def name_at(images: Sequence[str], known: Callable[[int], bool] = lambda _row: True) -> Callable[[int], str | None]:
    return lambda row: images[row] if 0 <= row < len(images) and known(row) else None


def named(count: int) -> list[str]:
    return [f"ann!{number}" for number in range(count)]


steps = st.lists(st.tuples(st.booleans(), st.integers(0, 99), st.integers(1, 9)), max_size=15)


@given(st.sets(st.integers(0, 59), max_size=20), st.integers(0, 59), steps)
def test_the_names_move_with_the_rows(rows: set[int], current: int, changes: Sequence[tuple[bool, int, int]]) -> None:
    images, choice = named(60), KeptChoice()
    choice.note([(row, row) for row in sorted(rows)], current, name_at(images), 60, ALL)
    chosen, at = {images[row] for row in rows}, images[current]
    for number, (inserts, place, count) in enumerate(changes):
        start = place % (len(images) + 1)
        if inserts:
            images[start:start] = [f"bob!{number}-{index}" for index in range(count)]
            choice.rows_inserted(start, count)
        else:
            gone = images[start : start + count]
            del images[start : start + count]
            chosen -= set(gone)
            at = "" if at in gone else at
            choice.rows_removed(start, len(gone))
    assert set(choice.names()) == chosen | ({at} if at else set())
    # Noted anew while nothing is at hand, what was named keeps its name.
    again = [(row, row) for row, image in enumerate(images) if image in chosen]
    choice.note(again, -1, lambda _row: None, len(images) + 1, ALL)
    assert choice.is_whole
    assert set(choice.names()) == chosen


def test_what_is_chosen_is_chosen_again_where_it_went() -> None:
    choice = KeptChoice()
    choice.note([(2, 4), (9, 9)], 3, name_at(named(20)), 20, ALL)
    found = {"ann!2": 7, "ann!3": 6, "ann!9": 0}  # the fourth is gone
    assert choice.chosen_again(found, 15, OTHER) == [(0, 0), (6, 7)]
    assert choice.current_again(found) == 6


def test_a_choice_with_unknown_rows_is_not_kept_in_part() -> None:
    choice = KeptChoice()
    choice.note([(2, 4)], 2, name_at(named(20), lambda row: row != 3), 20, ALL)
    assert not choice.is_whole
    assert choice.chosen_again({"ann!2": 2, "ann!4": 4}, 20, ALL) == []
    assert choice.current_again({"ann!2": 5}) == 5
    choice.note([(2, 4)], 2, name_at(named(20)), 20, ALL)
    assert choice.is_whole


def test_a_choice_too_large_to_name_is_not_kept_in_part() -> None:
    choice = KeptChoice()
    choice.note([(0, MAX_KEPT)], 0, name_at(named(5000)), 5000, ALL)
    assert choice.is_whole  # there is nothing to wait for
    assert choice.chosen_again({"ann!0": 0}, 5000, ALL) == []


def test_everything_stays_everything_for_the_same_query_only() -> None:
    choice = KeptChoice()
    choice.note([(0, 999_999)], 0, name_at([]), 1_000_000, ALL)
    assert choice.names() == []
    assert choice.chosen_again({}, 999_000, ALL) == [(0, 998_999)]
    assert choice.chosen_again({}, 40, OTHER) == []
    choice.rows_inserted(0, 1)  # not chosen: it came later
    assert choice.chosen_again({}, 1_000_001, ALL) == []
