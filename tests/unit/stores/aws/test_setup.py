"""Set-up against a real HTTP server: made, kept, adopted, and what a server lacks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from imagedesk.core.errors import InvalidSettings
from imagedesk.core.ports import SetupStep
from imagedesk.stores.aws.bucket_protections import BucketProtections
from imagedesk.stores.aws.connection import AwsConnection
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
