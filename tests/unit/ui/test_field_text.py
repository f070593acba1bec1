"""Metadata values as a person types them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagedesk.core.metadata import JsonValue
from imagedesk.core.metadata_merge import ABSENT
from imagedesk.models.field_text import clash_text, field_text, is_editable, typed_value

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5)


@given(VALUES)
def test_a_value_that_nobody_changed_comes_back_as_it_was(value: JsonValue) -> None:
    again = typed_value(field_text(value), value)
    assert json.dumps(again) == json.dumps(value)


@pytest.mark.parametrize(
    ("before", "typed", "after"),
    [("autumn", "5", "5"), ("", "null", "null"), (5, "6.5", 6.5), (5, "six", "six"), (True, "false", False),
     ([1], '["a"]', ["a"]), ([1], "[1", "[1"), (None, "", "")],
)  # fmt: skip
def test_text_stays_text_and_json_stays_json_where_it_can(before: JsonValue, typed: str, after: JsonValue) -> None:
    assert typed_value(typed, before) == after


@pytest.mark.parametrize(
    ("name", "text", "editable"),
    [("rights", "CC <b>BY</b>", True), ("rights", "two\nlines", False), ("a\u202eb", "x", False),
     ("rights", "\u202egpj.exe", False), ("rights", "x" * 2001, False), ("", "", True)],
)  # fmt: skip
def test_what_a_line_would_not_show_whole_is_not_edited_in_one(name: str, text: str, editable: bool) -> None:
    assert is_editable(name, text) is editable


def test_a_side_of_a_clash_is_one_line_of_visible_text() -> None:
    assert clash_text(ABSENT) == "(removed)"
    assert clash_text("a\nb\u202e") == "a\ufffdb\ufffd"
    assert clash_text(["x", None]) == '["x", null]'
