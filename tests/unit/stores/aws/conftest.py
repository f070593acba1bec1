"""Connections to fresh libraries on the moto server, straight or through a proxy that makes faults."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

import pytest

from imagedesk.core.ports import ObjectDescription
from imagedesk.core.profiles import AwsProfile
from imagedesk.stores.aws.connection import AwsConnection
from tests.contract.aws_servers import (
    AwsProfileFactory,
    aws_credentials,
    aws_profile,
    blank_aws_profile,
    moto_server_url,
)
from tests.unit.stores.aws.faulty_proxy import FaultyProxy, faulty_proxy

__all__ = [
    "aws_credentials",
    "aws_profile",
    "blank_aws_profile",
    "connection",
    "moto_server_url",
    "profile",
    "proxied",
    "proxy",
]


@pytest.fixture
def profile(aws_profile: AwsProfileFactory) -> AwsProfile:
    return aws_profile()


@pytest.fixture
def connection(profile: AwsProfile) -> Iterator[AwsConnection]:
    opened = AwsConnection(profile)
    yield opened
    opened.close()


@pytest.fixture
def proxy(profile: AwsProfile) -> Iterator[FaultyProxy]:
    with faulty_proxy(profile.s3_endpoint_url or "", profile.dynamodb_endpoint_url or "") as running:
        yield running


@pytest.fixture
def proxied(proxy: FaultyProxy, profile: AwsProfile) -> Iterator[AwsConnection]:
    """The same library as ``connection``, through the proxy."""
    opened = AwsConnection(replace(profile, s3_endpoint_url=proxy.url, dynamodb_endpoint_url=proxy.url))
    yield opened
    opened.close()


def description_of(data: bytes, filename: str = "autumn leaves.jpg") -> ObjectDescription:
    return ObjectDescription(
        content_type="image/jpeg",
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        user_id="mila",
        image_id="mila!01",
        filename=filename,
    )
