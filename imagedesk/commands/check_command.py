"""The command ``check``: what the library check finds, a line each as it comes, then the counts."""

from __future__ import annotations

import argparse
from collections import Counter
from typing import Any

from imagedesk.commands.answers import print_json, print_lines
from imagedesk.core.findings import REPAIRABLE, Finding, FindingKind, FindingState
from imagedesk.core.image_record import timestamp
from imagedesk.core.plain_text import plain
from imagedesk.libraries import OpenLibrary

# A disk that is not connected would make every item look like this: who means it says so.
_BY_NAME_ONLY = frozenset({FindingKind.NO_ORIGINAL})


def check(library: OpenLibrary, arguments: argparse.Namespace) -> int:
    """1 if a repair failed, else 0, whatever was found."""
    repairs = repairs_of(arguments.repair)
    counts: Counter[tuple[FindingKind, FindingState]] = Counter()
    for finding in library.check.run(repairs):
        counts[finding.kind, finding.state] += 1
        if arguments.json:
            print_json(_fields(finding))
        else:
            print_lines([_line(finding)])
    _print_summary(counts, as_json=arguments.json, dry=not repairs)
    return 1 if any(state is FindingState.FAILED for _, state in counts) else 0


def repairs_of(names: list[str] | None) -> frozenset[FindingKind]:
    """No ``--repair``: none. ``--repair`` alone: all but missing originals. With names: those."""
    if names is None:
        return frozenset()
    return frozenset(map(FindingKind, names)) if names else frozenset(REPAIRABLE) - _BY_NAME_ONLY


def _fields(finding: Finding) -> dict[str, Any]:
    fields = {
        "kind": finding.kind.value,
        "state": finding.state.value,
        "detail": finding.detail,
        "s3_key": finding.key,
        "image_id": finding.image_id,
        "user_id": finding.user_id,
        "size": finding.size,
        "since": timestamp(finding.since) if finding.since else None,
        "reason": finding.reason or None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _line(finding: Finding) -> str:
    what = plain(finding.key or finding.image_id or "", 200)
    why = f"; {finding.reason}" if finding.reason else ""
    return f"{finding.state:<9} {finding.kind:<18} {what}  ({finding.detail}{why})"


def _print_summary(counts: Counter[tuple[FindingKind, FindingState]], *, as_json: bool, dry: bool) -> None:
    if as_json:
        summary: dict[str, dict[str, int]] = {}
        for (kind, state), number in sorted(counts.items()):
            summary.setdefault(kind.value, {})[state.value] = number
        print_json({"findings": counts.total(), "summary": summary})
        return
    if not counts:
        print_lines(["Everything fits."])
        return
    by_state: Counter[FindingState] = Counter()
    for (_, state), number in counts.items():
        by_state[state] += number
    print_lines([", ".join(f"{number} {state}" for state, number in sorted(by_state.items())) + "."])
    if dry and by_state[FindingState.FOUND]:
        print_lines(["Nothing was changed. To repair: imagedesk check --repair"])
