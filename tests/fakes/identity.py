"""An identity that the test decides."""

from __future__ import annotations

from dataclasses import dataclass

from imagedesk.core.ownership import Identity


@dataclass
class FakeIdentity:
    user_id: str = "ann"
    verified: bool = False

    def identity(self) -> Identity:
        return Identity(self.user_id, self.verified, "the test")
