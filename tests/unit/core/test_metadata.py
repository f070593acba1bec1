"""Metadata is a JSON object: checked on the way in, read tolerantly on the way out."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagedesk.core.errors import InvalidMetadata
from imagedesk.core.metadata import MAX_BYTES, MAX_DEPTH, dump_metadata, parse_metadata, read_metadata


def nested(levels: int) -> str:
    return '{"a":' * levels + "1" + "}" * levels


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner),
    max_leaves=12,
)


@pytest.mark.parametrize("text", [None, "", "  \n"])
def test_no_metadata_is_none(text: str | None) -> None:
    assert parse_metadata(text) is None


def test_an_object_is_taken_as_it_is() -> None:
    text = '{"campaign": "høst", "n": [1, 2.5, null, true], "é": {"x": ""}, "emoji": "\\ud83d\\ude00"}'
    assert parse_metadata(text) == json.loads(text)
    assert parse_metadata("{}") == {}


@pytest.mark.parametrize("text", ["[1]", '"text"', "1", "null", "true"])
def test_a_list_or_a_value_is_no_object(text: str) -> None:
    with pytest.raises(InvalidMetadata, match="must be a JSON object"):
        parse_metadata(text)


@pytest.mark.parametrize(
    "text",
    ["{", "{'a': 1}", '{"a": 1,}', "campaign=autumn", '{"a": NaN}', '{"a": -Infinity}', '{"a": 1e999}',
     '{"a": "\\ud83d"}', '{"\\udc00": 1}', "[" * 30_000, nested(MAX_DEPTH + 1), nested(9000),
     '{"n": ' + "9" * 5000 + "}"],
)  # fmt: skip
def test_what_other_readers_would_not_read_is_refused(text: str) -> None:
    with pytest.raises(InvalidMetadata, match="not valid JSON") as caught:
        parse_metadata(text)
    caught.value.message.encode()


def test_depth_and_length_have_a_limit_and_reach_it() -> None:
    assert parse_metadata(nested(MAX_DEPTH)) == json.loads(nested(MAX_DEPTH))
    fitting = json.dumps({"a": "x" * (MAX_BYTES - 9)})
    assert len(fitting) == MAX_BYTES
    assert parse_metadata(fitting)
    with pytest.raises(InvalidMetadata, match="64 KB"):
        parse_metadata(fitting + " ")


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_what_was_stored_is_read_back(value: dict[str, object]) -> None:
    metadata = parse_metadata(json.dumps(value))
    assert metadata is not None
    stored = dump_metadata(metadata)
    assert "\n" not in stored
    assert read_metadata(stored) == metadata


@pytest.mark.parametrize(
    "stored",
    [None, 7, b"{}", "", "text", "[1]", "null", '{"a": NaN}', '{"a": 1e999}', nested(5000), {"a": Decimal("1")},
     {"a": float("inf")}, {"a": {1, 2}}],
)  # fmt: skip
def test_foreign_metadata_that_is_no_json_object_is_absent(stored: object) -> None:
    assert read_metadata(stored) is None


def test_a_map_of_another_client_is_taken() -> None:
    assert read_metadata({"campaign": "autumn", "n": [1, 2.5, None]}) == {"campaign": "autumn", "n": [1, 2.5, None]}


def test_a_text_that_another_client_cut_in_a_character_is_left_for_whoever_shows_it() -> None:
    assert read_metadata('{"title": "caf\\u00e9 \\ud83d"}') == {"title": "café \ud83d"}
