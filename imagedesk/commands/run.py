"""Runs one headless command: opens the library, does it, prints the answer or the error, and returns the exit status.

0 done, 1 not done (the code says why), 2 a wrong call, 130 interrupted.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys

from imagedesk.commands.answers import print_error
from imagedesk.commands.library_commands import HANDLERS
from imagedesk.commands.policy_command import policy
from imagedesk.commands.setup_command import setup
from imagedesk.commands.terminal import terminal_sign_in
from imagedesk.commands.window_call import overrides_of, typed_user
from imagedesk.core.camera_data import CameraData
from imagedesk.core.errors import ImageDeskError
from imagedesk.core.metadata import parse_metadata
from imagedesk.core.ownership import checked_user_id
from imagedesk.core.query import checked_limit
from imagedesk.libraries import open_library
from imagedesk.library_choice import choose_profile
from imagedesk.pictures.guarded_reader import GuardedPictureReader
from imagedesk.settings import ASK, load_settings

DONE, NOT_DONE, INTERRUPTED = 0, 1, 130


def run_command(arguments: argparse.Namespace) -> int:
    arguments.json = getattr(arguments, "json", False)
    try:
        return _run(arguments)
    except ImageDeskError as error:
        _leave_standard_output_if_full()
        print_error(error, as_json=arguments.json)
        return NOT_DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _leave_standard_output()  # whoever reads our output has left
        return NOT_DONE


def _leave_standard_output_if_full() -> None:
    try:
        sys.stdout.flush()
    except OSError:
        _leave_standard_output()


def _leave_standard_output() -> None:
    """What it still holds cannot be written: the interpreter's own flush at the end must not complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: argparse.Namespace) -> int:
    _check_before_opening(arguments)
    settings = load_settings()
    if arguments.command == "upload" and arguments.camera_data is None:
        preferred = settings.preferences.camera_data
        arguments.camera_data = CameraData.KEEP.value if preferred == ASK else preferred
    profile = choose_profile(settings, getattr(arguments, "library", None), overrides_of(arguments), os.environ)
    if arguments.command == "policy":
        return policy(profile, arguments)
    if arguments.command == "setup":
        return setup(profile, arguments)
    with contextlib.closing(GuardedPictureReader(processes=1)) as pictures:
        library = open_library(
            profile,
            pictures,
            typed_user=None if arguments.command == "list" else typed_user(arguments, os.environ),
            preferred_user=settings.preferences.user,
            with_catalogue=False,
            sign_in=terminal_sign_in(),
        )
        with contextlib.closing(library):
            return HANDLERS[arguments.command](library, arguments)


def _check_before_opening(arguments: argparse.Namespace) -> None:
    """What is wrong with the call itself is said before anything is opened or created."""
    if (limit := getattr(arguments, "limit", None)) is not None:
        checked_limit(limit)
    parse_metadata(getattr(arguments, "metadata", None))
    if (user := getattr(arguments, "user", None)) is not None:
        checked_user_id(user)
