"""The hot calls of a table: the lean way first, and botocore for what that leaves to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.hand_over import HandOver


class ItemCalls:
    """Thread-safe. Answers are as DynamoDB's JSON has them; errors are botocore's, untranslated."""

    def __init__(self, connection: AwsConnection) -> None:
        self._connection = connection
        self._table = connection.profile.table

    def put_item(self, **arguments: Any) -> None:
        """A write whose answer was lost is done again, and meets its own item then."""
        if self._lean("PutItem", {"TableName": self._table, **arguments}) is None:
            self._connection.dynamodb().put_item(TableName=self._table, **arguments)

    def get_item(self, **arguments: Any) -> Mapping[str, Any]:
        found = self._lean("GetItem", {"TableName": self._table, **arguments})
        return self._connection.dynamodb().get_item(TableName=self._table, **arguments) if found is None else found

    def batch_get_item(self, wanted: Any) -> Mapping[str, Any]:
        found = self._lean("BatchGetItem", {"RequestItems": wanted})
        return self._connection.dynamodb().batch_get_item(RequestItems=wanted) if found is None else found

    def _lean(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any] | None:
        if (lean := self._connection.lean_table()) is None:
            return None
        try:
            return lean.call(operation, request)
        except HandOver:
            return None
