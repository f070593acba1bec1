"""The command line: opens the window, or runs one of the headless commands.

Light on purpose: the decoder's child processes import this module too, and a headless command loads no Qt.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from collections.abc import Sequence
from pathlib import Path


def main(argv: Sequence[str] | None = None) -> int:
    """Returns the exit status: 0 done, 1 not done, 2 a wrong call."""
    from imagedesk.commands.arguments import COMMANDS, first_word, make_parser, make_window_parser

    words = list(sys.argv[1:] if argv is None else argv)
    word = first_word(words)
    if word is not None and word not in COMMANDS:
        return _open_window(make_window_parser().parse_intermixed_args(words))
    parser = make_parser()
    arguments = parser.parse_args(words)
    if arguments.command in COMMANDS:
        if (
            arguments.command == "upload"
            and arguments.filename
            and (len(arguments.files) != 1 or _is_folder(arguments))
        ):
            parser.error("--filename names one file: upload one file at a time with it")
        from imagedesk.commands.run import run_command

        return run_command(arguments)
    return _open_window(arguments)


def _is_folder(arguments: argparse.Namespace) -> bool:
    files: list[Path] = getattr(arguments, "files", [])
    return os.path.isdir(files[0])  # noqa: PTH112  Path.is_dir raises for a name that is too long


def _open_window(arguments: argparse.Namespace) -> int:
    from imagedesk.commands.arguments import overrides_of
    from imagedesk.commands.run import typed_user
    from imagedesk.core.errors import ImageDeskError
    from imagedesk.libraries import library_data_name
    from imagedesk.library_choice import choose_profile
    from imagedesk.settings import load_settings
    from imagedesk.system_libraries import missing_for_the_window

    if sentence := missing_for_the_window(os.environ):
        print(f"imagedesk: {sentence}", file=sys.stderr)  # noqa: T201  the window cannot say it
        return 1
    files: list[Path] = getattr(arguments, "files", [])
    library, overrides = getattr(arguments, "library", None), overrides_of(arguments)
    try:
        settings = load_settings()
        profile = choose_profile(settings, library, overrides, os.environ)
        user = typed_user(arguments, os.environ)
    except ImageDeskError as error:
        print(f"imagedesk: {error.message}", file=sys.stderr)  # noqa: T201  there is no window yet
        return 1
    from imagedesk.single_instance import hand_over

    if hand_over(files, library_data_name(profile) if library or overrides.given() else None):
        return 0
    from imagedesk.app import run_window

    return run_window(profile, settings, user, files)


if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main())
