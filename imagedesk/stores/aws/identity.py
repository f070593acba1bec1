"""Who acts on an AWS library: whoever the credentials belong to; where no server of Amazon's can tell, whoever one says
one is."""

from __future__ import annotations

import re

from imagedesk.core.errors import InvalidCredentials, InvalidUser, WrongUser
from imagedesk.core.ownership import Identity, checked_user_id
from imagedesk.core.plain_text import plain
from imagedesk.stores.aws.connection import AwsConnection, Caller

# "IAM identifiers" and "Unique identifiers" (AWS IAM User Guide), "GetCallerIdentity" (AWS STS API Reference). An IAM
# user has a path; the ARN of a session leaves the role's out. Identity Center names its roles AWSReservedSSO_....
_FORMS = (
    ("IAM user", re.compile(r"user/(?:[^/]+/)*([^/]+)")),
    ("Identity Center", re.compile(r"assumed-role/AWSReservedSSO_[^/]+/([^/]+)")),
    ("role session", re.compile(r"assumed-role/[^/]+/([^/]+)")),
    ("federated user", re.compile(r"federated-user/([^/]+)")),
    ("root user", re.compile(r"(root)")),
)


class AwsIdentity:
    """IdentitySource. The connection asks STS once and forgets the answer with the credentials: those that follow an
    expired session may be somebody else's."""

    def __init__(self, connection: AwsConnection, typed_user: str | None, fallback_user: str) -> None:
        self._connection = connection
        self._typed_user = typed_user
        self._fallback_user = fallback_user

    def identity(self) -> Identity:
        return self._typed() if self._connection.is_emulated else self._verified()

    def _typed(self) -> Identity:
        if self._typed_user is not None:
            return Identity(checked_user_id(self._typed_user), verified=False, source="typed, not verified")
        return Identity(checked_user_id(self._fallback_user), verified=False, source="login name, not verified")

    def _verified(self) -> Identity:
        caller = self._connection.caller()
        kind, user_id = kind_and_user_of(caller)
        if self._typed_user is not None and checked_user_id(self._typed_user) != user_id:
            raise WrongUser(
                f"The AWS credentials belong to “{plain(user_id)}”, not to “{plain(self._typed_user)}”: "
                "leave --user and IMAGEDESK_USER out, or choose other credentials with --profile."
            )
        return Identity(user_id, verified=True, source=f"{kind}, AWS account {caller.account}")


def kind_and_user_of(caller: Caller) -> tuple[str, str]:
    """How the caller signed in, in words, and the user id in the caller's ARN: the IAM user's name without its path, or
    the session's name, which for Identity Center is the person's user name there.

    Raises InvalidCredentials for a name that is no user id. It is never made into one: two people could become the
    same, and IAM would compare with the true name all the same.
    """
    resource = caller.arn.split(":", 5)[-1]
    for kind, form in _FORMS:
        if found := form.fullmatch(resource):
            return kind, _usable(found[1])
    raise InvalidCredentials("AWS does not say who the credentials belong to: use those of a person.")


def _usable(name: str) -> str:
    try:
        return checked_user_id(name)
    except InvalidUser as error:
        raise InvalidCredentials(
            f"The AWS credentials belong to “{plain(name, 80)}”, which cannot be a user name here: use credentials "
            "with a name of 1 to 64 letters, digits or . _ @ + = , -"
        ) from error
