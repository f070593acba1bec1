"""The table's indexes: their shape, and which of them a table has ready for use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from imagedesk.stores.aws.answers import is_denied
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.items import INDEX_KEYS, KEY


def key_schema(partition_key: str, sort_key: str | None = None) -> list[Any]:
    """As CreateTable and DescribeTable write it."""
    names = [(partition_key, "HASH")] + ([(sort_key, "RANGE")] if sort_key else [])
    return [{"AttributeName": name, "KeyType": kind} for name, kind in names]


def index_definition(name: str) -> dict[str, Any]:
    """Every attribute is projected, so that a listing needs no second read."""
    return {
        "IndexName": name,
        "KeySchema": key_schema(INDEX_KEYS[name], "created_at"),
        "Projection": {"ProjectionType": "ALL"},
    }


def attribute_definitions(*indexes: str) -> list[Any]:
    names = {KEY, *(INDEX_KEYS[index] for index in indexes), *(["created_at"] if indexes else [])}
    return [{"AttributeName": name, "AttributeType": "S"} for name in sorted(names)]


def described_indexes(table: Mapping[str, Any]) -> dict[str, bool]:
    """The contract's indexes that a described table has, and whether each can be queried now."""
    found = {}
    for index in table.get("GlobalSecondaryIndexes", []):
        name = index["IndexName"]
        if name in INDEX_KEYS and _is_as_defined(index, name):
            found[name] = index.get("IndexStatus", "ACTIVE") == "ACTIVE"
    return found


def usable_indexes(connection: AwsConnection) -> frozenset[str]:
    """Those that can be queried now; all of them where the caller may query but not ask."""
    try:
        table = connection.dynamodb().describe_table(TableName=connection.profile.table)["Table"]
    except ClientError as error:
        if is_denied(error):
            return frozenset(INDEX_KEYS)
        raise
    return frozenset(name for name, active in described_indexes(table).items() if active)


def _is_as_defined(index: Mapping[str, Any], name: str) -> bool:
    definition = index_definition(name)
    projection = index.get("Projection", {}).get("ProjectionType")
    return bool(list(index["KeySchema"]) == definition["KeySchema"] and projection == "ALL")
