"""A call that opens the window, and the options that every call shares.

Light: the window's first paint waits for this module, which knows nothing of the commands but their names.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from imagedesk.core.errors import MissingUser
from imagedesk.core.plain_text import plain
from imagedesk.library_choice import AwsOverrides

COMMANDS = ("setup", "upload", "list", "show", "download", "share", "edit", "delete", "check", "policy")
_LIBRARY_OPTIONS = (
    ("--bucket", "NAME", "the S3 bucket (images)"),
    ("--table", "NAME", "the DynamoDB table (image-metadata)"),
    ("--region", "NAME", "the AWS region"),
    ("--profile", "NAME", "the AWS credentials profile"),
    ("--s3-endpoint-url", "URL", "another S3 server"),
    ("--dynamodb-endpoint-url", "URL", "another DynamoDB server"),
)


def make_window_parser() -> argparse.ArgumentParser:
    """For a call that names no command: the window opens, and uploads the files that are named."""
    parser = argparse.ArgumentParser(
        prog="imagedesk", usage="imagedesk [OPTION ...] [FILE ...]", add_help=False, parents=[shared_options()]
    )
    parser.add_argument("files", metavar="FILE", nargs="*", type=_file_that_is_there)
    return parser


def first_word(words: Sequence[str]) -> str | None:
    """The command or file that a call begins with, behind its options, or "" where it has options alone. None where the
    whole parser must say more: help, the version, what is wrong."""
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False, parents=[shared_options()])
    parser.add_argument("rest", nargs=argparse.REMAINDER)
    try:
        known, unknown = parser.parse_known_args(list(words))
    except (argparse.ArgumentError, SystemExit):
        return None  # the whole parser says what is wrong
    if unknown:
        return None
    return known.rest[0] if known.rest else ""


def _file_that_is_there(text: str) -> Path:
    if not os.path.exists(text):  # noqa: PTH110  Path.exists raises for a name that is too long
        commands = ", ".join(COMMANDS)
        raise argparse.ArgumentTypeError(
            f"“{plain(text, 80)}” is neither a file that is there nor a command ({commands})"
        )
    return Path(text).absolute()


def overrides_of(arguments: argparse.Namespace) -> AwsOverrides:
    return AwsOverrides(**{name: getattr(arguments, name, None) for name in AwsOverrides.__slots__})


def typed_user(arguments: argparse.Namespace, environment: Mapping[str, str]) -> str | None:
    """The name given by ``--user`` or ``IMAGEDESK_USER``. Raises MissingUser for one that is empty."""
    user = getattr(arguments, "user", None)
    if user is None:
        user = environment.get("IMAGEDESK_USER")
    if user is not None and not user.strip():
        raise MissingUser
    return user


def shared_options() -> argparse.ArgumentParser:
    """What may stand before and behind the command's name; the default is absence, so that neither hides the other."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    group = common.add_argument_group("library")
    group.add_argument(
        "--library", metavar="NAME", type=some_name, help="local, aws, a library of the settings file, or a folder"
    )
    for option, value, text in _LIBRARY_OPTIONS:
        group.add_argument(option, metavar=value, type=some_name, help=text)
    common.add_argument("--user", metavar="NAME", help="who acts; with list, whose images")
    common.add_argument("--json", action="store_true", help="print JSON: one object, with upload one for each file")
    return common


def some_name(text: str) -> str:
    """Refuses "", which a script's unset variable leaves: it would mean another library than the script thinks."""
    if not text.strip():
        raise argparse.ArgumentTypeError("a name is missing")
    return text
