"""How often each fault is made: seldom by default, as often as the goals say with ``--long``."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.unit.stores.aws.conftest import (
    aws_credentials,
    aws_profile,
    blank_aws_profile,
    connection,
    moto_server_url,
    profile,
)

__all__ = ["aws_credentials", "aws_profile", "blank_aws_profile", "connection", "moto_server_url", "profile"]


@pytest.fixture
def times(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """``times(short, long)``."""
    return lambda short, long: long if request.config.getoption("--long") else short


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Says how much was tried, past the capture of output with ``--long``."""

    def tell(text: str) -> None:
        if request.config.getoption("--long"):
            with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
                print(f"\n{text}")  # noqa: T201
        else:
            print(text)  # noqa: T201

    return tell
