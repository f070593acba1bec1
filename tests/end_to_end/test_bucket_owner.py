"""Every request to S3, whichever way it takes, names the account whose bucket it must be, once that is known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import moto.s3.models
import pytest

from imagedesk.core.errors import AccessDenied, Cancelled, InvalidSettings
from imagedesk.core.findings import REPAIRABLE
from imagedesk.core.ownership import object_prefix
from imagedesk.core.query import StoreFilter
from imagedesk.service.library_check import CheckedStores, LibraryCheck
from imagedesk.service.storage_service import StorageService
from imagedesk.service.uploading import UploadRequest
from imagedesk.stores.aws import objects, parted_put
from imagedesk.stores.aws.access_check import AwsAccessCheck
from imagedesk.stores.aws.audit import BucketListing, TableListing
from imagedesk.stores.aws.bucket_protections import BucketProtections
from imagedesk.stores.aws.connection import AwsConnection, Caller
from imagedesk.stores.aws.objects import S3Objects
from imagedesk.stores.aws.records import DynamoRecords
from imagedesk.stores.aws.setup import AwsSetup
from tests.contract.aws_servers import AwsProfileFactory, aws_credentials, blank_aws_profile, moto_server_url
from tests.end_to_end.call_faults import operation_of
from tests.end_to_end.call_relay import Answer, Backend, CallRelay, Fate, Request, call_relay
from tests.end_to_end.plain_library import AT_ONCE
from tests.fakes.identity import FakeIdentity
from tests.fakes.picture_reader import FakePictureReader, fake_picture

__all__ = ["aws_credentials", "blank_aws_profile", "moto_server_url"]

ACCOUNT, HEADER = "123456789012", "x-amz-expected-bucket-owner"
PART = 300_000
# S3 knows no owner to expect of a bucket that is being made ("CreateBucket", Amazon S3 API Reference).
WITHOUT_OWNER = {"PUT bucket"}


class Recorder:
    """moto behind a relay; notes each request to S3, and refuses those without or with another owner, as S3 does."""

    def __init__(self, owner: str = ACCOUNT) -> None:
        self.owner, self.seen = owner, list[tuple[str, bool, str | None]]()
        self._backend = Backend()

    def begun(self, _request: Request) -> int | None:
        return None

    def came(self, request: Request) -> Fate:
        if not request.is_for_table:
            expected = request.headers.get(HEADER)
            self.seen.append((operation_of(request), request.is_lean, expected))
            if expected is not None and expected != self.owner:
                body = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
                return Answer(403, {"Content-Length": str(len(body))}, body)
        return self._backend.answer(request)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def relay(recorder: Recorder) -> Iterator[CallRelay]:
    with call_relay(recorder.begun, recorder.came) as running:
        yield running


@pytest.fixture(params=["lean", "botocore"])
def connection(
    request: pytest.FixtureRequest,
    relay: CallRelay,
    blank_aws_profile: AwsProfileFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[AwsConnection]:
    """To the recorder, as if STS had told the account; an upload in parts is a small one."""
    monkeypatch.setattr(moto.s3.models, "S3_UPLOAD_PART_MIN_SIZE", 1)
    monkeypatch.setattr(objects, "PARTS_FROM", PART)
    monkeypatch.setattr(parted_put, "PART", PART)
    profile = replace(blank_aws_profile(), s3_endpoint_url=relay.url, dynamodb_endpoint_url=relay.url)
    with closing(AwsConnection(profile)) as opened:
        monkeypatch.setattr(opened, "_caller", Caller(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/ann"))
        if request.param == "botocore":
            monkeypatch.setattr(opened, "lean", lambda: None)
        yield opened


def test_every_request_of_every_operation_names_the_owner(
    connection: AwsConnection, recorder: Recorder, tmp_path: Path
) -> None:
    set_up(connection)
    work(connection, tmp_path)
    bucket = BucketProtections(connection)  # set-up leaves the rule out over plain http, and it would lock us out
    bucket.make_tls_only()
    assert bucket.is_tls_only()
    without = {operation for operation, _lean, expected in recorder.seen if expected != ACCOUNT}
    assert without <= WITHOUT_OWNER, without
    operations = {operation for operation, _, _ in recorder.seen}
    assert operations >= {
        "PUT object", "GET object", "DELETE object", "UploadPart", "CreateMultipartUpload", "CompleteMultipartUpload",
        "AbortMultipartUpload", "ListParts", "ListMultipartUploads", "ListObjectsV2", "PUT bucket", "GET bucket",
    }  # fmt: skip
    lean = {operation for operation, is_lean, _ in recorder.seen if is_lean}
    assert lean in ({"PUT object", "GET object", "UploadPart"}, set())


def test_a_bucket_of_another_owner_is_refused_and_told(connection: AwsConnection, recorder: Recorder) -> None:
    set_up(connection)
    recorder.owner = "999999999999"
    with pytest.raises(InvalidSettings, match="belongs to another AWS account"):
        list(AwsSetup(connection).run())
    with pytest.raises(AccessDenied, match="the bucket may also belong to another account"):
        S3Objects(connection).read("images/ann/1/x.png", 100)
    with pytest.raises(AccessDenied, match="the bucket may also belong to another account"):
        service_of(connection).upload(UploadRequest(fake_picture(), "ann", "x.png"))


def set_up(connection: AwsConnection) -> None:
    for _ in range(2):
        list(AwsSetup(connection).run())
    list(AwsSetup(connection).plan())


def service_of(connection: AwsConnection) -> StorageService:
    return StorageService(S3Objects(connection), DynamoRecords(connection), FakePictureReader(), FakeIdentity("ann"))


def work(connection: AwsConnection, folder: Path) -> None:
    """Each operation, and each of its ways that makes a request of its own."""
    service = service_of(connection)
    AwsAccessCheck(connection).missing("ann")
    small = service.upload(UploadRequest(fake_picture(salt="small"), "ann", "small.png"))
    service.upload(UploadRequest(fake_picture(salt="small"), "ann", "small.png", image_id=small.image_id))
    large = fake_picture(salt="large") + bytes(2 * PART)
    record = service.upload(UploadRequest(large, "ann", "large.png"))
    interrupt(connection, large)
    service.list_images(StoreFilter())
    service.thumbnail(record, 20)
    assert service.download(record, folder).read_bytes() == large
    assert service.share(record, timedelta(hours=1)).url
    service.delete(small.image_id)
    orphan = service.upload(UploadRequest(fake_picture(salt="orphan"), "ann", "orphan.png"))
    key = {"image_id": {"S": orphan.image_id}}
    connection.dynamodb().delete_item(TableName=connection.profile.table, Key=key)
    sides = CheckedStores(
        S3Objects(connection), DynamoRecords(connection), BucketListing(connection), TableListing(connection)
    )
    check = LibraryCheck(sides, FakePictureReader(), FakeIdentity("ann"), scratch=folder, old_enough=AT_ONCE)
    assert list(check.run(REPAIRABLE))
    assert list(check.run()) == []


def interrupt(connection: AwsConnection, data: bytes) -> None:
    """An upload in parts that is continued, and one that is given up."""
    from imagedesk.core.cancellation import CancelToken

    service = service_of(connection)
    for number in ("1", "2"):
        cancel, image_id = CancelToken(), service.new_image_id("ann")
        request = UploadRequest(data + number.encode(), "ann", "x.png", image_id=image_id)

        def stop(_done: int, cancel: CancelToken = cancel) -> None:
            cancel.cancel()

        with pytest.raises(Cancelled):
            service.upload(request, stop, cancel)
        if number == "1":
            service.upload(request)
        else:
            service.discard_unfinished(image_id, "ann")
            assert object_prefix(image_id, "ann").startswith("images/ann/")
