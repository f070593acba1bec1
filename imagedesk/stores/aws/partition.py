"""One partition of an index, read newest first in chunks that grow as they are needed.

The sort key is ``created_at`` alone, and items of one moment come in no promised order: each run of them is gathered
and put in order of ``image_id`` before any of it goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from math import ceil
from typing import Any, TypeAlias

from imagedesk.core.query import Position
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.items import INDEX_KEYS, KEY, text_of

Item: TypeAlias = Mapping[str, Any]
_LARGEST_CHUNK = 1000
_SPARE = 8


def newest_key(item: Item) -> tuple[str, str]:
    """What listings sort by, descending. An item without a moment comes last."""
    return text_of(item, "created_at") or "", text_of(item, KEY) or ""


class Partition:
    """Iterate over it once. ``wanted`` is how many items will do, as far as one knows: the first request reads so many,
    each further one as many as the share of matches lets expect to be missing, or twice as many as the one before.
    ``only`` (attribute, value) passes over others; ``since`` ends it; ``after`` is where it begins."""

    def __init__(
        self,
        connection: AwsConnection,
        index: str,
        value: str,
        wanted: int,
        *,
        only: tuple[str, str] | None = None,
        after: Position | None = None,
        since: str | None = None,
    ) -> None:
        self._connection = connection
        self._wanted = wanted
        self._chunk = min(wanted, _LARGEST_CHUNK)
        self._read = self._matched = 0
        self._after = after
        self._request = _query(connection.profile.table, index, value, only, after, since)
        self._first: tuple[list[Any], bool] | None = None

    def prefetch(self) -> None:
        """Read the first chunk now, from any thread."""
        self._first = self._next_chunk()

    @property
    def share(self) -> float:
        """How many of the items read so far matched; 1 where that is all there is."""
        is_whole = self._first is not None and not self._first[1]
        return 1.0 if is_whole or not self._read else self._matched / self._read

    def __iter__(self) -> Iterator[Item]:
        for _, run in groupby(self._items(), key=lambda item: newest_key(item)[0]):
            for item in sorted(run, key=newest_key, reverse=True):
                if self._after is None or newest_key(item) < (self._after.created_at, self._after.image_id):
                    yield item

    def _items(self) -> Iterator[Item]:
        more = True
        while more:
            chunk, self._first = self._first or self._next_chunk(), None
            items, more = chunk
            yield from items

    def _next_chunk(self) -> tuple[list[Any], bool]:
        answer = self._connection.dynamodb().query(**self._request, Limit=self._chunk)
        self._read += answer["ScannedCount"]
        self._matched += answer["Count"]
        self._chunk = min(self._further(), _LARGEST_CHUNK)
        start = answer.get("LastEvaluatedKey")
        if start:
            self._request["ExclusiveStartKey"] = start
        return answer["Items"], bool(start)

    def _further(self) -> int:
        missing = self._wanted - self._matched
        if missing <= 0 or not self._matched:
            return self._chunk * 2
        return ceil(1.1 * missing * self._read / self._matched) + _SPARE


def _query(
    table: str, index: str, value: str, only: tuple[str, str] | None, after: Position | None, since: str | None
) -> dict[str, Any]:
    condition, values = f"{INDEX_KEYS[index]} = :partition", {":partition": {"S": value}}
    if after is not None:
        condition, values[":moment"] = f"{condition} AND created_at <= :moment", {"S": after.created_at}
    elif since is not None:
        condition, values[":moment"] = f"{condition} AND created_at >= :moment", {"S": since}
    request: dict[str, Any] = {
        "TableName": table,
        "IndexName": index,
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": values,
        "ScanIndexForward": False,
    }
    if only is not None:
        request["FilterExpression"] = f"{only[0]} = :only"
        values[":only"] = {"S": only[1]}
    return request
