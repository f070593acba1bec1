"""The command line: opens the window, or runs one of the headless commands.

Light on purpose: the decoder's child processes import this module too, a headless command loads no Qt, and the window's
first paint waits for what is imported here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from imagedesk.frame import StartedFrame


def main(argv: Sequence[str] | None = None) -> int:
    """Returns the exit status: 0 done, 1 not done, 2 a wrong call."""
    words = list(sys.argv[1:] if argv is None else argv)
    if sys.platform == "linux":
        os.environ.setdefault("GLIBC_TUNABLES", "")  # before there are threads: see ``large_pages`` in ``core.heaps``
    started = _show_last_screen(words)
    from imagedesk.commands.window_call import COMMANDS, first_word, make_window_parser

    word = first_word(words)
    if word is not None and word not in COMMANDS:
        return _open_window(make_window_parser().parse_intermixed_args(words), words, started)
    return _run_command(words)


def _show_last_screen(words: list[str]) -> StartedFrame | None:
    """Where the same call led the last time, on the screen before anything else is loaded; None if that is not known,
    or if the call may be for another window."""
    from imagedesk.kept_screen import circumstances, read_screen

    screen = read_screen(circumstances(words, os.environ))
    if screen is None:
        return None
    from imagedesk.single_instance import may_be_open
    from imagedesk.system_libraries import missing_for_the_window

    if missing_for_the_window(os.environ) or may_be_open():
        return None
    from imagedesk.first_paint import show_last_screen

    return show_last_screen(screen, words)


def _run_command(words: list[str]) -> int:
    """Help, the version and wrong calls, too, are the whole parser's."""
    from imagedesk.commands.arguments import make_parser

    parser = make_parser()
    arguments = parser.parse_args(words)
    if not arguments.command:
        return _open_window(arguments, words)
    if arguments.command == "upload" and arguments.filename and (len(arguments.files) != 1 or _is_folder(arguments)):
        parser.error("--filename names one file: upload one file at a time with it")
    from imagedesk.commands.run import run_command

    return run_command(arguments)


def _is_folder(arguments: argparse.Namespace) -> bool:
    files: list[Path] = getattr(arguments, "files", [])
    return os.path.isdir(files[0])  # noqa: PTH112  Path.is_dir raises for a name that is too long


def _open_window(arguments: argparse.Namespace, words: list[str], started: StartedFrame | None = None) -> int:
    from imagedesk.commands.window_call import overrides_of, typed_user
    from imagedesk.core.errors import ImageDeskError
    from imagedesk.library_choice import choose_profile, library_data_name
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
    from imagedesk.single_instance import hand_over, may_be_open

    wanted = library or overrides.given()
    if started is None and may_be_open() and hand_over(files, library_data_name(profile) if wanted else None):
        return 0
    from imagedesk.first_paint import run_window

    return run_window(profile, settings, user, files, words=words, started=started)


if __name__ == "__main__":
    if getattr(sys, "frozen", False):
        import multiprocessing

        multiprocessing.freeze_support()
    sys.exit(main())
