"""The multipart uploads that are open in the bucket: begun, found again, completed or aborted; calls of botocore."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from imagedesk.core.ports import ObjectDescription
from imagedesk.stores.aws.answers import is_denied, is_not_offered, status_of
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.object_headers import content_disposition, object_metadata

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Part:
    """As the server holds it. ``sha256`` is in base64, None where the server keeps none."""

    number: int
    etag: str
    size: int
    sha256: str | None

    def holds(self, data: bytes, sha256: str) -> bool:
        """Whether these are the part's bytes. Without a digest there the ETag tells, where it is the bytes' MD5."""
        if self.size != len(data):
            return False
        if self.sha256 is not None:
            return self.sha256 == sha256
        return self.etag.strip('"') == hashlib.md5(data, usedforsecurity=False).hexdigest()

    def named(self) -> dict[str, Any]:
        name: dict[str, Any] = {"PartNumber": self.number, "ETag": self.etag}
        return name if self.sha256 is None else {**name, "ChecksumSHA256": self.sha256}


class OpenUploads:
    """Thread-safe. Raises botocore's errors untranslated."""

    def __init__(self, connection: AwsConnection) -> None:
        self._connection = connection
        self._conditional = True

    def begin(self, key: str, description: ObjectDescription) -> str:
        """The new upload's id."""
        answer = self._s3.create_multipart_upload(
            **self._at(key),
            ContentType=description.content_type,
            ContentDisposition=content_disposition(description.filename, description.content_type),
            Metadata=object_metadata(description),
            ChecksumAlgorithm="SHA256",
        )
        return str(answer["UploadId"])

    def find(self, key: str) -> str | None:
        """The newest that is open under the key; None, too, where one may not look."""
        try:
            found = [upload_id for name, upload_id in self.below(key) if name == key]
        except ClientError as error:
            if is_denied(error) or is_not_offered(error):
                log.info("open uploads cannot be listed: a large upload begins anew")
                return None
            raise
        return found[-1] if found else None

    def below(self, prefix: str) -> Iterator[tuple[str, str]]:
        """Key and id of each upload whose key begins with ``prefix``, by key, older first."""
        pages = self._s3.get_paginator("list_multipart_uploads")
        bucket = self._connection.profile.bucket
        for page in pages.paginate(Bucket=bucket, Prefix=prefix, **self._connection.expected_owner):
            for upload in sorted(page.get("Uploads", []), key=lambda found: (found["Key"], found["Initiated"])):
                if upload["Key"].startswith(prefix):
                    yield upload["Key"], upload["UploadId"]

    def parts(self, key: str, upload_id: str) -> dict[int, Part]:
        """What the server holds of it, by number."""
        pages = self._s3.get_paginator("list_parts").paginate(**self._at(key), UploadId=upload_id)
        parts = (
            Part(part["PartNumber"], part["ETag"], part["Size"], part.get("ChecksumSHA256"))
            for page in pages
            for part in page.get("Parts", [])
        )
        return {part.number: part for part in parts}

    def complete(self, key: str, upload_id: str, parts: list[Part]) -> None:
        """Make the object, if the key is free."""
        named: Any = {"Parts": [part.named() for part in parts]}
        condition: dict[str, Any] = {"IfNoneMatch": "*"} if self._conditional else {}
        try:
            self._s3.complete_multipart_upload(**self._at(key), UploadId=upload_id, MultipartUpload=named, **condition)
        except ClientError as error:
            if not condition or not is_not_offered(error):
                raise
            self._conditional = False
            self.complete(key, upload_id, parts)

    def abort(self, key: str, upload_id: str) -> None:
        """One that is not there is no error."""
        try:
            self._s3.abort_multipart_upload(**self._at(key), UploadId=upload_id)
        except ClientError as error:
            if status_of(error) != 404:
                raise

    @property
    def _s3(self) -> Any:
        return self._connection.s3()

    def _at(self, key: str) -> dict[str, Any]:
        return {"Bucket": self._connection.profile.bucket, "Key": key, **self._connection.expected_owner}
