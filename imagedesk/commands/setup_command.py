"""``imagedesk setup``: says what it will do (``--dry-run``) or does it and says what it did, step by step. It opens no
library, which for a folder would already make it."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from imagedesk.commands.answers import print_json, print_lines, print_note
from imagedesk.commands.terminal import terminal_sign_in
from imagedesk.core.ports import SetupStep
from imagedesk.core.profiles import LibraryProfile
from imagedesk.libraries import plan_library, set_up_library

_ADVICE = "Add the missing indexes with --add-indexes; people can go on working meanwhile."


def setup(profile: LibraryProfile, arguments: argparse.Namespace) -> int:
    run = plan_library if arguments.dry_run else set_up_library
    told: list[SetupStep] = []
    for step in run(profile, add_indexes=arguments.add_indexes, sign_in=terminal_sign_in()):
        if told and told[-1] == step:  # it still goes on, and there is nothing new to say
            continue
        told.append(step)
        if not arguments.json:
            detail = f"  ({step.detail})" if step.detail else ""
            print_lines([f"{step.state:<12} {step.name}{detail}"])
    if arguments.json:
        print_json({"steps": [asdict(step) for step in told if step.state != "making"]})
    if any(step.state == "missing" for step in told):
        print_note(_ADVICE, as_json=arguments.json)
    return 0
