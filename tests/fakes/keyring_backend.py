"""A keyring in memory, and one that does what a locked or broken one of a system does."""

from __future__ import annotations

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class MemoryKeyring(KeyringBackend):
    """``entries`` by service and name. ``fault``, if there is one, is raised by every call."""

    priority = 5.0  # type: ignore[assignment]  # the library computes it for each class

    def __init__(self, fault: Exception | None = None, priority: float = 5.0) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}
        self.fault = fault
        self.priority = priority  # type: ignore[assignment]

    def get_password(self, service: str, username: str) -> str | None:
        self._fail()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail()
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._fail()
        if self.entries.pop((service, username), None) is None:
            raise PasswordDeleteError("There is none.")

    def _fail(self) -> None:
        if self.fault is not None:
            raise self.fault
