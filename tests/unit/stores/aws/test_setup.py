"""Set-up against a real HTTP server: made, kept, adopted, and what a server lacks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import AccessDenied, InvalidSettings
from imagedesk.core.ports import SetupStep
from imagedesk.stores.aws.bucket_protections import BucketProtections
from imagedesk.stores.aws.connection import AwsConnection, Caller
from imagedesk.stores.aws.indexes import usable_indexes
from imagedesk.stores.aws.items import INDEX_KEYS
from imagedesk.stores.aws.setup import AwsSetup
from tests.contract.aws_servers import AwsProfileFactory, create_bare_table
from tests.unit.stores.aws.faulty_proxy import Fault, FaultyProxy


@pytest.fixture
def fresh(blank_aws_profile: AwsProfileFactory) -> Iterator[AwsConnection]:
    """Nothing is behind it yet."""
    opened = AwsConnection(blank_aws_profile())
    yield opened
    opened.close()


def steps(connection: AwsConnection, *, add_indexes: bool = False) -> list[SetupStep]:
    return list(AwsSetup(connection, add_indexes=add_indexes).run())


def test_the_first_run_makes_everything_and_the_second_keeps_it(fresh: AwsConnection) -> None:
    first = {step.name: step.state for step in steps(fresh)}
    assert [name.split()[0] for name in first] == [
        "Bucket",
        "Block",
        "Default",
        "Versioning",
        "TLS",
        "Unfinished",
        "Table",
        "Point-in-time",
        "Deletion",
    ]
    assert first[f"Bucket {fresh.profile.bucket}"] == "made"
    assert first[f"Table {fresh.profile.table}"] == "made"
    assert first["Versioning"] == "made"
    assert usable_indexes(fresh) == frozenset(INDEX_KEYS)
    lacking = {name for name, state in first.items() if state == "not offered"}
    assert {step.name for step in steps(fresh) if step.state != "kept"} == lacking


def test_over_plain_http_the_tls_rule_is_left_out(connection: AwsConnection) -> None:
    step = next(step for step in steps(connection) if step.name == "TLS only")
    assert step.state == "not offered"
    assert "lock you out" in step.detail


def test_the_tls_rule_joins_the_statements_that_are_there(fresh: AwsConnection, moto_server_url: str) -> None:
    # Always on moto, which does not enforce it: this test would lock itself out of a server reached by plain http.
    connection = AwsConnection(replace(fresh.profile, s3_endpoint_url=moto_server_url))
    client, name = connection.s3(), connection.profile.bucket
    client.create_bucket(Bucket=name)
    bucket = BucketProtections(connection)
    other = {"Sid": "Other", "Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "s3:GetObject",
             "Resource": f"arn:aws:s3:::{name}/*"}  # fmt: skip
    client.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": other}))
    assert not bucket.is_tls_only()
    bucket.make_tls_only()
    assert bucket.is_tls_only()
    policy = json.loads(client.get_bucket_policy(Bucket=name)["Policy"])
    assert [statement["Sid"] for statement in policy["Statement"]] == ["Other", "ImageDeskTlsOnly"]
    assert policy["Statement"][1]["Resource"] == [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
    connection.close()


def test_lifecycle_rules_of_others_are_kept(fresh: AwsConnection) -> None:
    client, name = fresh.s3(), fresh.profile.bucket
    client.create_bucket(Bucket=name)
    rule: Any = {"ID": "other", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, "Expiration": {"Days": 30}}
    client.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [rule]})
    steps(fresh)
    rules = client.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    assert {rule["ID"] for rule in rules} == {"other", "imagedesk-abort-unfinished-uploads"}


def test_a_table_of_an_older_client_is_adopted_and_may_get_its_indexes(fresh: AwsConnection) -> None:
    create_bare_table(fresh)
    adopted = next(step for step in steps(fresh) if step.name.startswith("Table"))
    assert adopted.state == "kept"
    assert "it lists by scanning" in adopted.detail
    assert usable_indexes(fresh) == frozenset()
    assert [step.state for step in steps(fresh) if step.name.startswith("Index")] == ["missing"] * 3
    told = [(step.name, step.state) for step in steps(fresh, add_indexes=True) if step.name.startswith("Index")]
    assert list(dict.fromkeys(told)) == [
        (f"Index {name}", state) for name in INDEX_KEYS for state in ("making", "made")
    ]
    assert usable_indexes(fresh) == frozenset(INDEX_KEYS)


def test_a_table_with_another_key_is_refused(fresh: AwsConnection) -> None:
    create_bare_table(fresh, ("user_id", "HASH"), ("image_id", "RANGE"))
    with pytest.raises(InvalidSettings, match="its key is user_id, image_id"):
        steps(fresh)


def test_what_a_server_lacks_does_not_stop_the_rest(proxied: AwsConnection, proxy: FaultyProxy) -> None:
    unknown = b'{"__type":"com.amazonaws.dynamodb.v20120810#UnknownOperationException","message":"no"}'
    proxy.plan(Fault("DescribeContinuousBackups", "answer", status=400, body=unknown))
    state = {step.name: step.state for step in steps(proxied)}
    assert state["Point-in-time recovery"] == "not offered"
    assert state["Deletion protection"] in {"kept", "not offered"}


def test_a_name_that_no_bucket_can_have_is_refused(connection: AwsConnection) -> None:
    odd = AwsConnection(replace(connection.profile, bucket="No bucket/has this name"))
    with pytest.raises(InvalidSettings):
        steps(odd)
    odd.close()


# The plan


def planned(connection: AwsConnection, *, add_indexes: bool = False) -> list[SetupStep]:
    return list(AwsSetup(connection, add_indexes=add_indexes).plan())


def shape(step: SetupStep) -> tuple[str, bool]:
    return step.name, step.state == "not offered"


def test_the_plan_of_a_new_library_is_what_is_then_made(fresh: AwsConnection) -> None:
    Watch.changes_of(fresh)
    before = planned(fresh)
    assert [step.state for step in before if step.name.startswith(("Bucket", "Table"))] == ["to make"] * 2
    assert "by-user, by-type, timeline" in next(step.detail for step in before if step.name.startswith("Table"))
    done = [step for step in steps(fresh) if step.state != "making"]
    assert [step.name for step in done] == [step.name for step in before]


def test_the_plan_changes_nothing(fresh: AwsConnection, connection: AwsConnection) -> None:
    for library in (fresh, connection):
        changes = Watch.changes_of(library)
        for add_indexes in (False, True):
            planned(library, add_indexes=add_indexes)
        assert changes == []
    steps(connection)
    assert Watch.changes_of(connection) == []


def test_the_plan_of_what_is_set_up_keeps_everything(connection: AwsConnection) -> None:
    assert {step.state for step in planned(connection)} - {"not offered"} == {"kept"}
    assert [shape(step) for step in planned(connection)] == [shape(step) for step in steps(connection)]


def test_the_plan_names_the_indexes_that_an_older_table_lacks(fresh: AwsConnection) -> None:
    create_bare_table(fresh)
    for add_indexes, state in ((False, "missing"), (True, "to make")):
        found = [step for step in planned(fresh, add_indexes=add_indexes) if step.name.startswith("Index")]
        assert [(step.name, step.state) for step in found] == [(f"Index {name}", state) for name in INDEX_KEYS]


class Watch:
    """Notes the calls that change something."""

    @staticmethod
    def changes_of(connection: AwsConnection) -> list[str]:
        changes: list[str] = []

        def note(model: Any, **_rest: object) -> None:
            if not model.name.startswith(("Get", "List", "Describe", "Head")):
                changes.append(model.name)

        for client in (connection.s3(), connection.dynamodb()):
            client.meta.events.register("before-call", note)
        return changes


# Owners, keys and regions


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


# Tables that take their time


def test_backups_that_a_new_table_offers_late_are_waited_for(
    proxied: AwsConnection, proxy: FaultyProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CancelToken, "wait", lambda _token, _seconds: False)
    proxied.dynamodb().update_continuous_backups(
        TableName=proxied.profile.table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    late = b'{"__type":"com.amazonaws.dynamodb.v20120810#ContinuousBackupsUnavailableException","message":"later"}'
    proxy.plan(Fault("UpdateContinuousBackups", "answer", 3, status=400, body=late))
    assert next(step for step in steps(proxied) if step.name == "Point-in-time recovery").state == "made"
    assert proxy.requests.count("UpdateContinuousBackups") == 5


def test_an_index_that_is_filled_slowly_is_told_again_and_again_and_can_be_left(
    fresh: AwsConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CancelToken, "wait", lambda _token, _seconds: False)
    create_bare_table(fresh)

    def slow_down(parsed: dict[str, Any], **_rest: object) -> None:
        for index in parsed["Table"].get("GlobalSecondaryIndexes", []):
            index["IndexStatus"] = "CREATING"

    fresh.dynamodb().meta.events.register("after-call.dynamodb.DescribeTable", slow_down)
    told = AwsSetup(fresh, add_indexes=True).run()
    going_on = [step for step in islice(told, 70) if step.state == "making"]
    assert {step.name for step in going_on} == {"Index by-user"}
    details = list(dict.fromkeys(step.detail for step in going_on))
    assert details[:3] == ["", "30 seconds so far", "60 seconds so far"]
    told.close()


def test_an_index_of_the_name_with_another_shape_is_told_and_left(fresh: AwsConnection) -> None:
    keys: Any = [{"AttributeName": "user_id", "KeyType": "HASH"}]
    index: Any = {"IndexName": "by-user", "KeySchema": keys, "Projection": {"ProjectionType": "KEYS_ONLY"}}
    fresh.dynamodb().create_table(
        TableName=fresh.profile.table,
        KeySchema=[{"AttributeName": "image_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("image_id", "user_id")],
        GlobalSecondaryIndexes=[index],
        BillingMode="PAY_PER_REQUEST",
    )
    for told in (planned(fresh, add_indexes=True), steps(fresh, add_indexes=True)):
        step = next(step for step in told if step.name == "Index by-user")
        assert step.state == "not offered"
        assert "delete it" in step.detail
    assert usable_indexes(fresh) == {"by-type", "timeline"}


def test_a_table_with_provisioned_capacity_is_kept_so_and_its_new_indexes_get_a_share(fresh: AwsConnection) -> None:
    fresh.dynamodb().create_table(
        TableName=fresh.profile.table,
        KeySchema=[{"AttributeName": "image_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "image_id", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 3, "WriteCapacityUnits": 2},
    )
    told = {step.name: step for step in steps(fresh, add_indexes=True)}
    assert "provisioned capacity stays" in told[f"Table {fresh.profile.table}"].detail
    assert usable_indexes(fresh) == frozenset(INDEX_KEYS)
