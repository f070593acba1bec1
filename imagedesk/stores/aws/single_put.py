"""One PutObject: once only, under a not-exists condition, with the SHA-256 for the server to check.

The lean path goes first; what it cannot settle is done again by botocore, retries included. A put whose answer was lost
finds its own object there, and is a success.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any, cast

from botocore.exceptions import ClientError

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import AlreadyExists
from imagedesk.core.plain_text import plain
from imagedesk.core.ports import ObjectDescription
from imagedesk.stores.aws.answers import is_not_offered, status_of
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.hand_over import HandOver
from imagedesk.stores.aws.object_headers import checksum_header, content_disposition, object_metadata
from imagedesk.stores.aws.object_look import look_at
from imagedesk.stores.aws.upload_body import UploadBody, source_changed

_ATTEMPTS = 3  # when two puts of one key collide (409) and neither stands


class SinglePut:
    """Thread-safe. Raises botocore's errors untranslated, and Abandoned from inside a body."""

    def __init__(self, connection: AwsConnection) -> None:
        self._connection = connection
        self._bucket = connection.profile.bucket
        self._conditional = True  # until a server says that it knows no conditional put

    def run(self, key: str, body: UploadBody, description: ObjectDescription, cancel: CancelToken | None) -> None:
        for _ in range(_ATTEMPTS):
            if not self._conditional and self.stands(key, description):
                return
            try:
                self._send(key, body, description, cancel)
            except ClientError as error:
                if self._conditional and is_not_offered(error):
                    self._conditional = False
                elif status_of(error) not in {409, 412}:
                    if body.has_sent_other_than(description.sha256):
                        raise source_changed() from error
                    raise
                elif self.stands(key, description):
                    return
            else:
                return
        raise AlreadyExists(f"Another upload to “{plain(key)}” is under way: try again.")

    def stands(self, key: str, description: ObjectDescription) -> bool:
        """Whether the key already holds these bytes: a retried put whose first response was lost. False for a free
        key; raises AlreadyExists for other bytes."""
        try:
            there = look_at(self._connection, key)
        except ClientError as error:
            if status_of(error) == 404:
                return False
            raise
        if (there.size, there.metadata.get("sha256")) != (description.size, description.sha256):
            raise AlreadyExists(f"“{plain(key)}” already holds another file.")
        return True

    def _send(self, key: str, body: UploadBody, description: ObjectDescription, cancel: CancelToken | None) -> None:
        owner = self._connection.expected_owner
        if (lean := self._connection.lean()) is not None:
            headers = _headers(description, owner, conditional=self._conditional)
            try:
                lean.put(key, headers, body.verified_chunks(description.sha256), description.sha256, cancel)
                return
            except HandOver:
                pass
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
            **owner,
        )
        if not body.has_sent(description.sha256):  # the server took it all the same: it checks nothing
            self._connection.s3().delete_object(Bucket=self._bucket, Key=key, **owner)
            raise source_changed()


def _headers(description: ObjectDescription, owner: Mapping[str, Any], *, conditional: bool) -> dict[str, str]:
    """What ``put_object`` makes of the same arguments."""
    headers = {
        "content-length": str(description.size),
        "content-type": description.content_type,
        "content-disposition": content_disposition(description.filename, description.content_type),
        "x-amz-checksum-sha256": checksum_header(description.sha256),
    }
    headers |= {f"x-amz-meta-{name}": value for name, value in object_metadata(description).items()}
    if conditional:
        headers["if-none-match"] = "*"
    if owner:
        headers["x-amz-expected-bucket-owner"] = owner["ExpectedBucketOwner"]
    return headers
