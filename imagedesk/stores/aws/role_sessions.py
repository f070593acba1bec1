"""Roles that ask for an MFA code: who asks a person for it, and the sessions that the AWS command line began already.

boto3 itself asks on the terminal, where nobody sits who uses the window. A session that the command line has begun with
a code is in its cache, by the same key (botocore's), so one command in a terminal signs the window in. That cache is
only read: what we begin ourselves is kept in memory.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import boto3
from botocore.utils import JSONFileCache

from imagedesk.core.errors import SessionExpired
from imagedesk.core.plain_text import plain

AskForCode: TypeAlias = Callable[[str], str]
_METHOD = "assume-role"


class _SharedCache:
    """As much of a mapping as botocore's fetchers of credentials use."""

    def __init__(self) -> None:
        self._own: dict[str, Any] = {}
        self._theirs = JSONFileCache(str(Path("~/.aws/cli/cache").expanduser()))

    def __contains__(self, key: str) -> bool:
        return bool(self._found(key))

    def __getitem__(self, key: str) -> Any:
        """The newer of the two: what expired here may have been renewed there."""
        found = self._found(key)
        if not found:
            raise KeyError(key)
        return max(found, key=lambda response: str(response["Credentials"]["Expiration"]))

    def __setitem__(self, key: str, response: Any) -> None:
        self._own[key] = response

    def _found(self, key: str) -> list[Any]:
        """A file of the command line's may be damaged, or half written."""
        found: list[Any] = [self._own[key]] if key in self._own else []
        with contextlib.suppress(KeyError, TypeError):
            theirs = self._theirs[key]
            if theirs["Credentials"]["Expiration"]:
                found.append(theirs)
        return found


def prepare_roles(session: boto3.Session, profile: str | None, ask: AskForCode | None) -> None:
    """Let the session's roles be assumed so. ``ask`` gets botocore's prompt and gives the code; None where a person
    cannot be asked."""
    resolver = session._session.get_component("credential_provider")
    if all(provider.METHOD != _METHOD for provider in resolver.providers):  # AWS_ACCESS_KEY_ID shuts profiles out
        return
    provider = resolver.get_provider(_METHOD)
    provider.cache = _SharedCache()
    provider._prompter = ask or _refusing(profile)


def _refusing(profile: str | None) -> AskForCode:
    def refuse(_prompt: str) -> str:
        option = f" --profile {plain(profile)}" if profile else ""
        raise SessionExpired(
            f"The AWS profile{f' “{plain(profile)}”' if profile else ''} asks for an MFA code, which is typed in a "
            f"terminal: run “aws sts get-caller-identity{option}” there, then try again."
        )

    return refuse
