"""Objects in an S3 bucket: conditional, checked puts; resumed, hashed downloads; presigned links.

A put goes out once, with a not-exists condition and the SHA-256 for the server to check. A download is read by
``object_stream`` and lands where the service says; a link is made by ``links``.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import IO, Any, cast

from botocore.exceptions import ClientError

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import AlreadyExists, CorruptObject, SourceChanged
from imagedesk.core.pictures import Source
from imagedesk.core.plain_text import plain
from imagedesk.core.ports import ObjectDescription, PresignedLink, Progress, no_progress
from imagedesk.stores.aws.answers import code_of, is_not_offered, status_of
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.links import presigned_link
from imagedesk.stores.aws.local_files import HashedFile
from imagedesk.stores.aws.object_headers import checksum_header, content_disposition, object_metadata
from imagedesk.stores.aws.object_stream import object_chunks
from imagedesk.stores.aws.upload_body import Abandoned, UploadBody, opened_source

_ATTEMPTS = 3  # when two puts of one key collide (409) and neither stands


class S3Objects:
    """ObjectStore over one bucket."""

    def __init__(self, connection: AwsConnection) -> None:
        self._connection = connection
        self._bucket = connection.profile.bucket
        self._conditional = True  # until a server says that it knows no conditional put

    def put(
        self,
        key: str,
        source: Source,
        description: ObjectDescription,
        progress: Progress = no_progress,
        cancel: CancelToken | None = None,
    ) -> None:
        if cancel is not None:
            cancel.raise_if_cancelled()
        with opened_source(source, description.size) as stream, self._connection.translating("s3"):
            body = UploadBody(stream, description.size, progress, cancel)
            try:
                self._put_new(key, body, description)
            except Abandoned as stop:
                raise stop.reason from stop

    def read(self, key: str, limit: int) -> bytes:
        with self._connection.translating("s3"):
            data = bytearray()
            for chunk in object_chunks(self._connection, key, None):
                data += chunk
                if len(data) > limit:
                    raise CorruptObject(f"The object is larger than the {limit} bytes that it should have at most.")
            return bytes(data)

    def download(
        self, key: str, target: Path, progress: Progress = no_progress, cancel: CancelToken | None = None
    ) -> str:
        with HashedFile(target) as file, self._connection.translating("s3"):
            for chunk in object_chunks(self._connection, key, cancel):
                file.write(chunk)
                progress(file.size)
            return file.sha256

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

    def _put_new(self, key: str, body: UploadBody, description: ObjectDescription) -> None:
        for _ in range(_ATTEMPTS):
            if not self._conditional and self._stands(key, description):
                return
            try:
                self._send(key, body, description)
            except ClientError as error:
                if self._conditional and is_not_offered(error):
                    self._conditional = False
                elif status_of(error) not in {409, 412}:
                    if body.has_sent_other_than(description.sha256):
                        raise _changed() from error
                    raise
                elif self._stands(key, description):
                    return
            else:
                self._check_sent(key, body, description)
                return
        raise AlreadyExists(f"Another upload to “{plain(key)}” is under way: try again.")

    def _send(self, key: str, body: UploadBody, description: ObjectDescription) -> None:
        body.seek(0)
        condition: dict[str, Any] = {"IfNoneMatch": "*"} if self._conditional else {}
        self._connection.s3().put_object(
            Bucket=self._bucket,
            Key=key,
            Body=cast("IO[bytes]", body),
            ContentLength=description.size,
            ContentType=description.content_type,
            ContentDisposition=content_disposition(description.filename, description.content_type),
            Metadata=object_metadata(description),
            ChecksumSHA256=checksum_header(description.sha256),
            **condition,
            **self._connection.expected_owner,
        )

    def _check_sent(self, key: str, body: UploadBody, description: ObjectDescription) -> None:
        if not body.has_sent(description.sha256):  # the server took it all the same: it checks nothing
            self.delete(key)
            raise _changed()

    def _stands(self, key: str, description: ObjectDescription) -> bool:
        """Whether the key already holds these bytes: a retried put whose first response was lost. False for a free
        key; raises AlreadyExists for other bytes."""
        try:
            head = self._connection.s3().head_object(
                Bucket=self._bucket, Key=key, ChecksumMode="ENABLED", **self._connection.expected_owner
            )
        except ClientError as error:
            if status_of(error) == 404:
                return False
            raise
        metadata = {name.lower(): value for name, value in head["Metadata"].items()}  # a header's case is free
        sums = {head.get("ChecksumSHA256"), metadata.get("sha256")}
        same = not sums.isdisjoint({checksum_header(description.sha256), description.sha256})
        if head["ContentLength"] != description.size or not same:
            raise AlreadyExists(f"“{plain(key)}” already holds another file.")
        return True


def _changed() -> SourceChanged:
    return SourceChanged("The file changed while it was uploaded: nothing was stored. Upload it again.")
