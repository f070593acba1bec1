"""The free metadata of an image: a JSON object, checked on the way in and read tolerantly on the way out."""

from __future__ import annotations

import json
import math
from typing import TypeAlias

from imagedesk.core.errors import InvalidMetadata

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"
Metadata: TypeAlias = "dict[str, JsonValue]"
MAX_BYTES = 64 * 1024  # a DynamoDB item ends at 400 KB; a thousand of these still fit one query page
MAX_DEPTH = 32  # what every JSON reader and DynamoDB's maps take ("Quotas", Amazon DynamoDB Developer Guide)


def parse_metadata(text: str | None) -> Metadata | None:
    """The metadata that a person gave, None for none. Raises InvalidMetadata on anything but a JSON object."""
    if text is None or not text.strip():
        return None
    if len(text.encode(errors="replace")) > MAX_BYTES:
        raise InvalidMetadata(f"The metadata is longer than {MAX_BYTES // 1024} KB: shorten it.")
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
        _check_portable(value)
        dump_metadata(value).encode()  # half a surrogate pair cannot be stored
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else error
        raise InvalidMetadata(
            f'The metadata is not valid JSON ({reason}): pass an object such as {{"campaign": "autumn"}}.'
        ) from error
    if not isinstance(value, dict):
        raise InvalidMetadata(
            'The metadata must be a JSON object such as {"campaign": "autumn"}, not a list or a value.'
        )
    return value


def checked_metadata(metadata: Metadata | None) -> Metadata | None:
    """Metadata that was put together field by field, held to the same rules. Raises InvalidMetadata."""
    if metadata is None:
        return None
    try:
        text = dump_metadata(metadata)
    except (ValueError, TypeError, RecursionError) as error:
        raise InvalidMetadata("The metadata is no JSON: use text, numbers, lists and objects.") from error
    return parse_metadata(text)


def read_metadata(text: object) -> Metadata | None:
    """The metadata of a stored item; None when it is absent or is no JSON object (an older client's, say)."""
    if not isinstance(text, (str, dict)):
        return None
    try:
        value = _read_json(text) if isinstance(text, str) else text
        _check_portable(value)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def dump_metadata(metadata: Metadata) -> str:
    """The one stored form: compact, keys in their given order."""
    return _WRITER.encode(metadata)


def _check_portable(value: object, depth: int = 0) -> None:
    """Raise ValueError on what Python reads and no other reader does: a number beyond a double, a type that JSON does
    not have, nesting without end."""
    if depth > MAX_DEPTH:
        raise ValueError(f"it is nested deeper than {MAX_DEPTH} levels")
    if type(value) is str:
        return
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a number is too large")
    elif isinstance(value, list):
        for inner in value:
            _check_portable(inner, depth + 1)
    elif isinstance(value, dict):
        for inner in value.values():
            _check_portable(inner, depth + 1)
    elif value is not None and not isinstance(value, int | str):
        raise ValueError(f"{type(value).__name__} is no JSON type")


def _read_json(text: str) -> object:
    """Raises ValueError. Our own form has no space around it, and needs no search for any."""
    value, end = _READER.raw_decode(text) if text[:1] == "{" else (None, -1)
    return value if end == len(text) else _READER.decode(text)


def _refuse_constant(name: str) -> JsonValue:
    raise ValueError(f"{name} is no JSON value")


# Made once: to make them costs more than to read or write what an image has.
_READER = json.JSONDecoder(parse_constant=_refuse_constant)
_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
