"""Two people's changes of the same metadata brought together, field by field. Pure.

A field that one side alone changed is as that side left it; one that both changed to different values is a clash, which
a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from imagedesk.core.metadata import JsonValue, Metadata


class Absent:
    """The value of a field that is not there; ``None`` is a JSON value."""


ABSENT: Final = Absent()


class Choice(StrEnum):
    """What becomes of a clash."""

    YOURS = "yours"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Clash:
    """``ABSENT`` on the side that removed the field."""

    name: str
    yours: JsonValue | Absent
    theirs: JsonValue | Absent


def clashes(base: Metadata | None, yours: Metadata | None, theirs: Metadata | None) -> tuple[Clash, ...]:
    """The fields that both changed since ``base``, and not alike; in the order of ``theirs``, then of ``yours``."""
    was, mine, other = base or {}, yours or {}, theirs or {}
    found = (
        Clash(name, mine.get(name, ABSENT), other.get(name, ABSENT))
        for name in _names(other, mine)
        if _both_changed(was.get(name, ABSENT), mine.get(name, ABSENT), other.get(name, ABSENT))
    )
    return tuple(found)


def merged(
    base: Metadata | None, yours: Metadata | None, theirs: Metadata | None, choices: Mapping[str, Choice]
) -> Metadata:
    """``theirs`` with your changes, the clashes decided by ``choices``: THEIRS where none is given. BOTH keeps yours
    under the field's name and theirs beside it, as ``name 2``."""
    was, mine, result = base or {}, yours or {}, dict(theirs or {})
    open_clashes = {clash.name: clash for clash in clashes(base, yours, theirs)}
    for name in _names(result, mine, was):
        if name in open_clashes:
            _decide(result, open_clashes[name], choices.get(name, Choice.THEIRS))
        elif not _is_same(mine.get(name, ABSENT), was.get(name, ABSENT)):
            _put(result, name, mine.get(name, ABSENT))
    return result


def _decide(result: Metadata, clash: Clash, choice: Choice) -> None:
    if choice is Choice.THEIRS:
        return
    if choice is Choice.BOTH and isinstance(clash.yours, Absent):
        return  # one of the two is there: it stays
    _put(result, clash.name, clash.yours)
    if choice is Choice.BOTH and not isinstance(clash.theirs, Absent):
        _put(result, free_field(result, clash.name), clash.theirs)


def free_field(metadata: Metadata, name: str) -> str:
    """``name 2``, or the next number that is not taken."""
    number = 2
    while f"{name} {number}" in metadata:
        number += 1
    return f"{name} {number}"


def _put(result: Metadata, name: str, value: JsonValue | Absent) -> None:
    if isinstance(value, Absent):
        result.pop(name, None)
    else:
        result[name] = value


def _both_changed(was: JsonValue | Absent, mine: JsonValue | Absent, other: JsonValue | Absent) -> bool:
    return not _is_same(mine, was) and not _is_same(other, was) and not _is_same(mine, other)


def _is_same(one: JsonValue | Absent, other: JsonValue | Absent) -> bool:
    """As JSON: ``true`` is not ``1``, though Python says so."""
    return type(one) is type(other) and one == other


def _names(*metadata: Metadata) -> Iterable[str]:
    return dict.fromkeys(name for fields in metadata for name in fields)
