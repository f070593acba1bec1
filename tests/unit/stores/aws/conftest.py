"""Connections to fresh libraries on the moto server, closed at the end of each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from imagedesk.core.profiles import AwsProfile
from imagedesk.stores.aws.connection import AwsConnection
from tests.contract.aws_servers import (
    AwsProfileFactory,
    aws_credentials,
    aws_profile,
    blank_aws_profile,
    moto_server_url,
)

__all__ = ["aws_credentials", "aws_profile", "blank_aws_profile", "connection", "moto_server_url", "profile"]


@pytest.fixture
def profile(aws_profile: AwsProfileFactory) -> AwsProfile:
    return aws_profile()


@pytest.fixture
def connection(profile: AwsProfile) -> Iterator[AwsConnection]:
    opened = AwsConnection(profile)
    yield opened
    opened.close()
