"""Pages of items are taken as the JSON that they are: the same as what botocore would copy, and checked as well."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from imagedesk.core.errors import StoreUnavailable
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.records import DynamoRecords
from tests.fakes.sample_records import sample_record
from tests.unit.stores.aws.faulty_proxy import Fault, FaultyProxy

OF_ANY_SHAPE: dict[str, Any] = {
    "image_id": {"S": "ann!1"},
    "user_id": {"S": "ann"},
    "number": {"N": "1.5"},
    "nested": {"M": {"list": {"L": [{"BOOL": True}, {"NULL": True}, {"S": "é"}]}}},
    "words": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2"]},
}


def test_a_page_is_what_botocore_would_make_of_it(connection: AwsConnection) -> None:
    endpoint, table = connection.endpoint("dynamodb"), connection.profile.table
    plain: Any = boto3.client("dynamodb", region_name="us-east-1", endpoint_url=endpoint)
    ours: Any = connection.dynamodb()
    ours.put_item(TableName=table, Item=OF_ANY_SHAPE)
    DynamoRecords(connection).add(sample_record(2))
    batch = {table: {"Keys": [{"image_id": {"S": "ann!1"}}]}}
    for ask in (
        lambda client: client.scan(TableName=table)["Items"],
        lambda client: client.scan(TableName=table, Limit=1)["LastEvaluatedKey"],
        lambda client: client.batch_get_item(RequestItems=batch)["Responses"],
    ):
        assert ask(ours) == ask(plain)
    plain.close()


def test_other_answers_and_other_clients_are_botocores_own(connection: AwsConnection) -> None:
    table = connection.profile.table
    ours: Any = connection.dynamodb()
    ours.put_item(TableName=table, Item={**OF_ANY_SHAPE, "blob": {"B": b"\x00"}})
    assert ours.get_item(TableName=table, Key={"image_id": {"S": "ann!1"}})["Item"]["blob"] == {"B": b"\x00"}
    other: Any = boto3.client("dynamodb", region_name="us-east-1", endpoint_url=connection.endpoint("dynamodb"))
    assert other.scan(TableName=table)["Items"][0]["blob"] == {"B": b"\x00"}
    other.close()


@pytest.mark.parametrize(
    "body", [b"[]", b"[1]", b"5", b'"x"', b"null", b"{}", b'{"Items": null}', b'{"Items": [1]}', b'{"Items": {}}']
)
def test_json_that_is_no_page_is_not_dynamodb(proxy: FaultyProxy, proxied: AwsConnection, body: bytes) -> None:
    headers = {"Content-Type": "application/x-amz-json-1.0"}
    proxy.plan(Fault("Scan", "answer", times=9, status=200, headers=headers, body=body))
    with pytest.raises(StoreUnavailable, match="not DynamoDB"):
        list(DynamoRecords(proxied).scan())


def test_an_error_is_still_an_error(proxy: FaultyProxy, proxied: AwsConnection) -> None:
    body = b'{"__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "message": "no such table"}'
    proxy.plan(Fault("Scan", "answer", times=9, status=400, headers={}, body=body))
    with pytest.raises(Exception, match="imagedesk setup"):
        list(DynamoRecords(proxied).scan())
