"""Two changes of the same metadata: what only one side changed goes in, what both changed is asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagedesk.core.metadata import Metadata
from imagedesk.core.metadata_merge import ABSENT, Choice, Clash, clashes, merged

NAMES = st.sampled_from("abcd")
VALUES = st.sampled_from([None, True, 1, 1.0, "x", ["x"]])
FIELDS = st.dictionaries(NAMES, VALUES, max_size=4)


def text(value: object) -> str:
    """Tells 1, 1.0 and True apart."""
    return repr(value)


def test_changes_of_different_fields_come_together() -> None:
    base: Metadata = {"campaign": "autumn", "rights": "CC BY", "old": 1}
    yours: Metadata = {"campaign": "winter", "rights": "CC BY", "old": 1, "mine": True}
    theirs: Metadata = {"campaign": "autumn", "rights": "CC0", "theirs": []}
    assert clashes(base, yours, theirs) == ()
    assert merged(base, yours, theirs, {}) == {"campaign": "winter", "rights": "CC0", "theirs": [], "mine": True}


def test_a_field_that_both_changed_is_a_clash_that_is_decided() -> None:
    base: Metadata = {"campaign": "autumn", "campaign 2": "x"}
    yours, theirs = {**base, "campaign": "winter"}, {**base, "campaign": "spring"}
    assert clashes(base, yours, theirs) == (Clash("campaign", "winter", "spring"),)
    decided = {choice: merged(base, yours, theirs, {"campaign": choice}) for choice in Choice}
    assert decided[Choice.YOURS] == yours
    assert decided[Choice.THEIRS] == theirs == merged(base, yours, theirs, {})
    assert decided[Choice.BOTH] == {"campaign": "winter", "campaign 2": "x", "campaign 3": "spring"}


@pytest.mark.parametrize(("yours", "theirs"), [({}, {"n": 2}), ({"n": 2}, {})])
def test_both_of_a_removed_and_a_changed_field_keeps_the_field(yours: Metadata, theirs: Metadata) -> None:
    (clash,) = clashes({"n": 1}, yours, theirs)
    assert ABSENT in (clash.yours, clash.theirs)
    assert merged({"n": 1}, yours, theirs, {"n": Choice.BOTH}) == {"n": 2}
    assert merged({"n": 1}, yours, theirs, {"n": Choice.YOURS}) == yours


def test_true_is_not_one() -> None:
    assert clashes({"n": 0}, {"n": True}, {"n": 1}) == (Clash("n", True, 1),)


@given(FIELDS, FIELDS, FIELDS)
def test_a_side_that_changed_nothing_yields_to_the_other(base: Metadata, yours: Metadata, theirs: Metadata) -> None:
    assert text(sorted(merged(base, yours, base, {}).items())) == text(sorted(yours.items()))
    assert text(sorted(merged(base, base, theirs, {}).items())) == text(sorted(theirs.items()))


@given(FIELDS, FIELDS, FIELDS, st.sampled_from(Choice))
def test_nothing_is_invented_and_no_value_that_both_keeps_is_lost(
    base: Metadata, yours: Metadata, theirs: Metadata, choice: Choice
) -> None:
    disputed = {clash.name for clash in clashes(base, yours, theirs)}
    result = merged(base, yours, theirs, dict.fromkeys(disputed, choice))
    known = {text(value) for side in (yours, theirs) for value in side.values()}
    assert {text(value) for value in result.values()} <= known
    if choice is Choice.BOTH:
        for name in disputed:
            for side in (yours, theirs):
                assert name not in side or text(side[name]) in {text(value) for value in result.values()}
