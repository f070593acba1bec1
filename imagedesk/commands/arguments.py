"""The whole command line: one parser for the window and the headless commands."""

from __future__ import annotations

import argparse
from pathlib import Path

from imagedesk import __version__
from imagedesk.commands.window_call import shared_options, some_name
from imagedesk.core.access_policy import DEFAULT_TAG, IdentityKind
from imagedesk.core.camera_data import CameraData
from imagedesk.core.findings import REPAIRABLE
from imagedesk.core.plain_text import plain
from imagedesk.core.query import DEFAULT_LIMIT, MAX_LIMIT
from imagedesk.places import settings_path

_EPILOG = """\
examples:
  imagedesk upload photo.jpg ~/Pictures/Oslo --metadata '{{"campaign": "autumn"}}'
  imagedesk list --type jpeg --limit 20
  imagedesk download ID --output photo.jpg
  imagedesk setup --bucket studio-images --table studio-metadata --region eu-north-1

environment:
  IMAGEDESK_LIBRARY, IMAGEDESK_BUCKET, IMAGEDESK_TABLE   as --library, --bucket and --table
  IMAGEDESK_USER      who acts, where no credentials say it
  IMAGEDESK_SETTINGS  the settings file, now {settings}

exit status: 0 done, 1 not done, 2 a wrong call. Errors go to standard error.
"""


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="imagedesk",
        usage="imagedesk [OPTION ...] [COMMAND ... | FILE ...]",
        description="A team's shared image library. Without a command it opens the window; files named are uploaded.",
        epilog=_EPILOG.format(settings=plain(str(settings_path()), 1000)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[shared_options()],
    )
    parser.add_argument("--version", action="version", version=f"ImageDesk {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", prog="imagedesk")
    _add_commands(commands)
    return parser


def _add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    common = shared_options()

    def add(name: str, text: str, words: str = "") -> argparse.ArgumentParser:
        usage = f"imagedesk {name} [OPTION ...] {words}".rstrip()
        return commands.add_parser(name, usage=usage, help=text, description=text, parents=[common])

    _add_setup(add("setup", "Create or adopt what the library needs, and say what was done."))
    upload = add("upload", "Upload pictures; folders are searched for them.", "FILE [FILE ...]")
    upload.add_argument("files", metavar="FILE", nargs="+", type=Path, help="a picture or a folder")
    upload.add_argument("--metadata", metavar="JSON", help='an object such as {"campaign": "autumn"}')
    upload.add_argument(
        "--camera-data",
        choices=[choice.value for choice in CameraData],
        help="what stays of what cameras wrote into the files: all of it, all but the location, or nothing that "
        "the picture does not need (as in the preferences, else keep)",
    )
    upload.add_argument("--filename", metavar="NAME", help="the name that people see (one file only)")
    listing = add("list", "List images, newest first.")
    listing.add_argument("--type", metavar="TYPE", help="jpeg, png, image/webp, ...")
    listing.add_argument(
        "--limit", metavar="N", type=int, default=DEFAULT_LIMIT, help=f"1 to {MAX_LIMIT} ({DEFAULT_LIMIT})"
    )
    listing.add_argument("--cursor", metavar="CURSOR", help="next_cursor of the page before")
    add("show", "Show what is known of an image.", "ID").add_argument("image_id", metavar="ID")
    download = add("download", "Download the original of an image.", "ID")
    download.add_argument("image_id", metavar="ID")
    download.add_argument(
        "--output", metavar="PATH", type=some_name, help="a file, or a folder that is there (this folder)"
    )
    download.add_argument("--overwrite", action="store_true", help="replace a file that is there")
    share = add("share", "Make a link that works for anybody for a while.", "ID")
    share.add_argument("image_id", metavar="ID")
    share.add_argument(
        "--expires", metavar="TIME", default="7d", help="seconds, or 30m, 12h, 7d (7d, which is the most)"
    )
    edit = add("edit", "Change the metadata of an image of one's own.", "ID")
    edit.add_argument("image_id", metavar="ID")
    edit.add_argument(
        "--metadata",
        metavar="JSON",
        required=True,
        help='the fields to change, such as {"campaign": "autumn"}; null removes one, the others stay',
    )
    add("delete", "Delete an image of one's own.", "ID").add_argument("image_id", metavar="ID")
    _add_check(add("check", "Compare table and bucket, and say what does not fit."))
    _add_policy(add("policy", "Print the IAM policy that lets a person use an S3 library."))


def _add_setup(setup: argparse.ArgumentParser) -> None:
    setup.add_argument("--dry-run", action="store_true", help="only say what would be done")
    setup.add_argument(
        "--add-indexes", action="store_true", help="give a table that is there the indexes that it lacks"
    )
    _add_key(setup, "encrypt the bucket with this KMS key: an id, an ARN or an alias")


def _add_key(command: argparse.ArgumentParser, text: str) -> None:
    command.add_argument("--kms-key", metavar="KEY", type=some_name, help=text)


def _add_policy(policy: argparse.ArgumentParser) -> None:
    kinds = [str(kind) for kind in IdentityKind]
    policy.add_argument("--identity", choices=kinds, default=kinds[0], help="how people sign in to AWS (user)")
    policy.add_argument(
        "--tag", metavar="NAME", default=DEFAULT_TAG, help=f"the tag of --identity principal-tag ({DEFAULT_TAG})"
    )
    policy.add_argument("--account", metavar="ID", help="the AWS account's twelve digits (any account)")
    _add_key(policy, "the KMS key that encrypts the bucket: an id, an ARN or an alias (the library's own)")
    policy.add_argument("--administrator", action="store_true", help="what whoever runs set-up needs besides")


def _add_check(check: argparse.ArgumentParser) -> None:
    check.add_argument(
        "--repair",
        metavar="KIND",
        nargs="*",
        choices=[kind.value for kind in REPAIRABLE],
        help="repair what is one's own and older than seven days: these kinds, or all but missing-original "
        f"({', '.join(REPAIRABLE)}); without it nothing is changed",
    )
