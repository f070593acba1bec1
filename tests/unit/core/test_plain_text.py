"""Text from outside is shown on one line, in the order in which it stands, and no longer than there is room."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagedesk.core.plain_text import REPLACEMENT, plain


@pytest.mark.parametrize(
    "text", ["IMG_2041.JPG", "Høst – 東京 😀", "👩\u200d👩\u200d👧.png", "<img src=x>", "a & b", ""]
)
def test_visible_text_is_shown_unchanged(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    "character",
    ["\n", "\r", "\t", "\0", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\u202e", "\u2066", "\u200f", "\u200b",
     "\u00ad", "\u2062", "\ufeff", "\ufff9", "\ud800"],
)  # fmt: skip
def test_what_hides_reorders_or_breaks_is_shown_as_a_replacement(character: str) -> None:
    assert plain(f"a{character}b") == f"a{REPLACEMENT}b"


def test_long_text_ends_with_an_ellipsis_at_its_limit() -> None:
    assert plain("x" * 10, 10) == "x" * 10
    assert plain("x" * 11, 10) == "x" * 9 + "…"
    assert len(plain("x" * 10_000_000)) == 300


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_what_is_shown_is_one_line_within_the_limit_that_can_be_written(text: str, limit: int) -> None:
    shown = plain(text, limit)
    assert len(shown) <= limit
    assert len(shown.splitlines()) <= 1
    assert not any(unicodedata.bidirectional(c) in {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI"} for c in shown)
    assert shown.encode().decode() == shown
