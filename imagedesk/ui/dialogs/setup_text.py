"""What the connection dialog says of set-up: the plan of it, how far it is, and what it did, one line a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from imagedesk.core.plain_text import plain
from imagedesk.core.ports import SetupStep

_NOT_OFFERED = "not offered here"
_PLANNED = {"to make": "will be made", "kept": "is there already", "not offered": _NOT_OFFERED, "missing": "is missing"}
_DONE = {
    "made": "made",
    "kept": "was there already",
    "not offered": _NOT_OFFERED,
    "making": "being made…",
    "missing": "left out",
}


def has_work(plan: Sequence[SetupStep]) -> bool:
    """Whether there is anything to do, or to offer."""
    return any(step.state in {"to make", "missing"} for step in plan)


def lacks_indexes(plan: Sequence[SetupStep]) -> bool:
    return any(step.state == "missing" for step in plan)


def plan_text(plan: Sequence[SetupStep]) -> str:
    heading = "Set-up will do this; nothing is changed yet." if has_work(plan) else "Everything is there already."
    return _lines(heading, plan, _PLANNED)


def progress_text(steps: Sequence[SetupStep]) -> str:
    return _lines("Setting up…", _latest(steps), _DONE)


def done_text(steps: Sequence[SetupStep]) -> str:
    return _lines("The library is set up.", _latest(steps), _DONE)


def _latest(steps: Sequence[SetupStep]) -> list[SetupStep]:
    """A step that is told again replaces what was told of it before."""
    return list({step.name: step for step in steps}.values())


def _lines(heading: str, steps: Sequence[SetupStep], words: Mapping[str, str]) -> str:
    lines = [f"{plain(step.name)}: {words.get(step.state, plain(step.state))}{_detail(step)}" for step in steps]
    return "\n".join([heading, *lines])


def _detail(step: SetupStep) -> str:
    return f" ({plain(step.detail, 200)})" if step.detail else ""
