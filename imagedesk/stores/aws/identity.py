"""Who acts on an AWS library: whoever the credentials belong to; on an emulator, whoever one says one is."""

from __future__ import annotations

import re
import threading

from imagedesk.core.errors import InvalidCredentials, WrongUser
from imagedesk.core.ownership import Identity, checked_user_id
from imagedesk.core.plain_text import plain
from imagedesk.stores.aws.connection import AwsConnection, Caller

_OUTSIDE_USER_ID = re.compile(r"[^A-Za-z0-9._@+=,-]")


class AwsIdentity:
    """IdentitySource. STS is asked once and its answer kept; a failure is not kept."""

    def __init__(self, connection: AwsConnection, typed_user: str | None, fallback_user: str) -> None:
        self._connection = connection
        self._typed_user = typed_user
        self._fallback_user = fallback_user
        self._lock = threading.Lock()
        self._known: Identity | None = None

    def identity(self) -> Identity:
        with self._lock:
            if self._known is None:
                self._known = self._typed() if self._connection.is_emulated else self._verified()
            return self._known

    def _typed(self) -> Identity:
        if self._typed_user is not None:
            return Identity(checked_user_id(self._typed_user), verified=False, source="typed, not verified")
        return Identity(checked_user_id(self._fallback_user), verified=False, source="login name, not verified")

    def _verified(self) -> Identity:
        caller = self._connection.caller()
        user_id = user_of(caller)
        if self._typed_user is not None and checked_user_id(self._typed_user) != user_id:
            raise WrongUser(
                f"The AWS credentials belong to “{plain(user_id)}”, not to “{plain(self._typed_user)}”: "
                "leave --user and IMAGEDESK_USER out, or choose other credentials with --profile."
            )
        return Identity(user_id, verified=True, source=f"AWS account {caller.account}")


def user_of(caller: Caller) -> str:
    """The user id in a caller's ARN ("IAM identifiers", AWS IAM User Guide): the IAM user's name without its path, or
    the session name of an assumed role, which for Identity Center is the person's user name there."""
    resource = caller.arn.split(":", 5)[-1]
    kind, _, name = resource.partition("/")
    user_id = _OUTSIDE_USER_ID.sub("-", (name or kind).rpartition("/")[2])[:64]
    if not user_id:
        raise InvalidCredentials("AWS does not say who the credentials belong to: use those of a person.")
    return checked_user_id(user_id)
