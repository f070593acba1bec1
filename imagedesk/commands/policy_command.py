"""``imagedesk policy``: prints an IAM policy for a library. It opens nothing, asks nobody and needs no credentials, so
that an administrator can run it before bucket, table and people exist."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping

from imagedesk.commands.answers import print_json, print_lines
from imagedesk.core.access_policy import (
    IdentityKind,
    PolicyScope,
    administrator_policy,
    person_policy,
    prerequisite,
)
from imagedesk.core.errors import InvalidSettings
from imagedesk.core.profiles import AwsProfile, LibraryProfile


def policy(profile: LibraryProfile, arguments: argparse.Namespace) -> int:
    """The policy alone goes to standard output, to be piped into a file; what else is needed, to standard error."""
    scope = policy_scope(profile, arguments.account, os.environ)
    kind = IdentityKind(arguments.identity)
    document, note = person_policy(scope, kind, arguments.tag), prerequisite(kind, arguments.tag)
    if arguments.administrator:
        document, note = administrator_policy(scope), "Attach it to whoever runs set-up, beside a person's policy."
    if arguments.json:
        print_json(document)
    else:
        print_lines([json.dumps(document, indent=2)])
    if note:
        print(f"imagedesk: {note}", file=sys.stderr)
    return 0


def policy_scope(profile: LibraryProfile, account: str | None, environment: Mapping[str, str]) -> PolicyScope:
    """Raises InvalidSettings for a library on this computer, or names that no policy can hold."""
    if not isinstance(profile, AwsProfile):
        raise InvalidSettings("A library on this computer needs no policy: choose an S3 library with --library aws.")
    region = profile.region or environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    return PolicyScope(profile.bucket, profile.table, region or "*", account or "*", profile.kms_key)
