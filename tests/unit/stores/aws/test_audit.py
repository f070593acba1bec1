"""What the library check reads of a bucket and a table, against a real HTTP server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from imagedesk.core.errors import NotFound
from imagedesk.core.ports import ObjectOrigin
from imagedesk.stores.aws.audit import BucketListing, TableListing
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.objects import S3Objects
from imagedesk.stores.aws.records import DynamoRecords
from tests.fakes.sample_records import sample_record
from tests.unit.stores.aws.conftest import description_of

DATA = b"picture"


def test_a_listing_goes_on_over_pages(connection: AwsConnection) -> None:
    client, bucket = connection.s3(), connection.profile.bucket
    client.meta.events.register(
        "provide-client-params.s3.ListObjectsV2",
        lambda params, **_: {**params, "MaxKeys": min(2, params.get("MaxKeys", 2))},
    )
    keys = {f"images/ann/{n:04}/ä & b.png" for n in range(7)}
    for key in sorted(keys):
        client.put_object(Bucket=bucket, Key=key, Body=b"x")
    client.put_object(Bucket=bucket, Key="other/x", Body=b"x")
    listing = BucketListing(connection)
    found = list(listing.objects("images/"))
    assert len(found) == len(keys)
    assert {each.key for each in found} == keys
    assert abs(found[0].modified - listing.server_time()) < timedelta(minutes=5)


def test_the_clock_is_the_one_of_the_server(connection: AwsConnection) -> None:
    now = BucketListing(connection).server_time()
    assert now.tzinfo is UTC
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=5)


def test_an_object_tells_whose_it_is(connection: AwsConnection) -> None:
    description = description_of(DATA, "Äpfel “rot”.jpg")
    S3Objects(connection).put("images/mila/01/x.jpg", DATA, description)
    connection.s3().put_object(Bucket=connection.profile.bucket, Key="images/mila/02/x.jpg", Body=DATA)
    listing = BucketListing(connection)
    assert listing.origin("images/mila/01/x.jpg") == ObjectOrigin(
        "mila", "mila!01", "Äpfel “rot”.jpg", description.sha256
    )
    assert listing.origin("images/mila/02/x.jpg") is None
    with pytest.raises(NotFound):
        listing.origin("images/mila/03/x.jpg")


def test_an_unfinished_upload_is_listed_and_aborted_once(connection: AwsConnection) -> None:
    client, bucket = connection.s3(), connection.profile.bucket
    for key in ("images/ann/1/x.png", "thumbnails/ann/1.webp", "elsewhere/x"):
        client.create_multipart_upload(Bucket=bucket, Key=key)
    listing = BucketListing(connection)
    uploads = list(listing.unfinished())
    assert [upload.key for upload in uploads] == ["images/ann/1/x.png", "thumbnails/ann/1.webp"]
    for upload in (*uploads, *uploads):
        listing.abort(upload)
    assert list(listing.unfinished()) == []


def test_items_of_every_shape_are_told(connection: AwsConnection) -> None:
    record = sample_record(1)
    DynamoRecords(connection).add(record)
    client, table = connection.dynamodb(), connection.profile.table
    client.put_item(TableName=table, Item={"image_id": {"S": "2"}, "s3_key": {"S": "images/ann/2/x.png"}})
    client.put_item(TableName=table, Item={"image_id": {"S": "ann!3"}, "user_id": {"S": "bo"}, "s3_key": {"N": "1"}})
    items = {item.image_id: item for item in TableListing(connection).items()}
    assert items[record.image_id].record == record
    assert (items["2"].record, items["2"].keys, items["2"].fault) == (None, ("images/ann/2/x.png",), "user_id")
    assert items["ann!3"].forgery


def test_a_thumbnail_is_named_once_and_by_the_owner_only(connection: AwsConnection) -> None:
    records, listing = DynamoRecords(connection), TableListing(connection)
    record = sample_record(1)
    client, table = connection.dynamodb(), connection.profile.table
    records.add(record)
    client.update_item(
        TableName=table, Key={"image_id": {"S": record.image_id}}, UpdateExpression="REMOVE thumbnail_key"
    )
    for image_id, user_id in ((record.image_id, "bo"), ("ann!unknown", "ann")):
        with pytest.raises(NotFound):
            listing.name_thumbnail(image_id, user_id, "thumbnails/ann/x.webp")
    for _ in range(2):
        listing.name_thumbnail(record.image_id, "ann", record.thumbnail_key or "")
    assert records.get(record.image_id) == record
    with pytest.raises(NotFound):
        listing.name_thumbnail(record.image_id, "ann", "thumbnails/ann/other.webp")
