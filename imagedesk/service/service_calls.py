"""What goes over the pipes between the window's process and the one that transfers.

A call has a line of its own for as long as it runs: ``Call`` → ``Progressed`` and back ``GO``, any number of times →
``Ended``. One more pipe, the control, carries at any time what concerns no single line, or a call that is under way.
Both ends are our own code of the same version, so that pickles are safe.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

GO = True  # the progress was heard; go on


@dataclass(frozen=True, slots=True)
class Call:
    """``number`` grows from call to call of a process."""

    number: int
    method: str
    arguments: tuple[Any, ...]
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Progressed:
    done: int  # bytes


@dataclass(frozen=True, slots=True)
class Load:
    """How the process stands: how many transfers the services bear at once, and the processor seconds it has used."""

    at_once: int
    processor_seconds: float


@dataclass(frozen=True, slots=True)
class Ended:
    """``error`` is what the call raised; ``bug`` sums up an exception that is our own fault. ``done`` is the progress
    that was not told yet."""

    load: Load
    value: Any = None
    error: Exception | None = None
    bug: str | None = None
    done: int | None = None


# Over the control

READY = "ready"  # the first that the process says
CLOSE = None


@dataclass(frozen=True, slots=True)
class CancelCall:
    number: int


@dataclass(frozen=True, slots=True)
class Telling:
    """Whether each progress is told as it comes, or a few a second. The first that the process hears, before a call."""

    closely: bool


@dataclass(frozen=True, slots=True)
class Complaint:
    """A service asks for fewer requests; either side tells the other."""

    service: str


@dataclass(frozen=True, slots=True)
class Logged:
    """For the log of the window's process: two that write one file would spoil it."""

    logger: str
    level: int
    text: str
