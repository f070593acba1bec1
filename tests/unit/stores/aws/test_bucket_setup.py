"""Set-up of a bucket: whose it is, where it is made, and the key that encrypts it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from imagedesk.core.errors import AccessDenied, InvalidSettings
from imagedesk.stores.aws.connection import AwsConnection, Caller
from tests.unit.stores.aws.faulty_proxy import Fault, FaultyProxy
from tests.unit.stores.aws.test_setup import fresh, planned, steps

__all__ = ["fresh"]


def owned(connection: AwsConnection, account: str = "999999999999") -> AwsConnection:
    """As if it were AWS's own, and these were the account's credentials."""
    connection._caller = Caller(account, f"arn:aws:iam::{account}:user/mila")
    return connection


def test_a_bucket_of_another_account_is_an_error_before_anything_is_made(
    proxied: AwsConnection, proxy: FaultyProxy
) -> None:
    denied = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
    for run in (planned, steps):
        proxy.plan(Fault("GET", "answer", status=403, headers={"Content-Type": "application/xml"}, body=denied))
        with pytest.raises(InvalidSettings, match=r"belongs to another AWS account.*--bucket"):
            run(owned(proxied))
    assert set(proxy.requests) == {"GET"}


def test_a_bucket_that_may_not_be_listed_at_all_names_the_action_and_both_reasons(
    proxied: AwsConnection, proxy: FaultyProxy
) -> None:
    denied = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
    proxy.plan(Fault("GET", "answer", 2, status=403, headers={"Content-Type": "application/xml"}, body=denied))
    with pytest.raises(AccessDenied, match=r"s3:ListBucket is refused.*another account"):
        steps(owned(proxied))


def test_a_name_that_another_account_has_taken_is_told(proxied: AwsConnection, proxy: FaultyProxy) -> None:
    xml = {"Content-Type": "application/xml"}
    proxy.plan(
        Fault("GET", "answer", status=404, headers=xml, body=b"<Error><Code>NoSuchBucket</Code></Error>"),
        Fault("PUT", "answer", status=409, headers=xml, body=b"<Error><Code>BucketAlreadyExists</Code></Error>"),
    )
    with pytest.raises(InvalidSettings, match="belongs to another AWS account"):
        steps(proxied)


def test_every_call_to_s3_names_the_owner_once_it_is_known(connection: AwsConnection) -> None:
    sent: list[dict[str, Any]] = []
    owned(connection).s3().meta.events.register("provide-client-params.s3", lambda params, **_rest: sent.append(params))
    steps(connection)
    assert len(sent) >= 5
    assert all(params["ExpectedBucketOwner"] == "999999999999" for params in sent)


@pytest.mark.parametrize(("region", "constraint"), [("us-east-1", None), ("eu-west-1", "eu-west-1")])
def test_a_bucket_is_made_in_the_region(fresh: AwsConnection, region: str, constraint: str | None) -> None:
    connection = AwsConnection(replace(fresh.profile, region=region))
    assert steps(connection)[0].detail == f"in {region}"
    there = connection.s3().get_bucket_location(Bucket=connection.profile.bucket)
    assert there.get("LocationConstraint") == constraint
    assert {step.state for step in steps(connection)} - {"not offered"} == {"kept"}
    connection.close()


def test_a_kms_key_becomes_the_default_encryption_and_is_found_again(fresh: AwsConnection) -> None:
    plainly = steps(fresh)
    assert next(step for step in plainly if step.name == "Default encryption").state in {"made", "kept"}
    keyed = AwsConnection(replace(fresh.profile, kms_key="alias/images"))
    for state in ("made", "kept"):
        step = next(step for step in steps(keyed) if step.name == "Default encryption")
        assert step.state == state
    answer = keyed.s3().get_bucket_encryption(Bucket=keyed.profile.bucket)
    (rule,) = answer["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/images"
    }  # fmt: skip
    kept = next(step for step in steps(fresh) if step.name == "Default encryption")  # who names no key changes none
    assert kept.state == "kept"
    keyed.close()
