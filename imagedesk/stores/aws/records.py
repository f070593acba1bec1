"""Records in a DynamoDB table: conditional writes, consistent reads by id, listings by ``listing``, whole scans.

The low-level client is used throughout: an item is parsed once, into a record, and no slower.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import AlreadyExists, EditConflict, MalformedRecord, NotFound, NotOwner, StoreUnavailable
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.metadata import Metadata
from imagedesk.core.ownership import owner_in_id
from imagedesk.core.plain_text import plain
from imagedesk.core.ports import Noting, no_note
from imagedesk.core.query import WHOLE, Position, RecordPage, ScanPage, Segment, StoreFilter
from imagedesk.stores.aws.answers import code_of, is_denied
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.edits import Edit
from imagedesk.stores.aws.item_calls import ItemCalls
from imagedesk.stores.aws.items import KEY, can_be_key, item_of, record_of, text_of
from imagedesk.stores.aws.listing import Listing

_BATCH = 100  # BatchGetItem's most
_SCAN_PAGE = 1000
_BATCH_ATTEMPTS = 8


class DynamoRecords:
    """RecordStore over one table."""

    def __init__(self, connection: AwsConnection) -> None:
        self._connection = connection
        self._table = connection.profile.table
        self._calls = ItemCalls(connection)
        self._listing = Listing(connection)

    def add(self, record: ImageRecord) -> None:
        with self._connection.translating("dynamodb"):
            try:
                self._calls.put_item(
                    Item=item_of(record),
                    ConditionExpression=f"attribute_not_exists({KEY})",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except ClientError as error:
                there = self._item_in_the_way(error, record.image_id)
                if _is_same(there, record):
                    return
                raise AlreadyExists(f"The id “{plain(record.image_id)}” already belongs to another image.") from error

    def get(self, image_id: str) -> ImageRecord:
        if not can_be_key(image_id):
            raise _not_found(image_id)
        with self._connection.translating("dynamodb"):
            item = self._item(image_id)
        try:
            return record_of(item)
        except MalformedRecord as error:
            raise _not_found(image_id) from error

    def get_many(self, image_ids: Sequence[str]) -> dict[str, ImageRecord]:
        wanted = [image_id for image_id in dict.fromkeys(image_ids) if can_be_key(image_id)]
        found: dict[str, ImageRecord] = {}
        with self._connection.translating("dynamodb"):
            for start in range(0, len(wanted), _BATCH):
                for item in self._batch(wanted[start : start + _BATCH]):
                    if (record := _record_or_none(item)) is not None:
                        found[record.image_id] = record
        return found

    def edit(self, seen: ImageRecord, metadata: Metadata | None, updated_at: str, user_id: str) -> ImageRecord:
        """The read before it tells what is stored, in what words; the write demands that it is still so and that it
        is ``user_id``'s."""
        image_id, edit = seen.image_id, Edit(seen, metadata, updated_at, user_id)
        with self._connection.translating("dynamodb"):
            item = self._item(image_id) if can_be_key(image_id) else {}
            if (done := edit.done_in(item)) is not None:
                return done
            try:
                answer = self._connection.dynamodb().update_item(
                    TableName=self._table, Key={KEY: {"S": image_id}}, **edit.request(item)
                )
            except ClientError as error:
                if (done := edit.done_in(self._item_in_the_way(error, image_id))) is not None:
                    return done
                raise EditConflict("The metadata was changed elsewhere, and back, meanwhile: try again.") from error
        return record_of(answer["Attributes"])

    def delete(self, image_id: str, user_id: str, noting: Noting = no_note) -> ImageRecord:
        """The condition on the write decides who may. The read before it only remembers the record: when the answer
        to a delete that was done is lost, the retry finds nothing, and the caller must still learn which objects
        to remove (or a picture that somebody deleted would stay in the bucket)."""
        remembered = self.get(image_id)
        if owner_in_id(image_id) not in {None, user_id}:
            raise _not_owner(remembered)
        noting(remembered)
        with self._connection.translating("dynamodb"):
            try:
                answer = self._connection.dynamodb().delete_item(
                    TableName=self._table,
                    Key={KEY: {"S": image_id}},
                    ConditionExpression=f"attribute_exists({KEY}) AND user_id = :me",
                    ExpressionAttributeValues={":me": {"S": user_id}},
                    ReturnValues="ALL_OLD",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except ClientError as error:
                there = self._item_in_the_way(error, image_id)
                if there:
                    raise _not_owner(remembered) from error
                if remembered.user_id == user_id and error.response["ResponseMetadata"].get("RetryAttempts", 0) > 0:
                    return remembered  # the first attempt deleted it, and its answer was lost
                raise _not_found(image_id) from error
        return _record_or_none(answer.get("Attributes", {})) or remembered

    def page(self, store_filter: StoreFilter, limit: int, after: Position | None = None) -> RecordPage:
        with self._connection.translating("dynamodb"):
            return self._listing.page(store_filter, limit, after)

    def added_since(self, created_at: str) -> Iterator[ImageRecord]:
        with self._connection.translating("dynamodb"):
            yield from self._listing.added_since(created_at)

    def newest(self, count: int) -> list[ImageRecord]:
        with self._connection.translating("dynamodb"):
            return self._listing.newest(count)

    def estimated_count(self) -> int | None:
        """DynamoDB counts every six hours or so; a new table's 0 says nothing."""
        with self._connection.translating("dynamodb"):
            try:
                table = self._connection.dynamodb().describe_table(TableName=self._table)["Table"]
            except ClientError as error:
                if is_denied(error):
                    return None
                raise
        return table.get("ItemCount") or None

    def scan(
        self, cancel: CancelToken | None = None, segment: Segment = WHOLE, after: str | None = None
    ) -> Iterator[ScanPage]:
        """Consistent, so that an image uploaded just before is not taken for deleted. A cursor is the id that DynamoDB
        read last: it need not be there any more."""
        request: dict[str, Any] = {"TableName": self._table, "Limit": _SCAN_PAGE, "ConsistentRead": True}
        if segment.of > 1:
            request |= {"Segment": segment.number, "TotalSegments": segment.of}
        while True:
            if cancel is not None:
                cancel.raise_if_cancelled()
            start: dict[str, Any] = {"ExclusiveStartKey": {KEY: {"S": after}}} if after is not None else {}
            with self._connection.translating("dynamodb"):
                answer = self._connection.dynamodb().scan(**request, **start)
            records = [record for item in answer["Items"] if (record := _record_or_none(item)) is not None]
            after = text_of(answer.get("LastEvaluatedKey") or {}, KEY)
            yield ScanPage(tuple(records), after, len(answer["Items"]) - len(records))
            if after is None:
                return

    def _item(self, image_id: str) -> Mapping[str, Any]:
        answer = self._calls.get_item(Key={KEY: {"S": image_id}}, ConsistentRead=True)
        item: Mapping[str, Any] = answer.get("Item", {})
        return item

    def _item_in_the_way(self, error: ClientError, image_id: str) -> Mapping[str, Any]:
        """The item that failed a condition, empty if there is none; any other error goes on."""
        if code_of(error) != "ConditionalCheckFailedException":
            raise error
        item: Mapping[str, Any] | None = error.response.get("Item")  # type: ignore[assignment]
        return self._item(image_id) if item is None else item

    def _batch(self, image_ids: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        request: Any = {self._table: {"Keys": [{KEY: {"S": i}} for i in image_ids], "ConsistentRead": True}}
        pause = CancelToken()
        for attempt in range(_BATCH_ATTEMPTS):
            answer = self._calls.batch_get_item(request)
            yield from answer["Responses"].get(self._table, [])
            request = answer.get("UnprocessedKeys")
            if not request:
                return
            pause.wait(0.05 * 2**attempt)
        raise StoreUnavailable("The table asks to slow down: wait a moment, then try again.")


def _record_or_none(item: Mapping[str, Any]) -> ImageRecord | None:
    try:
        return record_of(item)
    except MalformedRecord:
        return None


def _is_same(item: Mapping[str, Any], record: ImageRecord) -> bool:
    return bool(item) and text_of(item, "s3_key") == record.key and text_of(item, "sha256") == record.sha256


def _not_found(image_id: str) -> NotFound:
    return NotFound(f"There is no image “{plain(image_id)}”: it may have been deleted.")


def _not_owner(record: ImageRecord) -> NotOwner:
    return NotOwner(f"“{plain(record.filename)}” belongs to {plain(record.user_id)}: only its owner can delete it.")
