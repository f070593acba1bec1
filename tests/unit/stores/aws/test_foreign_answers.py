"""A page in the place of an answer, as from a network that wants a sign-in first, is never taken for a success."""

from __future__ import annotations

import pytest

from imagedesk.core.errors import StoreUnavailable
from imagedesk.stores.aws.audit import BucketListing
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.objects import S3Objects
from imagedesk.stores.aws.records import DynamoRecords
from tests.fakes.sample_records import sample_record
from tests.unit.stores.aws.conftest import description_of
from tests.unit.stores.aws.faulty_proxy import Fault, FaultyProxy

KEY, DATA = "images/mila/01/x.jpg", b"picture"


def page(request: str) -> Fault:
    body = b"<html><body>Please sign in</body></html>"
    return Fault(request, "answer", times=40, status=200, headers={"Content-Type": "text/html"}, body=body)


def test_nothing_was_stored_read_or_removed_there(
    proxy: FaultyProxy, proxied: AwsConnection, connection: AwsConnection
) -> None:
    objects, listing = S3Objects(proxied), BucketListing(proxied)
    S3Objects(connection).put(KEY, DATA, description_of(DATA))
    proxy.plan(*(page(method) for method in ("PUT", "GET", "DELETE")))
    with pytest.raises(StoreUnavailable, match="not S3"):
        objects.put("images/mila/02/x.jpg", DATA, description_of(DATA))
    with pytest.raises(StoreUnavailable, match="not S3"):
        objects.read(KEY, 1000)
    with pytest.raises(StoreUnavailable, match="not S3"):
        listing.origin(KEY)
    with pytest.raises(StoreUnavailable, match="not S3"):
        objects.delete(KEY)
    assert S3Objects(connection).read(KEY, 1000) == DATA


def test_no_item_was_written_found_or_removed_there(
    proxy: FaultyProxy, proxied: AwsConnection, connection: AwsConnection
) -> None:
    records, record = DynamoRecords(proxied), sample_record(1)
    DynamoRecords(connection).add(record)
    proxy.plan(*(page(operation) for operation in ("PutItem", "GetItem", "DeleteItem", "BatchGetItem", "Scan")))
    actions = (
        lambda: records.add(sample_record(2)),
        lambda: records.get(record.image_id),
        lambda: records.get_many([record.image_id]),
        lambda: list(records.scan()),
    )
    for action in actions:
        with pytest.raises(StoreUnavailable, match="not DynamoDB"):
            action()
    assert DynamoRecords(connection).get(record.image_id) == record
