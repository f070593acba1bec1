"""The permission check on connecting: it names each action that is refused, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from imagedesk.core.access import NEEDED_FOR, MissingAction, Operation, reason_against
from imagedesk.core.access_policy import IdentityKind, Policy, PolicyScope, person_policy
from imagedesk.core.errors import LibraryNotSetUp, SessionExpired
from imagedesk.core.profiles import AwsProfile
from imagedesk.stores.aws.access_check import AwsAccessCheck
from imagedesk.stores.aws.connection import AwsConnection
from tests.contract.aws_servers import AwsProfileFactory
from tests.unit.stores.aws.faulty_proxy import Fault, FaultyProxy
from tests.unit.stores.aws.policed import Police

MILA = {"aws:username": "mila", "aws:userid": "AIDAEXAMPLE"}


@pytest.fixture
def policy(connection: AwsConnection) -> Policy:
    profile = connection.profile
    scope = PolicyScope(profile.bucket, profile.table, "us-east-1", "123456789012")
    return person_policy(scope, IdentityKind.USER)


@pytest.fixture
def unset(blank_aws_profile: AwsProfileFactory) -> Iterator[AwsConnection]:
    """Neither bucket nor table is there."""
    opened = AwsConnection(blank_aws_profile())
    yield opened
    opened.close()


def without(policy: Policy, *gone: str) -> Policy:
    """Without the actions, or resources that end so."""
    statements = [
        {
            **statement,
            "Action": [action for action in statement["Action"] if action not in gone],
            "Resource": [resource for resource in statement["Resource"] if not resource.endswith(gone)],
        }
        for statement in policy["Statement"]
    ]
    return {**policy, "Statement": statements}


def missing(connection: AwsConnection) -> tuple[MissingAction, ...]:
    return AwsAccessCheck(connection).missing("mila")


def stored_things(profile: AwsProfile) -> dict[str, Any]:
    """Everything in bucket and table, versions and delete markers too, past the police."""
    opened = AwsConnection(profile)
    versions = opened.s3().list_object_versions(Bucket=profile.bucket)
    objects = opened.s3().list_objects_v2(Bucket=profile.bucket).get("Contents", [])
    items = opened.dynamodb().scan(TableName=profile.table)["Items"]
    opened.close()
    markers = versions.get("DeleteMarkers", [])
    return {"objects": objects, "versions": versions.get("Versions", []), "markers": markers, "items": items}


def test_with_the_whole_policy_nothing_is_missing_and_nothing_is_left_behind(
    connection: AwsConnection, policy: Policy
) -> None:
    police = Police(connection, policy, MILA)
    assert missing(connection) == ()
    assert len(police.called) == 23
    assert not any(stored_things(connection.profile).values())


@pytest.mark.parametrize("names_actions", [True, False], ids=["named", "unnamed"])
def test_each_missing_action_is_named_with_what_needs_it(
    connection: AwsConnection, policy: Policy, names_actions: bool
) -> None:
    police = Police(connection, policy, MILA, names_actions)
    assert len(NEEDED_FOR) == 15
    for action, operations in NEEDED_FOR.items():
        police.policy = without(policy, action)
        found = missing(connection)
        assert {lack.action for lack in found} == {action}
        reasons = {operation: reason_against(found, operation) for operation in Operation}
        assert {operation for operation, reason in reasons.items() if reason} == set(operations)
        for operation in operations:
            assert str(reasons[operation]).startswith(f"{operation} needs a permission that is refused ({action} on ")
        assert all(action in lack.sentence and lack.sentence.endswith("grant).") for lack in found)


def test_everything_missing_is_named_at_once(connection: AwsConnection, policy: Policy) -> None:
    Police(connection, without(policy, *NEEDED_FOR), MILA)
    assert {lack.action for lack in missing(connection)} == set(NEEDED_FOR)


def test_a_refusal_that_may_only_hide_that_nothing_is_there_disables_nothing(
    connection: AwsConnection, policy: Policy
) -> None:
    police = Police(connection, without(policy, "s3:ListBucket", "s3:GetObject"), MILA, names_actions=False)
    assert {lack.action for lack in missing(connection)} == {"s3:ListBucket"}
    police.names_actions = True
    assert {lack.action for lack in missing(connection)} == {"s3:ListBucket", "s3:GetObject"}


def test_each_prefix_and_index_is_asked_for(connection: AwsConnection, policy: Policy) -> None:
    Police(connection, without(policy, "thumbnails/${aws:username}/*", "index/timeline"), MILA)
    found = {(lack.action, lack.place) for lack in missing(connection)}
    bucket, table = connection.profile.bucket, connection.profile.table
    assert found == {
        ("dynamodb:Query", f"the index timeline of the table “{table}”"),
        ("s3:PutObject", f"the bucket “{bucket}” below thumbnails/mila/"),
        ("s3:DeleteObject", f"the bucket “{bucket}” below thumbnails/mila/"),
        ("s3:AbortMultipartUpload", f"the bucket “{bucket}” below thumbnails/mila/"),
        ("s3:ListMultipartUploadParts", f"the bucket “{bucket}” below thumbnails/mila/"),
    }


def test_credentials_of_somebody_else_may_read_but_not_write(connection: AwsConnection, policy: Policy) -> None:
    Police(connection, policy, {**MILA, "aws:username": "noor"})
    found = missing(connection)
    lacking = {operation for operation in Operation if reason_against(found, operation)}
    assert lacking == {Operation.UPLOAD, Operation.EDIT, Operation.DELETE}


def test_the_action_of_a_key_is_named(proxied: AwsConnection, proxy: FaultyProxy) -> None:
    message = b"User: arn:aws:iam::1:user/mila is not authorized to perform: kms:GenerateDataKey on resource: x"
    body = b"<Error><Code>AccessDenied</Code><Message>" + message + b"</Message></Error>"
    proxy.plan(Fault("PUT", "answer", times=2, status=403, body=body))
    (lack,) = missing(proxied)
    assert (lack.action, lack.operations) == ("kms:GenerateDataKey", (Operation.UPLOAD,))
    assert lack.sentence.startswith("Uploading needs the permission kms:GenerateDataKey on the ")


def test_what_a_server_stores_that_checks_nothing_is_removed(connection: AwsConnection) -> None:
    def forget_conditions(params: dict[str, Any], **_rest: object) -> None:
        for header in ("If-Match", "x-amz-checksum-sha256"):
            params["headers"].pop(header, None)

    police = Police(connection)
    connection.s3().meta.events.register("before-call.s3", forget_conditions)
    assert missing(connection) == ()
    assert police.called.count("PutObject") == 2
    assert police.called.count("DeleteObject") == 4
    things = stored_things(connection.profile)
    assert things["versions"]  # it was stored
    assert not things["objects"]  # and is gone


def test_a_table_without_indexes_is_no_lack_of_permission(connection: AwsConnection) -> None:
    client, name = connection.dynamodb(), f"{connection.profile.table}-old"
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "image_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "image_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    older = AwsConnection(replace(connection.profile, table=name))
    assert missing(older) == ()
    older.close()


def test_a_library_that_is_not_there_is_said_to_be_none(unset: AwsConnection) -> None:
    with pytest.raises(LibraryNotSetUp, match="no table"):
        missing(unset)


def test_a_bucket_that_is_not_there_is_said_to_be_none(connection: AwsConnection) -> None:
    elsewhere = AwsConnection(replace(connection.profile, bucket="nobody-has-this"))
    with pytest.raises(LibraryNotSetUp, match="no bucket"):
        missing(elsewhere)
    elsewhere.close()


def test_a_session_that_ended_is_no_lack_of_permission(proxied: AwsConnection, proxy: FaultyProxy) -> None:
    expired = b'{"__type":"com.amazon.coral.service#ExpiredTokenException","message":"The token is expired"}'
    proxy.plan(Fault("GetItem", "answer", status=400, body=expired))
    with pytest.raises(SessionExpired):
        missing(proxied)


def test_what_can_be_done_without_says_what_is_lost() -> None:
    lack = MissingAction("s3:ListBucket", "the bucket “images”")
    assert lack.sentence.startswith(
        "Without the permission s3:ListBucket on the bucket “images”, a picture that is gone looks like one that is"
    )
    both = MissingAction("s3:GetObject", "the bucket “images”", NEEDED_FOR["s3:GetObject"])
    assert both.sentence.startswith("Downloading and sharing needs the permission")
