"""The keys of a server that is not Amazon's, as a person types them. They go to the system keyring and to requests'
signatures, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ServerKeys:
    """Shows neither key in logs and tracebacks."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
