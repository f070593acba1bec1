"""The stores that each contract suite runs against: the fake, the embedded library, and S3 with DynamoDB over HTTP."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.core.ports import ObjectStore, RecordStore
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.objects import S3Objects
from imagedesk.stores.aws.records import DynamoRecords
from imagedesk.stores.embedded.objects import FolderObjects
from imagedesk.stores.embedded.records import CatalogueRecords
from imagedesk.stores.embedded.setup import DATABASE_NAME
from tests.contract.aws_servers import aws_credentials, aws_profile, blank_aws_profile, moto_server_url

__all__ = ["aws_credentials", "aws_profile", "blank_aws_profile", "moto_server_url"]


@dataclass(frozen=True)
class Stores:
    """An empty library's two stores; ``kind`` is ``fake``, ``embedded`` or ``aws``."""

    kind: str
    objects: ObjectStore
    records: RecordStore


@pytest.fixture(params=["fake", "embedded", "aws"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    with contextlib.ExitStack() as stack:
        if request.param == "fake":
            from tests.fakes.object_store import FakeObjectStore
            from tests.fakes.record_store import FakeRecordStore

            yield Stores("fake", FakeObjectStore(), FakeRecordStore())
        elif request.param == "embedded":
            catalogue = Catalogue(tmp_path / "library" / DATABASE_NAME, durable=True)
            stack.callback(catalogue.close)
            yield Stores("embedded", FolderObjects(tmp_path / "library"), CatalogueRecords(catalogue))
        else:
            connection = AwsConnection(request.getfixturevalue("aws_profile")())
            stack.callback(connection.close)
            yield Stores("aws", S3Objects(connection), DynamoRecords(connection))


@pytest.fixture
def objects(stores: Stores) -> ObjectStore:
    return stores.objects


@pytest.fixture
def records(stores: Stores) -> RecordStore:
    return stores.records
