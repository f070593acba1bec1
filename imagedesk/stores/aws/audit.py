"""What the library check asks of a bucket and a table: everything that is there, told as values, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import ClientError

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import NotFound, StoreUnavailable
from imagedesk.core.plain_text import plain
from imagedesk.core.ports import ObjectOrigin, StoredObject, UnfinishedUpload
from imagedesk.core.stored_item import StoredItem, item_of_fields
from imagedesk.stores.aws.answers import code_of, is_not_offered, status_of
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.items import KEY, plain_fields
from imagedesk.stores.aws.object_headers import origin_of
from imagedesk.stores.aws.object_look import look_at

_SCAN_PAGE = 1000
_PREFIXES = ("images/", "thumbnails/")


class BucketListing:
    """ObjectListing over one bucket. Its clock is the ``Date`` of S3's own answers."""

    def __init__(self, connection: AwsConnection) -> None:
        self._connection = connection
        self._bucket = connection.profile.bucket

    def server_time(self) -> datetime:
        with self._connection.translating("s3"):
            answer = self._connection.s3().list_objects_v2(Bucket=self._bucket, MaxKeys=1, **self._owner)
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        with suppress(TypeError, ValueError):
            return parsedate_to_datetime(headers.get("date", "")).astimezone(UTC)
        raise StoreUnavailable("The server tells no time: without it nothing can be known to be old enough.")

    def objects(self, prefix: str, cancel: CancelToken | None = None) -> Iterator[StoredObject]:
        request: dict[str, Any] = {"Bucket": self._bucket, "Prefix": prefix, **self._owner}
        while True:
            if cancel is not None:
                cancel.raise_if_cancelled()
            with self._connection.translating("s3"):
                answer = self._connection.s3().list_objects_v2(**request)
            for found in answer.get("Contents", []):
                yield StoredObject(found["Key"], found["Size"], found["LastModified"])
            if not answer.get("NextContinuationToken"):
                return
            request["ContinuationToken"] = answer["NextContinuationToken"]

    def origin(self, key: str) -> ObjectOrigin | None:
        with self._connection.translating("s3"):
            try:
                metadata = look_at(self._connection, key).metadata
            except ClientError as error:
                if status_of(error) == 404:
                    raise NotFound(f"The object “{plain(key)}” is not there: it may have been deleted.") from error
                raise
        return origin_of(metadata, key)

    def unfinished(self) -> Iterator[UnfinishedUpload]:
        for prefix in _PREFIXES:
            request: dict[str, Any] = {"Bucket": self._bucket, "Prefix": prefix, **self._owner}
            while True:
                with self._connection.translating("s3"):
                    try:
                        answer = self._connection.s3().list_multipart_uploads(**request)
                    except ClientError as error:
                        if is_not_offered(error):
                            return
                        raise
                for found in answer.get("Uploads", []):
                    if found["Key"].startswith(prefix):  # some servers know no prefix here
                        yield UnfinishedUpload(found["Key"], found["UploadId"], found["Initiated"])
                if not answer.get("IsTruncated") or not answer.get("NextKeyMarker"):
                    break
                request["KeyMarker"] = answer["NextKeyMarker"]
                request["UploadIdMarker"] = answer.get("NextUploadIdMarker", "")

    def abort(self, upload: UnfinishedUpload) -> None:
        with self._connection.translating("s3"):
            try:
                self._connection.s3().abort_multipart_upload(
                    Bucket=self._bucket, Key=upload.key, UploadId=upload.upload_id, **self._owner
                )
            except ClientError as error:
                if code_of(error) != "NoSuchUpload":
                    raise

    @property
    def _owner(self) -> dict[str, Any]:
        return self._connection.expected_owner


class TableListing:
    """ItemListing over one table."""

    def __init__(self, connection: AwsConnection) -> None:
        self._connection = connection
        self._table = connection.profile.table

    def items(self, cancel: CancelToken | None = None) -> Iterator[StoredItem]:
        start: dict[str, Any] = {}
        while True:
            if cancel is not None:
                cancel.raise_if_cancelled()
            with self._connection.translating("dynamodb"):
                answer = self._connection.dynamodb().scan(
                    TableName=self._table, Limit=_SCAN_PAGE, ConsistentRead=True, **start
                )
            for item in answer["Items"]:
                yield item_of_fields(plain_fields(item))
            if not answer.get("LastEvaluatedKey"):
                return
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def name_thumbnail(self, image_id: str, user_id: str, key: str) -> None:
        with self._connection.translating("dynamodb"):
            try:
                self._connection.dynamodb().update_item(
                    TableName=self._table,
                    Key={KEY: {"S": image_id}},
                    UpdateExpression="SET thumbnail_key = :key",
                    ConditionExpression="user_id = :me AND (attribute_not_exists(thumbnail_key) OR "
                    "thumbnail_key = :key OR NOT attribute_type(thumbnail_key, :text) OR thumbnail_key = :none)",
                    ExpressionAttributeValues={
                        ":me": {"S": user_id},
                        ":key": {"S": key},
                        ":text": {"S": "S"},
                        ":none": {"S": ""},
                    },
                )
            except ClientError as error:
                if code_of(error) != "ConditionalCheckFailedException":
                    raise
                raise NotFound(f"The image “{plain(image_id)}” was changed or deleted meanwhile.") from error
