"""A bucket that a KMS key encrypts: which actions on the key are refused, and what a refusal says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from imagedesk.core.access import KEY_NEEDED_FOR, Operation, reason_against
from imagedesk.core.access_policy import IdentityKind, PolicyScope, person_policy
from imagedesk.core.errors import AccessDenied, StoreUnavailable
from imagedesk.stores.aws.access_check import AwsAccessCheck
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.objects import S3Objects
from tests.contract.aws_servers import AwsProfileFactory
from tests.unit.stores.aws.conftest import description_of

KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


class KeyPolice:
    """Refuses what needs an action on the key, in AWS' words; ``used`` are the actions that were needed."""

    def __init__(self, connection: AwsConnection, *refused: str) -> None:
        self.refused, self.used, self.calls = refused, set[str](), list[str]()
        connection.s3().meta.events.register("provide-client-params.s3", self._on_call)

    def _on_call(self, params: dict[str, Any], model: Any, **_rest: object) -> None:
        self.calls.append(model.name)
        if model.name == "GetObject" and "Range" in params:
            self._needs("kms:Decrypt", model.name)
        elif model.name == "CreateMultipartUpload":
            self._needs("kms:GenerateDataKey", model.name)

    def _needs(self, action: str, operation: str) -> None:
        self.used.add(action)
        if action in self.refused:
            raise refusal(f"User: arn:aws:iam::1:user/mila is not authorized to perform: {action} on {KEY}", operation)


def refusal(message: str, operation: str, code: str = "AccessDenied", status: int = 403) -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, operation)


@pytest.fixture
def encrypted(connection: AwsConnection) -> AwsConnection:
    """With one picture, which a key encrypts."""
    place: Any = {"Bucket": connection.profile.bucket, "Key": "images/noor/1/x.jpg"}
    connection.s3().put_object(**place, Body=b"data", ServerSideEncryption="aws:kms", SSEKMSKeyId=KEY)
    return connection


def missing(connection: AwsConnection) -> dict[str, str]:
    return {lack.action: lack.place for lack in AwsAccessCheck(connection).missing("mila")}


@pytest.mark.parametrize("refused", [(), ("kms:Decrypt",), ("kms:GenerateDataKey",), tuple(KEY_NEEDED_FOR)])
def test_each_refused_action_is_named_with_what_needs_it(encrypted: AwsConnection, refused: tuple[str, ...]) -> None:
    police = KeyPolice(encrypted, *refused)
    found = AwsAccessCheck(encrypted).missing("mila")
    bucket = encrypted.profile.bucket
    assert {lack.action: lack.place for lack in found} == dict.fromkeys(
        refused, f"the KMS key of the bucket “{bucket}”"
    )
    assert police.used == set(KEY_NEEDED_FOR)
    for operation in Operation:
        needed = {action for action, operations in KEY_NEEDED_FOR.items() if operation in operations}
        assert bool(reason_against(found, operation)) == bool(needed & set(refused))


def test_nothing_is_left_behind(encrypted: AwsConnection) -> None:
    KeyPolice(encrypted)
    before = encrypted.s3().list_object_versions(Bucket=encrypted.profile.bucket)["Versions"]
    missing(encrypted)
    assert encrypted.s3().list_object_versions(Bucket=encrypted.profile.bucket)["Versions"] == before
    assert "Uploads" not in encrypted.s3().list_multipart_uploads(Bucket=encrypted.profile.bucket)


def test_a_key_in_the_profile_is_asked_about_before_there_is_a_picture(connection: AwsConnection) -> None:
    keyed = AwsConnection(replace(connection.profile, kms_key=KEY))
    police = KeyPolice(keyed, "kms:GenerateDataKey")
    assert list(missing(keyed)) == ["kms:GenerateDataKey"]
    assert police.used == {"kms:GenerateDataKey"}
    keyed.close()


def test_where_no_key_is_in_use_no_upload_is_begun(connection: AwsConnection) -> None:
    data = b"data"
    S3Objects(connection).put("images/noor/1/x.jpg", data, description_of(data))
    police = KeyPolice(connection)
    assert missing(connection) == {}
    assert "CreateMultipartUpload" not in police.calls


def test_a_server_with_a_problem_of_its_own_is_no_lack_of_permission(connection: AwsConnection) -> None:
    def fail(params: dict[str, Any], **_rest: object) -> None:
        if params.get("Prefix") == "images/":
            raise refusal("try later", "ListObjectsV2", "InternalError", 500)

    connection.s3().meta.events.register("provide-client-params.s3.ListObjectsV2", fail)
    with pytest.raises(StoreUnavailable):
        missing(connection)


def test_what_the_policy_grants_is_what_the_check_asks_about() -> None:
    policy = person_policy(PolicyScope("images", "image-metadata", kms_key=KEY), IdentityKind.USER)
    (statement,) = (statement for statement in policy["Statement"] if statement["Sid"] == "UseKey")
    assert set(statement["Action"]) == set(KEY_NEEDED_FOR)


def test_a_refused_key_is_told_from_a_refused_bucket(connection: AwsConnection) -> None:
    message = "User: arn:aws:iam::1:user/mila is not authorized to perform: kms:GenerateDataKey on resource: x"
    with pytest.raises(AccessDenied) as told, connection.translating("s3"):
        raise refusal(message, "PutObject")
    assert "may not use the KMS key" in told.value.message
    assert "the action kms:GenerateDataKey is refused" in told.value.message
    with pytest.raises(AccessDenied, match="cannot be used"), connection.translating("s3"):
        raise refusal("the key is disabled", "PutObject", "KMS.DisabledException", 400)


def test_the_profile_s_key_is_in_the_policy_of_the_command(
    blank_aws_profile: AwsProfileFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    from imagedesk.__main__ import main

    assert main(["policy", "--bucket", "team-images", "--kms-key", "alias/team", "--region", "eu-west-1"]) == 0
    out = capsys.readouterr().out
    assert '"kms:ResourceAliases"' in out
    assert '"kms:ViaService": "s3.eu-west-1.amazonaws.com"' in out
    assert main(["policy", "--bucket", "team-images", "--kms-key", "alias/*"]) == 1
