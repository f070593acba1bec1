"""What the credentials permit, found out by asking for it in ways that change nothing.

AWS looks at permissions before anything else, so a request that is bound to fail still tells: reads ask for keys that
no image can have; writes go to such keys of one's own, under conditions that cannot hold. Where a server ignores the
conditions of a put, what it stored is removed again.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from imagedesk.core.access import KEY_NEEDED_FOR, NEEDED_FOR, MissingAction
from imagedesk.core.ownership import OWNER_MARK
from imagedesk.core.plain_text import plain
from imagedesk.stores.aws.answers import code_of, is_denied, is_not_offered, named_action
from imagedesk.stores.aws.connection import AwsConnection, Service
from imagedesk.stores.aws.items import INDEX_KEYS, KEY
from imagedesk.stores.aws.key_check import refused_key_actions

_NAME = "permission-check"  # no time-ordered id; and no image's key is that short
_NO_ETAG = '"00000000000000000000000000000000"'
_WRONG_CHECKSUM = base64.b64encode(hashlib.sha256(b"something else").digest()).decode("ascii")
_PREFIXES = ("images", "thumbnails")
# How a server answers what it permits: nothing is there, the condition does not hold, the checksum is wrong, there is
# no such index (a missing table was told by an earlier question).
_ABSENT = {"NoSuchKey", "404", "PreconditionFailed", "412"}
_WRONG = {"BadDigest", "InvalidDigest", "XAmzContentChecksumMismatch"}
_PERMITTED = frozenset({*_ABSENT, *_WRONG, "ConditionalCheckFailedException"})
_NO_UPLOAD = frozenset({*_ABSENT, "NoSuchUpload", "InvalidArgument"})
_NO_INDEX = frozenset({"ValidationException", "ResourceNotFoundException", "IndexNotFoundException"})


@dataclass(frozen=True, slots=True)
class _Question:
    """``ask`` sends one request; ``permitted`` are the codes of errors that only a permitted one can have."""

    action: str
    place: str
    ask: Callable[[], object]
    permitted: frozenset[str] = _PERMITTED

    @property
    def service(self) -> Service:
        return "s3" if self.action.startswith("s3:") else "dynamodb"


class AwsAccessCheck:
    """AccessCheck. Twenty-three requests one after the other, and two more where a KMS key encrypts the bucket."""

    def __init__(self, connection: AwsConnection) -> None:
        self._connection = connection
        self._bucket = f"the bucket “{plain(connection.profile.bucket)}”"
        self._table = f"the table “{plain(connection.profile.table)}”"

    def missing(self, user_id: str) -> tuple[MissingAction, ...]:
        found: list[MissingAction] = []
        for question in self._questions(user_id):
            refusal = self._refusal(question)
            if refusal is None or _hides_behind(question, refusal, found):
                continue
            action = named_action(refusal) or question.action
            if action == question.action:
                found.append(MissingAction(action, question.place, NEEDED_FOR[action]))
            elif all(lack.action != action for lack in found):  # such as that of a KMS key
                found.append(MissingAction(action, question.place, NEEDED_FOR[question.action]))
        with self._connection.translating("s3"):
            key_actions = refused_key_actions(self._connection, f"images/{user_id}/{_NAME}")
        known = {lack.action for lack in found}
        found += [
            MissingAction(action, f"the KMS key of {self._bucket}", KEY_NEEDED_FOR[action])
            for action in key_actions
            if action not in known
        ]
        return tuple(found)

    def _refusal(self, question: _Question) -> ClientError | None:
        with self._connection.translating(question.service):
            try:
                question.ask()
            except ClientError as error:
                if is_denied(error):
                    return error
                if code_of(error) not in question.permitted and not is_not_offered(error):
                    raise
        return None

    def _questions(self, user_id: str) -> Iterator[_Question]:
        yield from self._table_questions(f"{user_id}{OWNER_MARK}{_NAME}")
        client, bucket = self._connection.s3(), self._connection.profile.bucket
        common: dict[str, Any] = {"Bucket": bucket, **self._connection.expected_owner}
        listing = partial(client.list_objects_v2, **common, Prefix=f"images/{user_id}/{_NAME}", MaxKeys=1)
        yield _Question("s3:ListBucket", self._bucket, listing)
        uploads = partial(client.list_multipart_uploads, **common, Prefix=f"images/{user_id}/{_NAME}", MaxUploads=1)
        yield _Question("s3:ListBucketMultipartUploads", self._bucket, uploads)
        for prefix in _PREFIXES:
            reading = partial(client.get_object, **common, Key=f"{prefix}/{user_id}/{_NAME}")
            yield _Question("s3:GetObject", f"{self._bucket} below {prefix}/", reading)
        for prefix in _PREFIXES:
            place, key = f"{self._bucket} below {prefix}/{plain(user_id)}/", f"{prefix}/{user_id}/{_NAME}"
            yield _Question("s3:PutObject", place, partial(self._put, common, key))
            # Without the condition a versioned bucket would gain a delete marker. "*" needs no s3:GetObject.
            yield _Question("s3:DeleteObject", place, partial(client.delete_object, **common, Key=key, IfMatch="*"))
            aborting = partial(client.abort_multipart_upload, **common, Key=key, UploadId=_NAME)
            yield _Question("s3:AbortMultipartUpload", place, aborting, _NO_UPLOAD)
            parts = partial(client.list_parts, **common, Key=key, UploadId=_NAME)
            yield _Question("s3:ListMultipartUploadParts", place, parts, _NO_UPLOAD)

    def _table_questions(self, image_id: str) -> Iterator[_Question]:
        client, table = self._connection.dynamodb(), self._connection.profile.table
        key: Any = {KEY: {"S": image_id}}
        # Never true: the item, if there were one, would have the key that was asked for.
        never: Any = {"ConditionExpression": f"{KEY} = :other", "ExpressionAttributeValues": {":other": {"S": "-"}}}
        requests: dict[str, Callable[[], object]] = {
            "dynamodb:DescribeTable": partial(client.describe_table, TableName=table),
            "dynamodb:GetItem": partial(client.get_item, TableName=table, Key=key),
            "dynamodb:BatchGetItem": partial(client.batch_get_item, RequestItems={table: {"Keys": [key]}}),
            "dynamodb:Scan": partial(client.scan, TableName=table, Limit=1),
            "dynamodb:PutItem": partial(client.put_item, TableName=table, Item=key, **never),
            "dynamodb:UpdateItem": partial(client.update_item, TableName=table, Key=key, **never),
            "dynamodb:DeleteItem": partial(client.delete_item, TableName=table, Key=key, **never),
        }
        for action, ask in requests.items():
            yield _Question(action, self._table, ask)
        for name, attribute in INDEX_KEYS.items():
            query = partial(
                client.query,
                TableName=table,
                IndexName=name,
                KeyConditionExpression=f"{attribute} = :none",
                ExpressionAttributeValues={":none": {"S": OWNER_MARK}},
                Limit=1,
            )
            yield _Question("dynamodb:Query", f"the index {name} of {self._table}", query, _NO_INDEX)

    def _put(self, common: dict[str, Any], key: str) -> None:
        client = self._connection.s3()
        client.put_object(**common, Key=key, Body=b"", IfMatch=_NO_ETAG, ChecksumSHA256=_WRONG_CHECKSUM)
        with contextlib.suppress(ClientError):  # this server checks neither
            client.delete_object(**common, Key=key)


def _hides_behind(question: _Question, refusal: ClientError, found: list[MissingAction]) -> bool:
    """Whether the refusal may be no more than a way not to tell that there is nothing: to whoever lacks s3:ListBucket,
    S3 answers 403 where it would answer 404. What may work is not called missing."""
    return (
        question.service == "s3"
        and named_action(refusal) is None
        and any(lack.action == "s3:ListBucket" for lack in found)
    )
