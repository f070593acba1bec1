"""The limiters of one library's services, each shared by all that goes to its service, in two processes if need be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from imagedesk.stores.aws.limiter import StoreLimiter


class Limiters(dict[str, StoreLimiter]):
    """A limiter for each service by its name; a ``Throttle``."""

    def __init__(self, services: Sequence[str]) -> None:
        super().__init__({service: StoreLimiter() for service in services})

    @property
    def at_once(self) -> int:
        """How many transfers the services bear at once now."""
        return min(self[service].allowed for service in ("s3", "dynamodb"))

    def tell_complaints(self, tell: Callable[[str], None]) -> None:
        for service, limiter in self.items():
            limiter.on_complaint = partial(tell, service)

    def heed_complaint(self, service: str) -> None:
        self[service].heed()
