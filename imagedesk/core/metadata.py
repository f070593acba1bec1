"""The free metadata of an image: a JSON object, checked on the way in and read tolerantly on the way out."""

from __future__ import annotations

import json
from typing import TypeAlias

from imagedesk.core.errors import InvalidMetadata

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"
Metadata: TypeAlias = "dict[str, JsonValue]"
MAX_BYTES = 64 * 1024  # a DynamoDB item ends at 400 KB; a thousand of these still fit one query page


def parse_metadata(text: str | None) -> Metadata | None:
    """The metadata that a person gave, None for none. Raises InvalidMetadata on anything but a JSON object."""
    if text is None or not text.strip():
        return None
    if len(text.encode(errors="replace")) > MAX_BYTES:
        raise InvalidMetadata(f"The metadata is longer than {MAX_BYTES // 1024} KB: shorten it.")
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidMetadata(
            f'The metadata is not valid JSON ({error}): pass an object such as {{"campaign": "autumn"}}.'
        ) from error
    if not isinstance(value, dict):
        raise InvalidMetadata(
            'The metadata must be a JSON object such as {"campaign": "autumn"}, not a list or a value.'
        )
    return value


def read_metadata(text: object) -> Metadata | None:
    """The metadata of a stored item; None when it is absent or is no JSON object (an older client's, say)."""
    if isinstance(text, dict):
        return text
    if not isinstance(text, str):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def dump_metadata(metadata: Metadata) -> str:
    """The one stored form: compact, keys in their given order."""
    return json.dumps(metadata, ensure_ascii=False, separators=(",", ":"))


def _refuse_constant(name: str) -> JsonValue:
    raise ValueError(f"{name} is no JSON value")
