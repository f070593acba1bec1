"""One protection of a set-up: look whether it is there, make it if not, tolerate a server that has no such thing."""

from __future__ import annotations

from collections.abc import Callable

from botocore.exceptions import ClientError

from imagedesk.core.plain_text import plain
from imagedesk.core.ports import SetupStep
from imagedesk.stores.aws.answers import code_of, is_not_offered

MADE, KEPT, NOT_OFFERED = "made", "kept", "not offered"


def protection(
    name: str, is_there: Callable[[], bool], make: Callable[[], object], absent: frozenset[str] = frozenset()
) -> SetupStep:
    """``absent`` are the error codes by which the look says that the protection is not configured."""
    try:
        if _found(is_there, absent):
            return SetupStep(name, KEPT)
        make()
    except ClientError as error:
        if not is_not_offered(error):
            raise
        return SetupStep(name, NOT_OFFERED, f"this server does not know it ({plain(code_of(error), 60)})")
    return SetupStep(name, MADE)


def _found(is_there: Callable[[], bool], absent: frozenset[str]) -> bool:
    try:
        return is_there()
    except ClientError as error:
        if code_of(error) in absent:
            return False
        raise
