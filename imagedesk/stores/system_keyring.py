"""The system's keyring: the one place where the keys of an S3-compatible server are kept (GNOME Keyring, KDE Wallet or
any other Secret Service, the macOS Keychain, the Windows Credential Manager).

The package ``keyring`` and what it finds are loaded when keys are wanted, and its calls may wait for a person to unlock
the keyring: workers only. A system without a keyring is told of; keys are never kept in a file instead.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from imagedesk.core.errors import InvalidCredentials, KeyringUnavailable
from imagedesk.core.plain_text import plain
from imagedesk.core.profiles import AwsProfile
from imagedesk.core.server_keys import ServerKeys

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "ImageDesk"
_ELSEWHERE = (
    "put them into an AWS profile instead (“aws configure --profile NAME”) and give its name, or set AWS_ACCESS_KEY_ID "
    "and AWS_SECRET_ACCESS_KEY."
)


class SystemKeyring:
    """One entry for each library and its servers: keys that were typed for one server are never used for another.

    Every method raises KeyringUnavailable."""

    def load(self, profile: AwsProfile) -> ServerKeys:
        """Raises InvalidCredentials where there are none."""
        with _told():
            text = _backend().get_password(SERVICE, entry_name(profile))
        try:
            return ServerKeys(*json.loads(text or ""))
        except (ValueError, TypeError):
            raise InvalidCredentials(
                f"The system keyring holds no keys for {plain(entry_name(profile), 200)}: "
                "type them in this library's connection dialog."
            ) from None  # the cause would hold what is there

    def save(self, profile: AwsProfile, keys: ServerKeys) -> None:
        """In place of those that are there."""
        with _told():
            _backend().set_password(SERVICE, entry_name(profile), json.dumps([keys.access_key, keys.secret_key]))

    def forget(self, profile: AwsProfile) -> None:
        """No error where there are none."""
        name = entry_name(profile)
        with _told():
            backend = _backend()
            if backend.get_password(SERVICE, name) is not None:
                backend.delete_password(SERVICE, name)


def entry_name(profile: AwsProfile) -> str:
    """What a person sees in the keyring's own program."""
    return f"{profile.name} at {' and '.join(profile.own_servers)}"


def _backend() -> KeyringBackend:
    """Raises KeyringUnavailable where the system has no keyring, or one that protects nothing."""
    import keyring

    backend = keyring.get_keyring()
    if backend.priority < 1:  # nothing, or a file: "recommended" backends begin there
        raise KeyringUnavailable(f"This system has no keyring, and keys are kept nowhere else: {_ELSEWHERE}")
    return backend


@contextmanager
def _told() -> Iterator[None]:
    """Each backend raises what its own system does: a D-Bus error here, a Windows error there."""
    try:
        yield
    except KeyringUnavailable:
        raise
    except Exception as error:
        from keyring.errors import KeyringLocked

        if isinstance(error, KeyringLocked):
            raise KeyringUnavailable("The system keyring is locked: unlock it, then try again.") from error
        raise KeyringUnavailable(
            f"The system keyring does not answer ({type(error).__name__}). To do without it, {_ELSEWHERE}"
        ) from error
