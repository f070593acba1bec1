"""Which actions on the bucket's KMS key are refused, as far as that can be found out without changing anything.

S3 uses the key only for an object that is there or is being made. So the first byte of some picture is read, which
also tells that a key is in use; then an upload in parts is begun under a key that no image can have, and given up.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from imagedesk.core.access import KEY_NEEDED_FOR
from imagedesk.stores.aws.answers import named_action, status_of
from imagedesk.stores.aws.connection import AwsConnection

_ENCRYPTED = "aws:kms"  # and aws:kms:dsse


def refused_key_actions(connection: AwsConnection, own_key: str) -> tuple[str, ...]:
    """Those of ``KEY_NEEDED_FOR`` that S3's refusals name. ``own_key`` is where one may write. An empty library tells
    nothing of reading; what is refused for another reason was asked about before."""
    refused: list[str] = []
    encryption = connection.profile.kms_key or ""
    with _noting(refused):
        encryption = _encryption_of_a_picture(connection) or encryption
    if refused or encryption:
        with _noting(refused):
            _begin_and_give_up(connection, own_key)
    return tuple(dict.fromkeys(refused))


@contextlib.contextmanager
def _noting(refused: list[str]) -> Iterator[None]:
    """A refusal that names an action on a key is noted; any other answer of the server tells nothing here."""
    try:
        yield
    except ClientError as error:
        action = named_action(error)
        if action in KEY_NEEDED_FOR:
            refused.append(str(action))
        elif status_of(error) >= 500:
            raise


def _encryption_of_a_picture(connection: AwsConnection) -> str:
    """Empty where there is no picture, or none that a KMS key encrypts."""
    client, common = connection.s3(), _common(connection)
    found = client.list_objects_v2(**common, Prefix="images/", MaxKeys=1).get("Contents", [])
    if not found:
        return ""
    answer = client.get_object(**common, Key=found[0]["Key"], Range="bytes=0-0")
    answer["Body"].close()
    kind = str(answer.get("ServerSideEncryption", ""))
    return kind if kind.startswith(_ENCRYPTED) else ""


def _begin_and_give_up(connection: AwsConnection, own_key: str) -> None:
    client, common = connection.s3(), _common(connection)
    begun = client.create_multipart_upload(**common, Key=own_key)
    client.abort_multipart_upload(**common, Key=own_key, UploadId=begun["UploadId"])


def _common(connection: AwsConnection) -> Any:
    return {"Bucket": connection.profile.bucket, **connection.expected_owner}
