"""Servers that speak S3 and DynamoDB for the tests: moto on a loopback port, or whichever the options name.

``--s3-endpoint URL`` and ``--dynamodb-endpoint URL`` choose running servers; credentials are then those of
``IMAGEDESK_TEST_ACCESS_KEY`` and ``IMAGEDESK_TEST_SECRET_KEY``, else a dummy pair. Every profile has a bucket and a
table of its own, and they are left behind: the moto server dies with the session.
"""

from __future__ import annotations

import logging
import os
import threading
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from imagedesk.core.profiles import AwsProfile

if TYPE_CHECKING:
    from imagedesk.stores.aws.connection import AwsConnection

AwsProfileFactory: TypeAlias = Callable[[], AwsProfile]
# Read once, since each test clears the variables of ours. DynamoDB Local takes letters and digits only.
_ACCESS_KEY = os.environ.get("IMAGEDESK_TEST_ACCESS_KEY", "testing")
_SECRET_KEY = os.environ.get("IMAGEDESK_TEST_SECRET_KEY", "testing")


@cache
def _one_loader(data_path: str | None) -> Any:
    from botocore.loaders import create_loader

    return create_loader(data_path)


@pytest.fixture(scope="session")
def moto_server_url() -> Iterator[str]:
    """S3, DynamoDB and STS over real HTTP."""
    from moto.server import ThreadedMotoServer  # half a second that tests without a server need not wait

    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    threads = set(threading.enumerate())
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    for thread in set(threading.enumerate()) - threads:
        thread.name = "moto server"  # it outlives the test that asked for it first
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def aws_credentials(isolated_environment: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pair that no account knows, unless the options' servers need their own. botocore's models of the services are
    read once and not for each connection, which takes longer than most tests."""
    import botocore.session

    monkeypatch.setattr(botocore.session, "create_loader", _one_loader)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", _ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", _SECRET_KEY)


@pytest.fixture
def blank_aws_profile(request: pytest.FixtureRequest, aws_credentials: None) -> AwsProfileFactory:
    """Makes profiles with names of their own and nothing behind them yet."""
    s3_url = request.config.getoption("--s3-endpoint", default=None)
    dynamodb_url = request.config.getoption("--dynamodb-endpoint", default=None)
    if not s3_url or not dynamodb_url:
        moto_url = request.getfixturevalue("moto_server_url")
        s3_url, dynamodb_url = s3_url or moto_url, dynamodb_url or moto_url

    def make() -> AwsProfile:
        unique = uuid.uuid4().hex[:12]
        return AwsProfile(
            name="aws",
            bucket=f"images-{unique}",
            table=f"image-metadata-{unique}",
            region="us-east-1",
            s3_endpoint_url=s3_url,
            dynamodb_endpoint_url=dynamodb_url,
        )

    return make


@pytest.fixture
def aws_profile(blank_aws_profile: AwsProfileFactory) -> AwsProfileFactory:
    """Makes profiles of fresh libraries, set up and empty."""
    from imagedesk.stores.aws.connection import AwsConnection
    from imagedesk.stores.aws.setup import AwsSetup

    def make() -> AwsProfile:
        profile = blank_aws_profile()
        connection = AwsConnection(profile)
        try:
            for _ in AwsSetup(connection).run():
                pass
        finally:
            connection.close()
        return profile

    return make


def create_bare_table(connection: AwsConnection, *keys: tuple[str, str]) -> None:
    """A table as an older client made it: without indexes, by default with the key of images."""
    named = keys or (("image_id", "HASH"),)
    schema: Any = [{"AttributeName": name, "KeyType": kind} for name, kind in named]
    connection.dynamodb().create_table(
        TableName=connection.profile.table,
        KeySchema=schema,
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in named],
        BillingMode="PAY_PER_REQUEST",
    )
