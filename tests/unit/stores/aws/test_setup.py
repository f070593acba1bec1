"""Set-up against the moto server, which offers every protection but the TLS-only rule (it is plain http)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.indexes import usable_indexes
from imagedesk.stores.aws.items import INDEX_KEYS
from imagedesk.stores.aws.setup import AwsSetup
from tests.contract.aws_servers import AwsProfileFactory


@pytest.fixture
def fresh(blank_aws_profile: AwsProfileFactory) -> Iterator[AwsConnection]:
    opened = AwsConnection(blank_aws_profile())
    yield opened
    opened.close()


def states(connection: AwsConnection, *, add_indexes: bool = False) -> dict[str, str]:
    return {step.name.split()[0]: step.state for step in AwsSetup(connection, add_indexes=add_indexes).run()}


def test_the_first_run_makes_everything_and_says_so(fresh: AwsConnection) -> None:
    assert states(fresh) == {
        "Bucket": "made",
        "Block": "made",
        "Default": "made",
        "Versioning": "made",
        "TLS": "not offered",
        "Unfinished": "made",
        "Table": "made",
        "Point-in-time": "made",
        "Deletion": "made",
    }
    assert usable_indexes(fresh) == frozenset(INDEX_KEYS)


def test_a_second_run_keeps_everything(fresh: AwsConnection) -> None:
    states(fresh)
    assert set(states(fresh).values()) == {"kept", "not offered"}
