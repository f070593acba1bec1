"""An object's bytes from its first to its last, over as many connections as that takes.

A body that breaks off is continued from the byte reached, with the condition that the object is still the same one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore import exceptions as boto
from urllib3.exceptions import HTTPError

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import CorruptObject, NotFound
from imagedesk.core.plain_text import plain
from imagedesk.stores.aws.answers import status_of
from imagedesk.stores.aws.connection import AwsConnection

CHUNK = 1024 * 1024
_RESUMPTIONS = 4  # in a row without a single chunk in between
_CUT = (
    boto.ResponseStreamingError,
    boto.IncompleteReadError,
    boto.ReadTimeoutError,
    boto.ConnectionClosedError,
    HTTPError,
)


def object_chunks(connection: AwsConnection, key: str, cancel: CancelToken | None) -> Iterator[bytes]:
    """The object in chunks of at most 1 MB. Raises NotFound, Cancelled, and botocore's errors untranslated."""
    cancel = cancel or CancelToken()
    place, failures, etag = 0, 0, None
    while True:
        cancel.raise_if_cancelled()
        answer = _answer(connection, key, place, etag)
        etag = answer.get("ETag")
        try:
            for chunk in _body(answer, place):
                cancel.raise_if_cancelled()
                place, failures = place + len(chunk), 0
                yield chunk
            return
        except _CUT:
            failures += 1
            if failures > _RESUMPTIONS:
                raise
            cancel.wait(0.05 * 2**failures)


def _answer(connection: AwsConnection, key: str, place: int, etag: str | None) -> Any:
    extra: dict[str, Any] = {"Range": f"bytes={place}-"} if place else {}
    if place and etag:
        extra["IfMatch"] = etag
    try:
        return connection.s3().get_object(
            Bucket=connection.profile.bucket, Key=key, **extra, **connection.expected_owner
        )
    except boto.ClientError as error:
        code = str(error.response.get("Error", {}).get("Code"))
        if code == "NoSuchKey" or (status_of(error) == 404 and code != "NoSuchBucket"):
            raise NotFound(f"The object “{plain(key)}” is not there: it may have been deleted.") from error
        if place and status_of(error) == 412:
            raise CorruptObject("The object changed while it was read: try again.") from error
        raise


def _body(answer: Any, place: int) -> Iterator[bytes]:
    stream = answer["Body"]
    # A server that ignores the range begins again from the first byte.
    behind = place if place and answer["ResponseMetadata"]["HTTPStatusCode"] == 200 else 0
    try:
        while chunk := stream.read(CHUNK):
            if behind >= len(chunk):
                behind -= len(chunk)
                continue
            yield chunk[behind:]
            behind = 0
    finally:
        stream.close()
