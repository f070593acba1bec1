"""One protection of a set-up: look whether it is there, make it if not, tolerate a server that has no such thing.

The same look serves the plan, which makes nothing, and the run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import ClientError

from imagedesk.core.plain_text import plain
from imagedesk.core.ports import SetupStep
from imagedesk.stores.aws.answers import code_of, is_not_offered

MADE, KEPT, NOT_OFFERED = "made", "kept", "not offered"
TO_MAKE, MAKING, MISSING = "to make", "making", "missing"


@dataclass(frozen=True, slots=True)
class Protection:
    """``absent`` are the error codes by which the look says that the protection is not configured; ``detail`` says what
    making it changes."""

    name: str
    is_there: Callable[[], bool]
    make: Callable[[], object]
    absent: frozenset[str] = frozenset()
    detail: str = ""

    def planned(self) -> SetupStep:
        """What ``done`` would do, as far as looking tells: whether a server takes it shows only then."""
        try:
            return SetupStep(self.name, KEPT) if self._found() else SetupStep(self.name, TO_MAKE, self.detail)
        except ClientError as error:
            return self._not_offered(error)

    def to_make(self) -> SetupStep:
        """Where there is nothing to look at yet."""
        return SetupStep(self.name, TO_MAKE, self.detail)

    def done(self) -> SetupStep:
        try:
            if self._found():
                return SetupStep(self.name, KEPT)
            self.make()
        except ClientError as error:
            return self._not_offered(error)
        return SetupStep(self.name, MADE, self.detail)

    def _found(self) -> bool:
        try:
            return self.is_there()
        except ClientError as error:
            if code_of(error) in self.absent:
                return False
            raise

    def _not_offered(self, error: ClientError) -> SetupStep:
        if not is_not_offered(error):
            raise error
        return SetupStep(self.name, NOT_OFFERED, f"this server does not know it ({plain(code_of(error), 60)})")
