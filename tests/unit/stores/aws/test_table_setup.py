"""Set-up of a table that takes its time, or that somebody made otherwise."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.indexes import usable_indexes
from imagedesk.stores.aws.items import INDEX_KEYS
from imagedesk.stores.aws.setup import AwsSetup
from tests.contract.aws_servers import create_bare_table
from tests.unit.stores.aws.faulty_proxy import Fault, FaultyProxy
from tests.unit.stores.aws.test_setup import fresh, planned, steps

__all__ = ["fresh"]


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
