"""What an object tells of itself: its size and its ``x-amz-meta-*``.

Asked by a GET of the first byte, not by a HEAD: an answer that breaks off within its head passes for a whole one in
``http.client``, and its object for one that tells nothing, which the library check would remove. The byte that follows
a head proves that it came whole. It needs the same permission.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError, ConnectionClosedError

from imagedesk.stores.aws.answers import code_of, status_of
from imagedesk.stores.aws.connection import AwsConnection

_NO_BYTE = {"InvalidRange", "416", "InvalidObjectState"}  # the object is empty, or lies in an archive
_UNSATISFIABLE = 416


@dataclass(frozen=True, slots=True)
class Look:
    """``metadata`` has lower-case names: a header's case is free."""

    size: int
    metadata: Mapping[str, str]


def look_at(connection: AwsConnection, key: str) -> Look:
    """Raises botocore's errors untranslated."""
    place: Any = {"Bucket": connection.profile.bucket, "Key": key, **connection.expected_owner}
    try:
        answer: Any = connection.s3().get_object(**place, Range="bytes=0-0")
    except ClientError as error:
        if code_of(error) not in _NO_BYTE and status_of(error) != _UNSATISFIABLE:
            raise
        return _without_a_byte(connection, place)
    with closing(answer["Body"]) as body:
        if not body.read(1):
            raise ConnectionClosedError(endpoint_url=connection.endpoint("s3"))
    whole = str(answer.get("ContentRange", "")).rpartition("/")[2]  # a server that knows no ranges sends everything
    return _look(int(whole) if whole.isdecimal() else int(answer["ContentLength"]), answer["Metadata"])


def _without_a_byte(connection: AwsConnection, place: Any) -> Look:
    head: Any = connection.s3().head_object(**place)
    if "ContentLength" not in head:  # its head was cut
        raise ConnectionClosedError(endpoint_url=connection.endpoint("s3"))
    return _look(head["ContentLength"], head["Metadata"])


def _look(size: int, metadata: Mapping[str, str]) -> Look:
    return Look(size, {name.lower(): value for name, value in metadata.items()})
