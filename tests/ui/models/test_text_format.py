from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from imagedesk.models.text_format import (
    age_text,
    count_text,
    day_text,
    dimensions_text,
    duration_text,
    images_text,
    moment_text,
    part_text,
    size_text,
)

NOW = datetime(2026, 11, 12, 14, 3, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (99_940, "99.9 kB"),
        (99_960, "100 kB"),
        (999_949, "1.0 MB"),
        (999_400, "999 kB"),
        (5_100_000, "5.1 MB"),
        (128_400_000_000, "128 GB"),
        (7e15, "7000 TB"),
    ],
)
def test_a_size_has_two_or_three_digits_that_matter(size: float, text: str) -> None:
    assert size_text(size) == text


def test_a_part_shares_the_unit_of_the_whole_where_it_can() -> None:
    assert part_text(3_400_000, 4_700_000) == "3.4 of 4.7 MB"
    assert part_text(400_000, 4_700_000) == "400 kB of 4.7 MB"
    assert part_text(0, 0) == "0 of 0 bytes"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "5 s left"),
        (42, "40 s left"),
        (57, "55 s left"),
        (59.9, "1 min left"),
        (150.1, "3 min left"),
        (3569, "59 min left"),
        (3599, "1 h left"),
        (3601, "1 h left"),
        (9001, "3 h left"),
    ],
)
def test_a_duration_is_rounded_to_one_unit(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=-30), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=2, seconds=50), "2 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(hours=15), "Yesterday"),  # 23:03
        (timedelta(days=2), "Tue"),
        (timedelta(days=7), "5 Nov"),
        (timedelta(days=400), "8 Oct 2025"),
    ],
)
def test_an_age_gets_coarser_as_it_grows(ago: timedelta, text: str) -> None:
    assert age_text(NOW - ago, NOW) == text


def test_days_are_those_of_the_person_who_looks() -> None:
    moment = datetime(2026, 11, 11, 23, 30, tzinfo=UTC)  # past midnight here
    assert age_text(moment, NOW) == "13 h"
    assert age_text(moment, NOW.astimezone(UTC)) == "Yesterday"


def test_counts_dates_and_dimensions_read_as_people_write_them() -> None:
    assert count_text(27118) == "27,118"
    assert (images_text(1), images_text(0), images_text(2400)) == ("1 image", "0 images", "2,400 images")
    assert dimensions_text(6000, 4000) == "6000 × 4000"
    assert day_text(NOW) == "12 Nov 2026"
    assert moment_text(NOW) == "12 Nov 2026, 14:03"
