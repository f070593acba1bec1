"""Metadata values as text that a person edits, and back. Pure."""

from __future__ import annotations

import json

from imagedesk.core.metadata import JsonValue
from imagedesk.core.metadata_merge import Absent
from imagedesk.core.plain_text import plain

MAX_EDITED = 2000  # characters; a longer value is edited by a script


def field_text(value: JsonValue) -> str:
    """Text as it is, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def typed_value(text: str, before: JsonValue) -> JsonValue:
    """What was typed over ``before``: text stays text; a number, list or the like stays JSON as long as it is some."""
    if isinstance(before, str):
        return text
    try:
        value: JsonValue = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value


def is_editable(name: str, text: str) -> bool:
    """Whether a field shows all that it holds: a line of visible text. Saving anything else would damage it."""
    return plain(name, 200) == name and plain(text, MAX_EDITED) == text


def clash_text(value: JsonValue | Absent) -> str:
    """One side of a clash on one line."""
    return "(removed)" if isinstance(value, Absent) else plain(field_text(value), 200)
