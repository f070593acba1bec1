"""Records as DynamoDB items: the attributes of the contract, those of the indexes, and the typed JSON between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from imagedesk.core.image_record import ImageRecord, record_from_fields, record_to_fields

KEY = "image_id"
BY_USER = "by-user"
BY_TYPE = "by-type"
TIMELINE = "timeline"
INDEX_KEYS: Mapping[str, str] = {BY_USER: "user_id", BY_TYPE: "content_type", TIMELINE: "created_month"}
"""The partition key of each index; the sort key of all of them is ``created_at``."""

_LONGEST_KEY = 2048


def item_of(record: ImageRecord) -> dict[str, Any]:
    """The item to write, with the partition of the timeline."""
    fields = {**record_to_fields(record), "created_month": record.created_at[:7]}
    return {name: {"N": str(value)} if isinstance(value, int) else {"S": value} for name, value in fields.items()}


def record_of(item: Mapping[str, Any]) -> ImageRecord:
    """The record in an item of any client. Raises MalformedRecord."""
    return record_from_fields(plain_fields(item))


def plain_fields(item: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes as Python values."""
    # Most are text; a page holds thousands of them, and a call for each would be half of what reading it costs.
    return {name: value["S"] if "S" in value else _plain_value(value) for name, value in item.items()}


def text_of(item: Mapping[str, Any], name: str) -> str | None:
    """A text attribute, or None where it is absent or of another type."""
    value: str | None = item.get(name, {}).get("S")
    return value


def _plain_value(value: Mapping[str, Any]) -> Any:
    kind: str
    content: Any
    kind, content = next(iter(value.items()), ("NULL", True))
    if kind == "N":
        return _number(content)
    if kind == "M":
        return {name: _plain_value(inner) for name, inner in content.items()}
    if kind == "L":
        return [_plain_value(inner) for inner in content]
    return content if kind in {"S", "BOOL"} else None  # binaries and sets are no JSON, and none of ours


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)


def can_be_key(text: str) -> bool:
    """Whether DynamoDB takes the text as a partition key: 1 to 2,048 bytes."""
    return 0 < len(text.encode("utf-8", "replace")) <= _LONGEST_KEY
