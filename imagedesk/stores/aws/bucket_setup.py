"""The bucket's part of set-up: found or made, then protected; or only looked at, for the plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from imagedesk.core.errors import InvalidSettings
from imagedesk.core.plain_text import plain
from imagedesk.core.ports import SetupStep
from imagedesk.stores.aws.answers import code_of, is_denied
from imagedesk.stores.aws.bucket_protections import bucket_protections
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.setup_step import KEPT, MADE, TO_MAKE


def bucket_plan(connection: AwsConnection) -> Iterator[SetupStep]:
    """What ``bucket_steps`` would do. Changes nothing."""
    there = _is_there(connection)
    yield SetupStep(_title(connection), KEPT if there else TO_MAKE, "" if there else _where(connection))
    for protection in bucket_protections(connection):
        if isinstance(protection, SetupStep):
            yield protection
        else:
            yield protection.planned() if there else protection.to_make()


def bucket_steps(connection: AwsConnection) -> Iterator[SetupStep]:
    if _is_there(connection):
        yield SetupStep(_title(connection), KEPT)
    else:
        yield _made(connection)
    for protection in bucket_protections(connection):
        yield protection if isinstance(protection, SetupStep) else protection.done()


def _title(connection: AwsConnection) -> str:
    return f"Bucket {plain(connection.profile.bucket)}"


def _where(connection: AwsConnection) -> str:
    return f"in {plain(connection.region)}"


def _is_there(connection: AwsConnection) -> bool:
    """Not by HeadBucket: the answer to a HEAD has no body that would say why it is a refusal. Raises InvalidSettings
    for a bucket of another account."""
    client, name = connection.s3(), connection.profile.bucket
    try:
        client.list_objects_v2(Bucket=name, MaxKeys=1, **connection.expected_owner)
    except ClientError as error:
        if code_of(error) == "NoSuchBucket":
            return False
        if is_denied(error) and connection.expected_owner and _is_open_without_owner(connection):
            raise _of_another(name) from error
        raise
    return True


def _is_open_without_owner(connection: AwsConnection) -> bool:
    """Whether the refusal was for the owner's sake: a bucket that another account lets us into."""
    try:
        connection.s3().list_objects_v2(Bucket=connection.profile.bucket, MaxKeys=1)
    except ClientError:
        return False
    return True


def _made(connection: AwsConnection) -> SetupStep:
    client, name = connection.s3(), connection.profile.bucket
    place: Any = {}
    if connection.region != "us-east-1":  # whose name S3 refuses as a constraint ("CreateBucket", API Reference)
        place = {"CreateBucketConfiguration": {"LocationConstraint": connection.region}}
    try:
        client.create_bucket(Bucket=name, **place)
    except ClientError as error:
        if code_of(error) == "BucketAlreadyOwnedByYou":  # made by somebody else of the team just now
            return SetupStep(_title(connection), KEPT)
        if code_of(error) == "BucketAlreadyExists":
            raise _of_another(name) from error
        raise
    return SetupStep(_title(connection), MADE, _where(connection))


def _of_another(name: str) -> InvalidSettings:
    return InvalidSettings(
        f"The bucket “{plain(name)}” belongs to another AWS account: choose another name with --bucket."
    )
