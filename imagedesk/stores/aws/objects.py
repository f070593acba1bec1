"""Objects in an S3 bucket: conditional, checked puts; resumed, hashed downloads; presigned links.

A small put goes out at once, a large one in parts, with a not-exists condition and the SHA-256 for the server to check.
A download is read by ``object_stream``, the rest of a large one by ``ranged_read``, and lands where the service says.
A link is made by ``links``.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import cast

from botocore.exceptions import ClientError

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import CorruptObject
from imagedesk.core.pictures import Source
from imagedesk.core.ports import PARTS_FROM, ObjectDescription, PresignedLink, Progress, no_progress
from imagedesk.core.processors import on_all
from imagedesk.stores.aws.answer_memory import LENT
from imagedesk.stores.aws.answers import code_of
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.links import presigned_link
from imagedesk.stores.aws.local_files import Bytes, HashedFile
from imagedesk.stores.aws.object_stream import ByteRange, ObjectStream, RangesIgnored
from imagedesk.stores.aws.part_room import PART, PartRoom
from imagedesk.stores.aws.parted_put import PartedPut, PartedUpload
from imagedesk.stores.aws.ranged_read import RANGES_FROM, RangedRead
from imagedesk.stores.aws.single_put import SinglePut
from imagedesk.stores.aws.upload_body import Abandoned, UploadBody, opened_source

log = logging.getLogger(__name__)


class S3Objects:
    """ObjectStore over one bucket."""

    def __init__(self, connection: AwsConnection) -> None:
        self._connection = connection
        self._bucket = connection.profile.bucket
        self._single = SinglePut(connection)
        self._room = PartRoom()
        self._parts = PartedPut(connection, self._single, self._room)

    def put(
        self,
        key: str,
        source: Source,
        description: ObjectDescription,
        progress: Progress = no_progress,
        cancel: CancelToken | None = None,
        *,
        resumable: bool = False,
    ) -> None:
        if cancel is not None:
            cancel.raise_if_cancelled()
        with opened_source(source, description.size) as stream, self._connection.translating("s3"):
            try:
                if description.size >= PARTS_FROM:
                    upload = PartedUpload(key, stream, description, progress, cancel or CancelToken(), resumable)
                    self._parts.run(upload)
                    return
                with self._connection.limiter("s3").slot(cancel):
                    self._single.run(key, UploadBody(stream, description.size, progress, cancel), description, cancel)
            except Abandoned as stop:
                raise stop.reason from stop

    def discard_unfinished(self, prefix: str) -> None:
        with self._connection.translating("s3"):
            self._parts.discard(prefix)

    def read(self, key: str, limit: int) -> bytes:
        with self._connection.translating("s3"):
            data, stream = bytearray(), ObjectStream(self._connection, key, None)
            with closing(stream.chunks()) as chunks:
                for chunk in chunks:
                    data += chunk
                    if len(data) > limit:
                        raise CorruptObject(f"The object is larger than the {limit} bytes that it should have at most.")
            stream.check(hashlib.sha256(data).hexdigest())
            return bytes(data)

    def download(
        self, key: str, target: Path, progress: Progress = no_progress, cancel: CancelToken | None = None
    ) -> str:
        with HashedFile(target) as file, self._connection.translating("s3"):

            def keep(chunk: Bytes) -> None:
                file.write(chunk)
                progress(file.size)

            stream, rest = ObjectStream(self._connection, key, cancel), None
            with self._connection.limiter("s3").slot(cancel), closing(stream.chunks(LENT)) as chunks:
                for chunk in chunks:
                    keep(chunk)
                    if file.size >= PART and (rest := _worth_ranges(stream.remainder)) is not None:
                        break
            if rest is not None:
                self._download_rest(key, rest, keep, cancel)
            stream.check(sha256 := file.sha256)
            return sha256

    def _download_rest(
        self, key: str, rest: ByteRange, keep: Callable[[Bytes], None], cancel: CancelToken | None
    ) -> None:
        place = rest.first
        try:
            with on_all(), closing(RangedRead(self._connection, key, rest, cancel, self._room).chunks()) as chunks:
                for chunk in chunks:
                    keep(chunk)
                    place += len(chunk)
        except RangesIgnored:
            log.info("this server promises ranges and gives none: one connection does it")
            stream = ObjectStream(self._connection, key, cancel, ByteRange(place, None, rest.etag))
            with self._connection.limiter("s3").slot(cancel), closing(stream.chunks()) as pieces:
                for piece in pieces:
                    keep(piece)

    def chunks(self, key: str, cancel: CancelToken | None = None) -> Iterator[bytes | bytearray]:
        stream = ObjectStream(self._connection, key, cancel)
        with self._connection.translating("s3"), closing(stream.chunks()) as chunks:
            yield from cast("Iterator[bytes | bytearray]", chunks)  # none is lent

    def delete(self, key: str) -> None:
        with self._connection.translating("s3"):
            try:
                self._connection.s3().delete_object(Bucket=self._bucket, Key=key, **self._connection.expected_owner)
            except ClientError as error:
                if code_of(error) != "NoSuchKey":
                    raise

    def url(self, key: str) -> str:
        return f"s3://{self._bucket}/{key}"

    def local_path(self, key: str) -> Path | None:
        """Never: what S3 holds is elsewhere."""
        return None

    def presign(self, key: str, filename: str, content_type: str, lifetime: timedelta) -> PresignedLink:
        with self._connection.translating("s3"):
            return presigned_link(self._connection, key, filename, content_type, lifetime)


def _worth_ranges(rest: ByteRange | None) -> ByteRange | None:
    """The rest itself, of a large object."""
    return rest if rest is not None and rest.last is not None and rest.last + 1 >= RANGES_FROM else None
