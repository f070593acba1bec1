"""What parent and decoder process say to each other over their pipe: JSON headers and raw bytes.

Nothing that the child says is unpickled: a decoder that a hostile picture took over must not reach the window.

    parent → child    request header (JSON), then the path or the picture's bytes
    child → parent    "ready" once; then, for each request, an answer header (JSON) and ``size`` bytes in pieces
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from imagedesk.core.errors import (
    BadPicture,
    EmptyFile,
    NotAnImage,
    TooManyPixels,
    UnreadableFile,
    UnreadableImage,
)
from imagedesk.core.pictures import MAX_PIXELS
from imagedesk.core.plain_text import plain

READY = b"ready"
MAX_MESSAGE = 16 * 1024 * 1024  # of the child; a row of the widest picture fits
MAX_SENTENCE = 400  # characters
_ERRORS: dict[str, type[BadPicture]] = {
    error.code: error for error in (EmptyFile, NotAnImage, TooManyPixels, UnreadableFile, UnreadableImage)
}


@dataclass(frozen=True, slots=True)
class Request:
    """``job`` is prepare, pixels, animation or facts; ``by_path``: the payload is a path, not the picture itself.
    ``threads``: at most so many for a decoder that can use several; 0 for as many as there are processors."""

    job: str
    by_path: bool
    payload_size: int
    seconds: float
    max_side: int | None = None
    page: int = 0
    threads: int = 0

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Request:
        return cls(**json.loads(data))


class MalformedAnswer(Exception):
    """The child said what no sound child says. It is ended, and the picture is unreadable."""


def answer_to_bytes(facts: dict[str, Any], size: int) -> bytes:
    return json.dumps({"facts": facts, "size": size}).encode()


def error_to_bytes(error: BadPicture) -> bytes:
    return json.dumps({"error": error.code, "message": error.message}).encode()


def answer_from_bytes(data: bytes) -> tuple[dict[str, Any], int]:
    """The answer's facts, and how many bytes follow. Raises the error that the child reports, or MalformedAnswer."""
    try:
        answer = json.loads(data)
        if "error" in answer:
            kind = _ERRORS.get(answer["error"], UnreadableImage)
            raise kind(plain(str(answer["message"]), MAX_SENTENCE))
        facts, size = answer["facts"], int(answer["size"])
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise MalformedAnswer("the header") from error
    if not isinstance(facts, dict) or not 0 <= size <= 4 * MAX_PIXELS:
        raise MalformedAnswer("the size")
    return facts, size
