"""One part of a multipart upload on its way: the lean path first, then botocore, as for a whole object."""

from __future__ import annotations

from collections.abc import Iterator

from imagedesk.core.cancellation import CancelToken
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.hand_over import HandOver
from imagedesk.stores.aws.object_headers import checksum_header
from imagedesk.stores.aws.open_uploads import Part

_CHUNK = 256 * 1024


class PartPut:
    """Thread-safe. Each part takes a place of the limiter for itself."""

    def __init__(self, connection: AwsConnection, key: str, upload_id: str, cancel: CancelToken) -> None:
        self._connection = connection
        self._key = key
        self._upload_id = upload_id
        self._cancel = cancel

    def run(self, number: int, data: bytes, sha256: str) -> Part:
        """Raises Cancelled, and botocore's errors."""
        with self._connection.limiter("s3").slot(self._cancel):
            if (part := self._send_lean(number, data, sha256)) is not None:
                return part
            self._cancel.raise_if_cancelled()
            answer = self._connection.s3().upload_part(
                Bucket=self._connection.profile.bucket,
                Key=self._key,
                UploadId=self._upload_id,
                PartNumber=number,
                Body=data,
                ChecksumSHA256=checksum_header(sha256),
                **self._connection.expected_owner,
            )
            return Part(number, answer["ETag"], len(data), answer.get("ChecksumSHA256"))

    def _send_lean(self, number: int, data: bytes, sha256: str) -> Part | None:
        lean = self._connection.lean()
        if lean is None:
            return None
        headers = {"content-length": str(len(data)), "x-amz-checksum-sha256": checksum_header(sha256)}
        if owner := self._connection.expected_owner:
            headers["x-amz-expected-bucket-owner"] = owner["ExpectedBucketOwner"]
        query = {"partNumber": str(number), "uploadId": self._upload_id}
        try:
            answer = lean.put(self._key, headers, self._chunks(data), sha256, self._cancel, query)
        except HandOver:
            return None
        if "etag" not in answer:
            return None
        return Part(number, answer["etag"], len(data), answer.get("x-amz-checksum-sha256"))

    def _chunks(self, data: bytes) -> Iterator[memoryview]:
        whole = memoryview(data)
        for start in range(0, len(data), _CHUNK):
            self._cancel.raise_if_cancelled()
            yield whole[start : start + _CHUNK]
