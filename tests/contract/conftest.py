"""The stores that each contract suite runs against: the fake, the embedded library, and S3 with DynamoDB over HTTP."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.core.ports import ItemListing, ObjectListing, ObjectStore, RecordStore
from imagedesk.stores.aws.audit import BucketListing, TableListing
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.objects import S3Objects
from imagedesk.stores.aws.records import DynamoRecords
from imagedesk.stores.embedded.audit import CatalogueListing, FolderListing
from imagedesk.stores.embedded.objects import FolderObjects
from imagedesk.stores.embedded.records import CatalogueRecords
from imagedesk.stores.embedded.setup import DATABASE_NAME
from tests.contract.aws_servers import aws_credentials, aws_profile, blank_aws_profile, moto_server_url
from tests.contract.server_abilities import (
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_runtest_setup,
    pytest_terminal_summary,
)
from tests.fakes.audit import FakeItemListing, FakeObjectListing
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.record_store import FakeRecordStore

__all__ = [
    "aws_credentials",
    "aws_profile",
    "blank_aws_profile",
    "moto_server_url",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_runtest_setup",
    "pytest_terminal_summary",
]


@dataclass(frozen=True)
class Stores:
    """An empty library's two stores; ``kind`` is ``fake``, ``embedded`` or ``aws``. ``stored_keys`` looks past the port
    at every object that is there."""

    kind: str
    objects: ObjectStore
    records: RecordStore
    stored_keys: Callable[[], set[str]]
    listing: ObjectListing
    items: ItemListing


@pytest.fixture(params=["fake", "embedded", "aws"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    with contextlib.ExitStack() as stack:
        if request.param == "fake":
            fake, items = FakeObjectStore(), FakeRecordStore()
            listings = FakeObjectListing(fake), FakeItemListing(items)
            yield Stores("fake", fake, items, lambda: set(fake.contents), *listings)
        elif request.param == "embedded":
            root = tmp_path / "library"
            catalogue = Catalogue(root / DATABASE_NAME, durable=True)
            stack.callback(catalogue.close)
            objects, records = FolderObjects(root), CatalogueRecords(catalogue)
            listings = FolderListing(root), CatalogueListing(catalogue)
            yield Stores("embedded", objects, records, lambda: _files_below(root), *listings)
        else:
            connection = AwsConnection(request.getfixturevalue("aws_profile")())
            stack.callback(connection.close)
            pair = S3Objects(connection), DynamoRecords(connection)
            sides = BucketListing(connection), TableListing(connection)
            yield Stores("aws", *pair, lambda: _keys_of_bucket(connection), *sides)


def _files_below(root: Path) -> set[str]:
    files = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    return {name for name in files if not name.startswith(DATABASE_NAME)}


def _keys_of_bucket(connection: AwsConnection) -> set[str]:
    answer = connection.s3().list_objects_v2(Bucket=connection.profile.bucket)
    return {found["Key"] for found in answer.get("Contents", [])}


@pytest.fixture
def objects(stores: Stores) -> ObjectStore:
    return stores.objects


@pytest.fixture
def records(stores: Stores) -> RecordStore:
    return stores.records
