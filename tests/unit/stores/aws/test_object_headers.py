"""What goes beside an object's bytes, for the library check to read again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imagedesk.service.storage_service import StorageService
from imagedesk.service.uploading import UploadRequest
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.object_headers import object_metadata, origin_of
from imagedesk.stores.aws.objects import S3Objects
from imagedesk.stores.aws.records import DynamoRecords
from tests.fakes.identity import FakeIdentity
from tests.fakes.picture_reader import FakePictureReader, fake_picture
from tests.unit.stores.aws.conftest import description_of


@pytest.mark.parametrize(("length", "fits"), [(10, True), (3000, False)])
def test_free_metadata_goes_beside_an_object_where_there_is_room(length: int, fits: bool) -> None:
    description = replace(description_of(b"x"), metadata={"note": "ø" * (length // 6), "more": "x" * length})
    told = object_metadata(description)
    assert ("metadata" in told) == fits
    assert sum(len(f"x-amz-meta-{name}{value}") for name, value in told.items()) <= 2048
    assert all(value.isascii() and value.isprintable() for value in told.values())
    origin = origin_of(told, "images/mila/01/x.jpg")
    assert origin is not None
    assert origin.metadata == (description.metadata if fits else None)


def test_what_goes_beside_an_original_holds_no_metadata_for_whoever_has_a_link(connection: AwsConnection) -> None:
    stores = S3Objects(connection), DynamoRecords(connection)
    service = StorageService(*stores, FakePictureReader(), FakeIdentity("mila"))
    record = service.upload(UploadRequest(fake_picture(), "mila", "x.png", {"secret": "yes"}))
    bucket, small = connection.profile.bucket, record.thumbnail_key or ""
    assert "metadata" not in connection.s3().head_object(Bucket=bucket, Key=record.key)["Metadata"]
    assert "metadata" in connection.s3().head_object(Bucket=bucket, Key=small)["Metadata"]
