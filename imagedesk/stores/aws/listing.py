"""Listings newest first: which index serves which filter, and how a page begins behind any position.

One person is one partition of ``by-user``, one type one of ``by-type``. Everything is the merge of the types'
partitions, not the timeline: older clients write no ``created_month``, and no listing may miss their images. A page
goes on from a position by a key condition on its moment, never by a stored start key, so that it holds when the
position's own item is deleted and when many items share one moment. A library that one scan returns whole is listed
from that scan, and so is a table without indexes, however large.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from botocore.exceptions import ClientError

from imagedesk.core.errors import MalformedRecord
from imagedesk.core.image_record import ImageRecord, parse_timestamp
from imagedesk.core.media_types import ACCEPTED, OTHER_KNOWN_MIMES
from imagedesk.core.query import Position, RecordPage, StoreFilter, checked_limit
from imagedesk.stores.aws.answers import is_denied
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.indexes import usable_indexes
from imagedesk.stores.aws.items import BY_TYPE, BY_USER, INDEX_KEYS, TIMELINE, can_be_key, record_of, text_of
from imagedesk.stores.aws.partition import Item, Partition, newest_key

_ALL_TYPES = (*(media_type.mime for media_type in ACCEPTED), *OTHER_KNOWN_MIMES)
_PARALLEL = 8
_SCAN_PAGE = 1000
_NEWS_CHUNK = 100
_AROUND = 3  # a page reads its position's own item, one beyond its last, and one more to see that moment's end
_SHARE_ENOUGH = 0.2
_MOST_MONTHS = 36  # further back, the merge of the types asks less often than the timeline does


class Listing:
    """The ordered reads of ``DynamoRecords``. Raises botocore's errors untranslated."""

    def __init__(self, connection: AwsConnection) -> None:
        self._connection = connection
        self._indexes: frozenset[str] = frozenset()
        self._may_be_small = True  # until one scan did not return everything

    def page(self, store_filter: StoreFilter, limit: int, after: Position | None) -> RecordPage:
        checked_limit(limit)
        records = _Records(self._items(store_filter, limit, after))
        found = list(islice(records, limit))
        skipped = records.skipped
        if next(records, None) is None:
            return RecordPage(tuple(found), None, records.skipped)
        # What was skipped beyond the last record is counted by the next page.
        return RecordPage(tuple(found), Position(found[-1].created_at, found[-1].image_id), skipped)

    def added_since(self, created_at: str) -> Iterator[ImageRecord]:
        months = _months_back_to(created_at)
        if len(months) > _MOST_MONTHS or TIMELINE not in self._usable_indexes():
            for record in _Records(self._items(StoreFilter(), _NEWS_CHUNK, None)):
                if record.created_at < created_at:
                    return
                yield record
            return
        for month in months:
            yield from _Records(Partition(self._connection, TIMELINE, month, _NEWS_CHUNK, since=created_at))

    def newest(self, count: int) -> list[ImageRecord]:
        """Of the timeline's last months; what it does not hold is left to others."""
        found: list[ImageRecord] = []
        if TIMELINE in self._usable_indexes():
            for month in _months_back(_MOST_MONTHS):
                wanted = count - len(found)
                found += islice(_Records(Partition(self._connection, TIMELINE, month, wanted)), wanted)
                if len(found) >= count:
                    break
        return found

    def _items(self, store_filter: StoreFilter, limit: int, after: Position | None) -> Iterable[Item]:
        user_id, content_type = store_filter.user_id, store_filter.content_type
        if not all(can_be_key(value) for value in (user_id, content_type) if value is not None):
            return ()
        index = BY_USER if user_id is not None else BY_TYPE
        if index not in self._usable_indexes():
            return _behind(_sorted_scan(self._scanned(), store_filter), after)
        if user_id is not None and content_type is not None:
            return self._with_both(user_id, content_type, limit + _AROUND, after)
        if user_id is not None:
            return self._partition(BY_USER, user_id, limit + _AROUND, None, after)
        if content_type is not None:
            return self._partition(BY_TYPE, content_type, limit + _AROUND, None, after)
        small = self._whole_if_small()
        return self._merged_types(limit, after) if small is None else _behind(_sorted_scan(small, store_filter), after)

    def _partition(
        self, index: str, value: str, wanted: int, only: tuple[str, str] | None, after: Position | None
    ) -> Partition:
        return Partition(self._connection, index, value, wanted, only=only, after=after)

    def _with_both(self, user_id: str, content_type: str, wanted: int, after: Position | None) -> Partition:
        """The person's images of the type; or the type's of the person, where the person has few of that type."""
        theirs = self._partition(BY_USER, user_id, wanted, ("content_type", content_type), after)
        theirs.prefetch()
        if theirs.share >= _SHARE_ENOUGH or BY_TYPE not in self._usable_indexes():
            return theirs
        of_type = self._partition(BY_TYPE, content_type, wanted, ("user_id", user_id), after)
        of_type.prefetch()
        return max(theirs, of_type, key=lambda partition: partition.share)

    def _merged_types(self, limit: int, after: Position | None) -> Iterator[Item]:
        partitions = [self._partition(BY_TYPE, mime, limit // 8 + 2, None, after) for mime in _ALL_TYPES]
        with ThreadPoolExecutor(_PARALLEL, thread_name_prefix="listing") as pool:
            list(pool.map(Partition.prefetch, partitions))
        return heapq.merge(*partitions, key=newest_key, reverse=True)

    def _whole_if_small(self) -> list[Item] | None:
        """The table, if one request returns all of it: exact, cheaper than a query for each type, and it shows
        what no index holds. A large table is asked so only once."""
        if not self._may_be_small:
            return None
        try:
            answer = self._scan({})
        except ClientError as error:
            if not is_denied(error):
                raise
            answer = {"LastEvaluatedKey": "unknown"}
        self._may_be_small = not answer.get("LastEvaluatedKey")
        return answer["Items"] if self._may_be_small else None

    def _scanned(self) -> Iterator[Item]:
        start: dict[str, Any] = {}
        while True:
            answer = self._scan(start)
            yield from answer["Items"]
            if not answer.get("LastEvaluatedKey"):
                return
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _scan(self, start: dict[str, Any]) -> Any:
        return self._connection.dynamodb().scan(
            TableName=self._connection.profile.table, Limit=_SCAN_PAGE, ConsistentRead=True, **start
        )

    def _usable_indexes(self) -> frozenset[str]:
        if len(self._indexes) < len(INDEX_KEYS):  # a complete answer stays true, an incomplete one may improve
            self._indexes = usable_indexes(self._connection)
        return self._indexes


class _Records(Iterator[ImageRecord]):
    """The records in items; ``skipped`` counts the malformed ones passed over so far."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._items = iter(items)
        self.skipped = 0

    def __next__(self) -> ImageRecord:
        for item in self._items:
            try:
                return record_of(item)
            except MalformedRecord:
                self.skipped += 1
        raise StopIteration


def _sorted_scan(items: Iterable[Item], store_filter: StoreFilter) -> list[Item]:
    wanted = {"user_id": store_filter.user_id, "content_type": store_filter.content_type}
    kept = (
        item for item in items if all(value is None or text_of(item, name) == value for name, value in wanted.items())
    )
    return sorted(kept, key=newest_key, reverse=True)


def _behind(items: list[Item], after: Position | None) -> Iterator[Item]:
    return (item for item in items if after is None or newest_key(item) < (after.created_at, after.image_id))


def _months_back_to(created_at: str) -> list[str]:
    """From the month after this one (another computer's clock may be ahead) back to that of ``created_at``."""
    now, first = datetime.now(UTC), parse_timestamp(created_at)
    return _months_back((now.year - first.year) * 12 + now.month - first.month + 2)


def _months_back(count: int) -> list[str]:
    """So many months, from the one after this on."""
    now = datetime.now(UTC)
    last = now.year * 12 + now.month
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(last, last - count, -1)]
