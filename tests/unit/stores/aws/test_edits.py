"""Edits in DynamoDB: what other clients wrote stays, lost answers are told from conflicts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from imagedesk.core.errors import EditConflict, NotFound, NotOwner
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.records import DynamoRecords
from tests.unit.stores.aws.faulty_proxy import Fault, FaultyProxy
from tests.unit.stores.aws.sample_records import older_item, put_items, sample_record

NOON, LATER = "2026-04-04T12:00:00.000000Z", "2026-04-04T12:00:01.000000Z"
RECORD = sample_record(1, metadata={"campaign": "autumn"})
FAILED = b'{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"no"}'


@pytest.fixture
def records(connection: AwsConnection) -> DynamoRecords:
    return DynamoRecords(connection)


@pytest.fixture
def faulty(proxied: AwsConnection) -> DynamoRecords:
    records = DynamoRecords(proxied)
    records.add(RECORD)
    return records


def raw_item(connection: AwsConnection, image_id: str) -> dict[str, Any]:
    answer = connection.dynamodb().get_item(TableName=connection.profile.table, Key={"image_id": {"S": image_id}})
    return dict(answer["Item"])


@pytest.mark.parametrize(
    "metadata",
    [{"S": '{ "a" :\t1.50 }'}, {"M": {"a": {"N": "1.5"}}}, {"S": "no JSON"}, {"N": "5"}, None],
    ids=["other words", "map", "no JSON", "number", "none"],
)
def test_metadata_of_other_clients_is_replaced_and_their_attributes_stay(
    records: DynamoRecords, connection: AwsConnection, metadata: Any
) -> None:
    item = older_item(1, metadata=metadata, rating={"N": "5"})
    put_items(connection, item)
    seen = records.get(item["image_id"]["S"])
    edited = records.edit(seen, {"a": 2}, NOON, "mila")
    assert edited == records.get(seen.image_id)
    stored = raw_item(connection, seen.image_id)
    assert stored == {**item, "metadata": {"S": '{"a":2}'}, "updated_at": {"S": NOON}}


def test_no_metadata_is_no_attribute(records: DynamoRecords, connection: AwsConnection) -> None:
    records.add(RECORD)
    records.edit(RECORD, None, NOON, "mila")
    assert "metadata" not in raw_item(connection, RECORD.image_id)


def test_what_was_written_between_the_look_and_the_write_is_a_conflict(
    connection: AwsConnection, records: DynamoRecords
) -> None:
    records.add(RECORD)
    writes: list[str] = []

    def interfere(params: dict[str, Any], **_rest: object) -> None:
        if not writes:
            writes.append("other")
            records.edit(RECORD, {"campaign": "spring"}, NOON, "mila")

    connection.dynamodb().meta.events.register("provide-client-params.dynamodb.UpdateItem", interfere)
    with pytest.raises(EditConflict):
        records.edit(RECORD, {"campaign": "winter"}, LATER, "mila")
    assert records.get(RECORD.image_id).metadata == {"campaign": "spring"}


def test_what_was_deleted_between_the_look_and_the_write_is_not_found(
    connection: AwsConnection, records: DynamoRecords
) -> None:
    records.add(RECORD)

    def interfere(params: dict[str, Any], **_rest: object) -> None:
        records.delete(RECORD.image_id, "mila")

    connection.dynamodb().meta.events.register("provide-client-params.dynamodb.UpdateItem", interfere)
    with pytest.raises(NotFound):
        records.edit(RECORD, {"campaign": "winter"}, LATER, "mila")
    with pytest.raises(NotFound):
        records.get(RECORD.image_id)


def test_the_owner_is_in_the_write_itself(connection: AwsConnection, records: DynamoRecords) -> None:
    records.add(RECORD)
    asked: list[str] = []

    def note(params: dict[str, Any], **_rest: object) -> None:
        asked.append(params["ConditionExpression"])

    connection.dynamodb().meta.events.register("provide-client-params.dynamodb.UpdateItem", note)
    records.edit(RECORD, {"n": 1}, NOON, "mila")
    assert asked == ["user_id = :me AND #metadata = :old_metadata AND attribute_not_exists(#updated_at)"]
    with pytest.raises(NotOwner, match="only its owner can change it"):
        records.edit(RECORD, {"n": 1}, NOON, "noor")


def test_an_edit_whose_answer_was_lost_succeeds(faulty: DynamoRecords, proxy: FaultyProxy) -> None:
    proxy.plan(Fault("UpdateItem", "lose"))
    edited = faulty.edit(RECORD, {"n": 1}, NOON, "mila")
    assert (edited.metadata, edited.updated_at) == ({"n": 1}, NOON)
    assert proxy.requests.count("UpdateItem") == 2


def test_an_edit_on_a_server_that_returns_no_item_looks_itself(faulty: DynamoRecords, proxy: FaultyProxy) -> None:
    proxy.plan(Fault("UpdateItem", "answer", status=400, body=FAILED))
    with pytest.raises(EditConflict):
        faulty.edit(RECORD, {"n": 1}, NOON, "mila")
    assert faulty.get(RECORD.image_id) == RECORD
    faulty.edit(RECORD, {"n": 1}, NOON, "mila")
    assert faulty.edit(RECORD, {"n": 1}, NOON, "mila").metadata == {"n": 1}


@pytest.mark.parametrize("image_id", ["", "x" * 2049, "mila!none"])
def test_an_id_that_cannot_be_there_is_not_found(records: DynamoRecords, image_id: str) -> None:
    with pytest.raises(NotFound):
        records.edit(replace(RECORD, image_id=image_id), {"n": 1}, NOON, "mila")
