"""Records in DynamoDB: conditional writes, lost answers, items of other clients."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import AlreadyExists, Cancelled, LibraryNotSetUp, NotFound, NotOwner
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.records import DynamoRecords
from tests.unit.stores.aws.faulty_proxy import Fault, FaultyProxy
from tests.unit.stores.aws.sample_records import older_item, put_items, put_records, sample_record

RECORD = sample_record(
    1,
    metadata={"campaign": "autumn", "rating": 5, "tags": ["leaf", None], "share": 0.5},
    width=400,
    height=300,
    thumbnail_key="thumbnails/mila/000001.webp",
    placeholder="#7f8a99",
    updated_at="2026-03-02T00:00:00.000000Z",
)


@pytest.fixture
def records(connection: AwsConnection) -> DynamoRecords:
    return DynamoRecords(connection)


@pytest.fixture
def faulty(proxied: AwsConnection) -> DynamoRecords:
    return DynamoRecords(proxied)


def test_a_record_comes_back_as_it_was_added(records: DynamoRecords) -> None:
    records.add(RECORD)
    assert records.get(RECORD.image_id) == RECORD


def test_an_id_is_taken_once(records: DynamoRecords) -> None:
    records.add(RECORD)
    records.add(RECORD)
    with pytest.raises(AlreadyExists):
        records.add(replace(RECORD, key="images/mila/000001/other.jpg"))
    with pytest.raises(AlreadyExists):
        records.add(replace(RECORD, sha256="f" * 64))
    assert records.get(RECORD.image_id) == RECORD


def test_only_the_owner_deletes(records: DynamoRecords) -> None:
    records.add(RECORD)
    with pytest.raises(NotOwner, match="belongs to mila"):
        records.delete(RECORD.image_id, "noor")
    assert records.delete(RECORD.image_id, "mila") == RECORD
    with pytest.raises(NotFound):
        records.delete(RECORD.image_id, "mila")
    with pytest.raises(NotFound):
        records.get(RECORD.image_id)


def test_the_owner_of_an_older_item_is_its_attribute(records: DynamoRecords, connection: AwsConnection) -> None:
    item = older_item(1)
    put_items(connection, item)
    image_id = item["image_id"]["S"]
    with pytest.raises(NotOwner):
        records.delete(image_id, "noor")
    assert records.delete(image_id, "mila").filename == "old 1.jpg"


def test_an_item_that_claims_another_owner_than_its_id_is_nobodys(
    records: DynamoRecords, connection: AwsConnection
) -> None:
    put_items(connection, older_item(1, image_id={"S": "noor!1"}))
    with pytest.raises(NotFound):
        records.get("noor!1")
    with pytest.raises(NotFound):
        records.delete("noor!1", "mila")


@pytest.mark.parametrize("image_id", ["", "x" * 2049, "mila!none", "no\nsuch"])
def test_an_id_that_cannot_be_there_is_not_found(records: DynamoRecords, image_id: str) -> None:
    with pytest.raises(NotFound):
        records.get(image_id)
    with pytest.raises(NotFound):
        records.delete(image_id, "mila")
    assert records.get_many([image_id]) == {}


def test_an_older_item_is_read_tolerantly(records: DynamoRecords, connection: AwsConnection) -> None:
    metadata = {"M": {"a": {"N": "1.5"}, "b": {"L": [{"BOOL": True}, {"NULL": True}, {"SS": ["x"]}]}}}
    put_items(connection, older_item(1), older_item(2, metadata=metadata, size={"N": "12"}))
    first = records.get(older_item(1)["image_id"]["S"])
    assert (first.size, first.metadata, first.sha256) == (12, None, None)
    assert records.get(older_item(2)["image_id"]["S"]).metadata == {"a": 1.5, "b": [True, None, None]}


def test_many_are_read_in_batches_without_those_that_are_gone(
    records: DynamoRecords, connection: AwsConnection
) -> None:
    there = [sample_record(number) for number in range(250)]
    put_records(connection, *there)
    put_items(connection, older_item(1, size=None))
    ids = [record.image_id for record in there]
    wanted = ["mila!gone", *ids, ids[0], older_item(1)["image_id"]["S"]]
    assert records.get_many(wanted) == {record.image_id: record for record in there}
    assert records.get_many([]) == {}


def test_keys_that_a_busy_table_leaves_out_are_asked_again(faulty: DynamoRecords, proxy: FaultyProxy) -> None:
    faulty.add(RECORD)
    table = faulty._connection.profile.table
    keys = '{"Keys":[{"image_id":{"S":"mila!000001"}}],"ConsistentRead":true}'
    busy = f'{{"Responses":{{}},"UnprocessedKeys":{{"{table}":{keys}}}}}'.encode()
    proxy.plan(Fault("BatchGetItem", "answer", status=200, body=busy))
    assert faulty.get_many([RECORD.image_id]) == {RECORD.image_id: RECORD}
    assert proxy.requests.count("BatchGetItem") == 2


def test_an_add_whose_answer_was_lost_succeeds(faulty: DynamoRecords, proxy: FaultyProxy) -> None:
    proxy.plan(Fault("PutItem", "lose"))
    faulty.add(RECORD)
    assert faulty.get(RECORD.image_id) == RECORD
    assert proxy.requests.count("PutItem") == 2


def test_an_add_on_a_server_that_returns_no_item_looks_itself(faulty: DynamoRecords, proxy: FaultyProxy) -> None:
    failed = b'{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"no"}'
    faulty.add(RECORD)
    proxy.plan(Fault("PutItem", "answer", times=2, status=400, body=failed))
    faulty.add(RECORD)
    with pytest.raises(AlreadyExists):
        faulty.add(replace(RECORD, sha256="f" * 64))


def test_a_delete_whose_answer_was_lost_still_returns_the_record(faulty: DynamoRecords, proxy: FaultyProxy) -> None:
    faulty.add(RECORD)
    proxy.plan(Fault("DeleteItem", "lose"))
    assert faulty.delete(RECORD.image_id, "mila") == RECORD
    with pytest.raises(NotFound):
        faulty.get(RECORD.image_id)


def test_a_table_that_is_not_there_asks_for_set_up(connection: AwsConnection) -> None:
    lost = AwsConnection(replace(connection.profile, table="nothing-here"))
    records = DynamoRecords(lost)
    with pytest.raises(LibraryNotSetUp, match="imagedesk setup --library aws"):
        records.add(RECORD)
    with pytest.raises(LibraryNotSetUp):
        records.get("mila!1")
    with pytest.raises(LibraryNotSetUp):
        list(records.scan())
    lost.close()


def test_a_scan_returns_everything_and_counts_what_is_malformed(
    records: DynamoRecords, connection: AwsConnection
) -> None:
    there = [sample_record(number) for number in range(30)]
    put_records(connection, *there)
    put_items(connection, older_item(1), older_item(2, created_at=None), {"image_id": {"S": "alone"}})
    pages = list(records.scan())
    assert sum(len(page.records) for page in pages) == 31
    assert sum(page.skipped for page in pages) == 2


def test_a_scan_can_be_cancelled(records: DynamoRecords) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(records.scan(cancel))
