"""Items of any client are read tolerantly; what is of no use is told apart from what is merely absent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagedesk.core.errors import MalformedRecord
from imagedesk.core.image_record import ImageRecord, parse_timestamp, record_from_fields, record_to_fields, timestamp
from imagedesk.core.media_types import ACCEPTED, extension_for, label_for, mime_for_name, name_difference
from tests.fakes.sample_records import sample_record

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LEAST: dict[str, Any] = {
    "image_id": "8d0c1e4c-6f0e-4f0a-9a4e-2f6f3c1d7a55",
    "user_id": "ann",
    "filename": "x.png",
    "s3_key": "uploads/x.png",
    "content_type": "image/png",
    "size": 7,
    "created_at": "2024-02-29T23:59:59Z",
}


def test_a_record_is_read_back_as_it_was_written() -> None:
    for record in (
        sample_record(1),
        sample_record(2, metadata={"a": [1, "é"]}),
        replace(sample_record(3), sha256=None),
    ):
        assert record_from_fields(record_to_fields(record)) == record


def test_absent_values_are_not_written() -> None:
    record = ImageRecord("i", "ann", "x.png", "k", "image/png", 0, "2026-01-01T00:00:00Z")
    assert set(record_to_fields(record)) == set(LEAST)


def test_an_item_of_an_older_client_needs_the_contracts_attributes_only() -> None:
    record = record_from_fields({**LEAST, "unknown": [1, 2], "tags": {"a"}})
    assert (record.image_id, record.key, record.size) == (LEAST["image_id"], "uploads/x.png", 7)
    assert (record.metadata, record.sha256, record.width, record.thumbnail_key) == (None, None, None, None)


@pytest.mark.parametrize("name", LEAST)
def test_an_item_without_a_required_attribute_is_malformed(name: str) -> None:
    for value in (None, "", [], {}, b"x", True):
        with pytest.raises(MalformedRecord, match="size" if name == "size" else name):
            record_from_fields({**LEAST, name: value})
    with pytest.raises(MalformedRecord):
        record_from_fields({key: value for key, value in LEAST.items() if key != name})


@pytest.mark.parametrize(
    ("stored", "size"),
    [
        (0, 0),
        ("12", 12),
        (12.0, 12),
        (Decimal("12"), 12),
        (Decimal("1E+3"), 1000),
        ("  7 ", 7),
        (5_000_000_000, 5_000_000_000),
    ],
)
def test_a_size_may_be_any_kind_of_number(stored: object, size: int) -> None:
    assert record_from_fields({**LEAST, "size": stored}).size == size


@pytest.mark.parametrize(
    "stored",
    [
        -1,
        "twelve",
        "1e3",
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        Decimal("sNaN"),
        10**400,
        "9" * 5000,
        2**63,
        False,
    ],
)
def test_a_size_of_no_use_makes_the_item_malformed(stored: object) -> None:
    with pytest.raises(MalformedRecord):
        record_from_fields({**LEAST, "size": stored})


def test_an_owner_who_is_not_the_one_of_the_id_is_a_forgery() -> None:
    with pytest.raises(MalformedRecord, match="owner"):
        record_from_fields({**LEAST, "image_id": "bo!01HZX3V8K2M4N6P8Q0R2S4T6V8"})
    assert record_from_fields({**LEAST, "image_id": "ann!1"}).user_id == "ann"


@pytest.mark.parametrize("stored", ["abc", "q83vEg==", 7, b"x", "g" * 64, "a" * 63, "a" * 65, None, ""])
def test_a_digest_that_is_none_is_absent_so_that_a_download_is_not_called_damaged(stored: object) -> None:
    assert record_from_fields({**LEAST, "sha256": stored}).sha256 is None


def test_a_digest_in_capitals_is_the_same_digest() -> None:
    assert record_from_fields({**LEAST, "sha256": "AB" * 32}).sha256 == "ab" * 32


ATTRIBUTES = st.sampled_from([*LEAST, "metadata", "sha256", "width", "height", "updated_at", "thumbnail_key"])
NUMBERS = st.integers() | st.floats() | st.decimals()
ANYTHING = st.none() | st.booleans() | NUMBERS | st.text() | st.binary() | st.lists(st.integers())


@given(st.dictionaries(ATTRIBUTES, ANYTHING))
def test_an_item_of_any_shape_is_a_record_or_malformed(changes: dict[str, object]) -> None:
    try:
        record = record_from_fields({**LEAST, **changes})
    except MalformedRecord:
        return
    assert record.size >= 0
    assert record.created.tzinfo is not None
    record_to_fields(record)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-02-29T23:59:59Z", datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)),
        ("2024-02-29T23:59:59.123456+00:00", datetime(2024, 2, 29, 23, 59, 59, 123456, tzinfo=UTC)),
        ("2024-02-29 23:59:59", datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)),
        ("2024-02-29", datetime(2024, 2, 29, tzinfo=UTC)),
        ("2024-03-01T01:00:00+02:00", datetime(2024, 2, 29, 23, tzinfo=UTC)),
        ("yesterday", EPOCH),
        ("", EPOCH),
        ("2024-02-30", EPOCH),
        ("0001-01-01T00:00:00+14:00", EPOCH),
        ("9999-12-31T23:59:59-12:00", EPOCH),
    ],
)
def test_any_text_is_a_moment_that_can_be_shown_in_every_time_zone(text: str, moment: datetime) -> None:
    assert parse_timestamp(text) == moment
    for hours in (-14, 14):
        parse_timestamp(text).astimezone(timezone(timedelta(hours=hours)))


@given(st.lists(st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2900, 1, 1)), min_size=2, max_size=2))
def test_text_order_is_time_order(moments: list[datetime]) -> None:
    first, second = sorted(moment.replace(tzinfo=UTC) for moment in moments)
    assert timestamp(first) <= timestamp(second)
    assert parse_timestamp(timestamp(first)) == first
    assert timestamp(first.astimezone(timezone(timedelta(hours=5)))) == timestamp(first)


@pytest.mark.parametrize(
    ("meant", "mime"),
    [("jpeg", "image/jpeg"), ("JPG", "image/jpeg"), (".jpg", "image/jpeg"), (" image/WebP ", "image/webp"),
     ("tif", "image/tiff"), ("heif", "image/heic"), ("image/svg+xml", "image/svg+xml"),
     ("nonsense", "nonsense"), ("", "")],
)  # fmt: skip
def test_a_type_is_understood_as_people_write_it(meant: str, mime: str) -> None:
    assert mime_for_name(meant) == mime


def test_types_have_labels_and_extensions() -> None:
    assert [label_for(kind.mime) for kind in ACCEPTED] == [kind.label for kind in ACCEPTED]
    assert [extension_for(kind.mime) for kind in ACCEPTED] == [kind.extensions[0] for kind in ACCEPTED]
    assert (label_for("image/x-odd"), label_for(""), extension_for("image/x-odd")) == ("X-ODD", "?", "")


@pytest.mark.parametrize(
    ("filename", "mime", "told"),
    [("a.png", "image/jpeg", "named .png, is a JPEG"), ("a.JPG", "image/avif", "named .jpg, is an AVIF"),
     ("a.svg", "image/png", "named .svg, is a PNG"), ("a.jpeg", "image/jpeg", None), ("a.JFIF", "image/jpeg", None),
     ("a.apng", "image/png", None), ("a.heif", "image/heic", None), ("photo", "image/jpeg", None),
     ("holiday.2024", "image/jpeg", None), (".png", "image/jpeg", None), ("a.png", "image/x-odd", None),
     ("a.png.jpg", "image/jpeg", None)],
)  # fmt: skip
def test_a_name_that_says_another_type_is_told(filename: str, mime: str, told: str | None) -> None:
    assert name_difference(filename, mime) == told


@pytest.mark.parametrize(
    ("stored", "read"),
    [("#7f8a99", "#7f8a99"), ("#7F8A99", None), ("red", None), ("#7f8a9", None), ("#7f8a99;", None), (5, None),
     (None, None), ("url(x)", None)],
)  # fmt: skip
def test_a_placeholder_is_a_colour_or_absent(stored: object, read: str | None) -> None:
    assert record_from_fields({**LEAST, "placeholder": stored}).placeholder == read
