from __future__ import annotations

from imagedesk.stores.aws.answer_memory import FRESH, LENT, Landing


def test_fresh_memory_belongs_to_its_reader() -> None:
    with FRESH.opened() as room:
        first, second = room(5), room(5)
    assert first is not second
    assert (len(first), FRESH.lends) == (5, False)


def test_lent_memory_goes_to_the_next_answer() -> None:
    with LENT.opened() as room:
        room(3)[:] = b"one"
        once = room(3).obj
    with LENT.opened() as room:
        assert room(3).obj is once


def test_what_was_received_in_place_is_kept_without_a_copy_and_the_rest_is_copied() -> None:
    memory = bytearray(8)
    landing = Landing(memoryview(memory))
    with landing.opened() as room:
        here = room(3)
        here[:] = b"abc"
        landing.keep(here)
        landing.keep(b"de")  # from elsewhere
        assert landing.left == 3
        there = room(100)
        there[:] = b"fgh"
        landing.keep(there[:2])  # a chunk may break off
        landing.keep(b"H")
    assert bytes(memory) == b"abcdefgH"
    assert landing.left == 0
