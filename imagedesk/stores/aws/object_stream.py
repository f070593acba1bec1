"""An object's bytes from its first to its last, over as many connections as that takes.

A body that breaks off is continued from the byte reached, with the condition that the object is still the same one. The
lean path asks first; botocore asks again where that does not settle it.
"""

from __future__ import annotations

import base64
import zlib
from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any, TypeAlias

from botocore import exceptions as boto
from botocore.parsers import ResponseParserError
from botocore.response import StreamingBody

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.endpoints import is_aws_endpoint
from imagedesk.core.errors import CorruptObject, NotFound
from imagedesk.core.plain_text import plain
from imagedesk.stores.aws.answer_memory import CHUNK, FRESH, AnswerMemory, Bytes
from imagedesk.stores.aws.answers import status_of
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.hand_over import HandOver
from imagedesk.stores.aws.object_headers import checksum_header
from imagedesk.stores.aws.wire import FAILURES, Answer

_SHA256, _CRC32 = "x-amz-checksum-sha256", "x-amz-checksum-crc32"
Chunks: TypeAlias = Generator[Bytes, None, None]
_RESUMPTIONS = 4  # in a row without a single byte in between
_CUT = (
    boto.ResponseStreamingError,
    boto.IncompleteReadError,
    boto.ReadTimeoutError,
    boto.ConnectionClosedError,
    *FAILURES,
)


class RangesIgnored(Exception):
    """The server answers with something else than the bytes that were asked for."""


@dataclass(frozen=True, slots=True)
class ByteRange:
    """From byte ``first`` to ``last``, which is one of them, or to the end; of the object with that ``etag``."""

    first: int = 0
    last: int | None = None
    etag: str | None = None


WHOLE = ByteRange()


class ObjectStream:
    """One reading of one object, or of a range of it."""

    def __init__(
        self, connection: AwsConnection, key: str, cancel: CancelToken | None, asked: ByteRange = WHOLE
    ) -> None:
        self._range = asked
        self._headers: Mapping[str, str] = {}
        self._place = asked.first
        self._is_whole = False
        self._crc32 = 0
        self._connection = connection
        self._key = key
        self._cancel = cancel or CancelToken()

    def chunks(self, memory: AnswerMemory = FRESH) -> Chunks:
        """At most 1 MB each; of ``memory`` that lends, good until the next is asked for. Raises NotFound, Cancelled,
        CorruptObject, errors of botocore untranslated, and of a range with a ``last`` RangesIgnored."""
        place, failures, etag = self._range.first, 0, self._range.etag
        while True:
            self._cancel.raise_if_cancelled()
            try:
                opened = self._opened(place, etag)
            except ResponseParserError:  # its head was cut on the way, or another server answers
                failures += 1
                if failures > _RESUMPTIONS:
                    raise
                continue
            if self._range.last is not None and not _is_range(opened, place, self._range.last):
                opened.close()
                raise RangesIgnored
            etag = opened.headers.get("etag")
            self._headers = self._headers or opened.headers
            try:
                with closing(opened.chunks(place, memory)) as chunks:  # now, not when an error's traceback goes
                    for chunk in chunks:
                        self._cancel.raise_if_cancelled()
                        place, failures = place + len(chunk), 0
                        self._place = place
                        if _CRC32 in self._headers:
                            self._crc32 = zlib.crc32(chunk, self._crc32)
                        yield chunk
                self._is_whole = self._range is WHOLE
                return
            except _CUT as error:
                self._cancel.raise_if_cancelled()
                failures += 1
                if failures > _RESUMPTIONS:
                    raise _told(error, self._connection) from error
                self._cancel.wait(0.05 * 2**failures)

    @property
    def remainder(self) -> ByteRange | None:
        """What can be asked for in ranges once the beginning was read; None where the server offers no ranges or does
        not say how long the object is."""
        length, etag = self._headers.get("content-length", ""), self._headers.get("etag")
        if self._headers.get("accept-ranges", "").lower() != "bytes" or not length.isdecimal() or not etag:
            return None
        return ByteRange(self._place, int(length) - 1, etag) if self._place < int(length) else None

    def check(self, sha256: str) -> None:
        """Once all was read, here or elsewhere, and is ``sha256``: raise ChecksumError where the server names another
        digest of the whole object. ("Checking object integrity", Amazon S3 User Guide; the sum of an object of parts
        has a dash.)"""
        if (told := self._headers.get(_SHA256)) is not None:
            _compare(_SHA256, told, checksum_header(sha256))
        if self._is_whole and (told := self._headers.get(_CRC32)) is not None:
            _compare(_CRC32, told, base64.b64encode(self._crc32.to_bytes(4, "big")).decode())

    def _opened(self, place: int, etag: str | None) -> _Opened:
        try:
            return self._ask(place, etag)
        except boto.ClientError as error:
            code = str(error.response.get("Error", {}).get("Code"))
            if code == "NoSuchKey" or (status_of(error) == 404 and code != "NoSuchBucket"):
                raise NotFound(f"The object “{plain(self._key)}” is not there: it may have been deleted.") from error
            if etag and status_of(error) == 412:
                raise CorruptObject("The object changed while it was read: try again.") from error
            raise

    def _ask(self, place: int, etag: str | None) -> _Opened:
        last, condition = self._range.last, dict[str, str]()
        if place or last is not None:
            condition = {"range": f"bytes={place}-{'' if last is None else last}"}
            if etag:
                condition["if-match"] = etag
        if (lean := self._connection.lean()) is not None:
            try:
                return _LeanAnswer(lean.get(self._key, {**self._asked(), **condition}, self._cancel))
            except HandOver:
                pass
        extra: dict[str, Any] = {{"range": "Range", "if-match": "IfMatch"}[name]: condition[name] for name in condition}
        owner = self._connection.expected_owner
        bucket = self._connection.profile.bucket
        return _BotoAnswer(self._connection.s3().get_object(Bucket=bucket, Key=self._key, **extra, **owner))

    def _asked(self) -> dict[str, str]:
        owner = self._connection.expected_owner
        headers = {"x-amz-expected-bucket-owner": owner["ExpectedBucketOwner"]} if owner else {}
        if is_aws_endpoint(self._connection.endpoint("s3")):
            headers["x-amz-checksum-mode"] = "ENABLED"
        return headers


class _Opened(ABC):
    """An answer whose body is about to be read, from either way."""

    status: int
    headers: Mapping[str, str]

    def chunks(self, place: int, memory: AnswerMemory) -> Chunks:
        if not place or self.status != 200:
            return self.body(memory)
        return self._chunks_from(place)  # a server that ignores the range begins again from the first byte

    def _chunks_from(self, behind: int) -> Chunks:
        for chunk in self.body(FRESH):
            if behind >= len(chunk):
                behind -= len(chunk)
                continue
            yield chunk[behind:] if behind else chunk
            behind = 0

    @abstractmethod
    def body(self, memory: AnswerMemory) -> Chunks: ...

    def close(self) -> None:
        raise NotImplementedError


def _is_range(opened: _Opened, first: int, last: int) -> bool:
    return opened.status == 206 and opened.headers.get("content-range", "").startswith(f"bytes {first}-{last}/")


@dataclass
class _LeanAnswer(_Opened):
    answer: Answer

    def __post_init__(self) -> None:
        self.status, self.headers = self.answer.status, self.answer.headers

    def body(self, memory: AnswerMemory) -> Chunks:
        return self.answer.chunks(memory)

    def close(self) -> None:
        self.answer.close()


class _BotoAnswer(_Opened):
    def __init__(self, answer: Any) -> None:
        metadata = answer["ResponseMetadata"]
        self.status, self.headers = metadata["HTTPStatusCode"], metadata["HTTPHeaders"]
        self._stream: StreamingBody = answer["Body"]

    def body(self, memory: AnswerMemory) -> Chunks:
        del memory  # each is fresh
        try:
            if not self.headers.keys() & {"content-length", "transfer-encoding"}:
                # A head that was cut passes for a whole one below, and its object for an empty one.
                raise boto.IncompleteReadError(actual_bytes=0, expected_bytes=1)
            while chunk := self._stream.read(CHUNK):
                yield chunk
        finally:
            self._stream.close()

    def close(self) -> None:
        self._stream.close()


def _compare(name: str, told: str, actual: str) -> None:
    if told != actual and "-" not in told:
        raise boto.ChecksumError(checksum_type=name, expected_checksum=told, actual_checksum=actual)


def _told(error: Exception, connection: AwsConnection) -> Exception:
    """The operating system's own errors in botocore's words, which ``faults`` knows."""
    if isinstance(error, TimeoutError):
        return boto.ReadTimeoutError(endpoint_url=connection.endpoint("s3"), error=error)
    if isinstance(error, FAILURES) and not isinstance(error, boto.HTTPClientError):
        return boto.ConnectionClosedError(endpoint_url=connection.endpoint("s3"), error=error)
    return error
