"""What the policies grant is what the program calls: all of it works under them, and nothing in them is left over."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.catalogue.sync import LibrarySync
from imagedesk.core.access import NEEDED_FOR
from imagedesk.core.access_policy import IdentityKind, Policy, PolicyScope, administrator_policy, person_policy
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import AccessDenied, AlreadyExists, NotFound
from imagedesk.core.findings import REPAIRABLE
from imagedesk.core.ports import no_progress
from imagedesk.core.profiles import AwsProfile
from imagedesk.core.query import StoreFilter
from imagedesk.service.library_check import CheckedStores, LibraryCheck
from imagedesk.service.storage_service import StorageService
from imagedesk.service.uploading import UploadRequest
from imagedesk.stores.aws.access_check import AwsAccessCheck
from imagedesk.stores.aws.audit import BucketListing, TableListing
from imagedesk.stores.aws.bucket_protections import BucketProtections
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.objects import S3Objects
from imagedesk.stores.aws.records import DynamoRecords
from imagedesk.stores.aws.setup import AwsSetup
from tests.contract.aws_servers import AwsProfileFactory
from tests.fakes.identity import FakeIdentity
from tests.fakes.picture_reader import FakePictureReader, fake_picture
from tests.unit.stores.aws.conftest import description_of
from tests.unit.stores.aws.policed import Police
from tests.unit.stores.aws.sample_records import sample_record

MILA = {"aws:username": "mila", "aws:userid": "AIDAEXAMPLE"}
SESSION = {"aws:userid": "AROAEXAMPLE:mila", "aws:PrincipalTag/userName": "mila"}


def scope_of(profile: AwsProfile) -> PolicyScope:
    return PolicyScope(profile.bucket, profile.table, "us-east-1", "123456789012")


def actions_of(policy: Policy) -> set[str]:
    return {action for statement in policy["Statement"] for action in statement["Action"]}


def service_over(connection: AwsConnection) -> StorageService:
    stores = S3Objects(connection), DynamoRecords(connection)
    return StorageService(*stores, FakePictureReader(), FakeIdentity("mila"))


def work_a_day(connection: AwsConnection, folder: Path) -> None:
    """Every operation once, and each of their ways that makes a call of its own. A file of any size goes up in one
    PutObject, so there are no multipart calls."""
    assert AwsAccessCheck(connection).missing("mila") == ()
    service, records = service_over(connection), DynamoRecords(connection)
    kept, deleted = (
        service.upload(UploadRequest(fake_picture(salt=salt), "mila", f"{salt}.png")) for salt in ("kept", "deleted")
    )
    # Once more, as after a lost response: the object is there and is looked at.
    service.upload(UploadRequest(fake_picture(salt="kept"), "mila", "kept.png", image_id=kept.image_id))
    with pytest.raises(AlreadyExists):
        service.upload(UploadRequest(fake_picture(salt="other"), "mila", "kept.png", image_id=kept.image_id))
    for user_id in (None, "mila"):
        for content_type in (None, "image/png"):
            assert len(service.list_images(StoreFilter(user_id, content_type)).records) == 2
    service.thumbnail(kept, 100)
    service.picture(kept, None)
    service.facts(kept)
    service.download(service.show(kept.image_id), folder)
    assert service.share(kept).url
    service.edit(service.show(kept.image_id), {"rights": "CC BY"})
    service.delete(deleted.image_id)
    with pytest.raises(NotFound):
        service.show(deleted.image_id)
    with pytest.raises(NotFound):
        service.download(deleted, folder)
    catalogue = Catalogue(folder / "catalogue.sqlite", durable=False)
    sync = LibrarySync(records, catalogue)
    sync.full(no_progress, CancelToken())
    sync.news()
    sync.verify([kept.image_id, deleted.image_id])
    catalogue.close()
    listings = CheckedStores(S3Objects(connection), records, BucketListing(connection), TableListing(connection))
    assert list(LibraryCheck(listings, FakePictureReader(), FakeIdentity("mila"), scratch=folder).run(REPAIRABLE)) == []


@pytest.mark.parametrize(
    ("kind", "context"), [(IdentityKind.USER, MILA), (IdentityKind.IDENTITY_CENTER, SESSION)], ids=["user", "session"]
)
def test_a_person_needs_all_of_the_policy_and_no_more(
    connection: AwsConnection, tmp_path: Path, kind: IdentityKind, context: dict[str, str]
) -> None:
    policy = person_policy(scope_of(connection.profile), kind)
    police = Police(connection, policy, context)
    work_a_day(connection, tmp_path)
    assert police.used == actions_of(policy)
    assert len(police.called) > 50


def test_set_up_needs_all_of_an_administrators_policy_and_no_more(blank_aws_profile: AwsProfileFactory) -> None:
    connection = AwsConnection(blank_aws_profile())
    policy = administrator_policy(scope_of(connection.profile))
    police = Police(connection, policy)
    for _ in range(2):
        list(AwsSetup(connection, add_indexes=True).run())
    # Set-up leaves the rule out over plain http.
    bucket = BucketProtections(connection)
    bucket.make_tls_only()
    connection.close()
    assert police.used == actions_of(policy)


def test_the_check_on_connecting_knows_every_action_of_the_policy() -> None:
    policy = person_policy(PolicyScope("images", "image-metadata"), IdentityKind.USER)
    assert set(NEEDED_FOR) == actions_of(policy)


def test_nobody_writes_what_is_anothers(connection: AwsConnection) -> None:
    objects, records = S3Objects(connection), DynamoRecords(connection)
    data, theirs = b"data", sample_record(1, "noor")
    objects.put(theirs.key, data, description_of(data))
    records.add(theirs)
    Police(connection, person_policy(scope_of(connection.profile), IdentityKind.USER), MILA)
    assert objects.read(theirs.key, 100) == data
    assert records.get(theirs.image_id) == theirs
    with pytest.raises(AccessDenied, match="s3:DeleteObject"):
        objects.delete(theirs.key)
    with pytest.raises(AccessDenied, match="s3:PutObject"):
        objects.put("images/noor/2/a.jpg", data, description_of(data))
    with pytest.raises(AccessDenied, match="dynamodb:PutItem"):
        records.add(sample_record(2, "noor"))
    with pytest.raises(AccessDenied, match="dynamodb:UpdateItem"):
        records.edit(theirs, {"rights": "mine"}, "2026-03-02T00:00:00.000000Z", "noor")
    with pytest.raises(AccessDenied, match="dynamodb:DeleteItem"):
        records.delete(theirs.image_id, "noor")  # a client that lies about who acts
    assert records.get(theirs.image_id) == theirs
