"""Records, and items of other clients, for the tests of tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from imagedesk.core.image_record import ImageRecord, timestamp
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.items import item_of

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def sample_record(number: int, user_id: str = "mila", content_type: str = "image/jpeg", **changes: Any) -> ImageRecord:
    """The ``number``-th image, one second after the one before."""
    fields: dict[str, Any] = {
        "image_id": f"{user_id}!{number:06}",
        "user_id": user_id,
        "filename": f"picture {number}.jpg",
        "key": f"images/{user_id}/{number:06}/picture {number}.jpg",
        "content_type": content_type,
        "size": 1000 + number,
        "created_at": timestamp(START + timedelta(seconds=number)),
        "sha256": f"{number:064x}",
    }
    return ImageRecord(**{**fields, **changes})


def put_items(connection: AwsConnection, *items: dict[str, Any]) -> None:
    """As any other client would: without a condition."""
    for start in range(0, len(items), 25):
        requests: Any = [{"PutRequest": {"Item": item}} for item in items[start : start + 25]]
        connection.dynamodb().batch_write_item(RequestItems={connection.profile.table: requests})


def put_records(connection: AwsConnection, *records: ImageRecord) -> None:
    put_items(connection, *(item_of(record) for record in records))


def older_item(number: int, **changes: Any) -> dict[str, Any]:
    """What a client before the indexes wrote: a bare id, numbers as text, no digest, no month."""
    item: dict[str, Any] = {
        "image_id": {"S": f"0f8fad5b-d9cb-469f-a165-{number:012}"},
        "user_id": {"S": "mila"},
        "filename": {"S": f"old {number}.jpg"},
        "s3_key": {"S": f"images/mila/{number}/old {number}.jpg"},
        "content_type": {"S": "image/jpeg"},
        "size": {"S": "12"},
        "created_at": {"S": (START - timedelta(days=400) + timedelta(seconds=number)).isoformat()},
        "metadata": {"S": "no JSON"},
    }
    item.update(changes)
    return {name: value for name, value in item.items() if value is not None}
