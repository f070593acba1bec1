"""The bucket's part of set-up: private, encrypted, versioned, reached over TLS only, free of unfinished uploads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from imagedesk.core.errors import InvalidSettings
from imagedesk.core.plain_text import plain
from imagedesk.core.ports import SetupStep
from imagedesk.stores.aws.answers import code_of
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.setup_step import KEPT, MADE, NOT_OFFERED, protection

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_BLOCKED: Any = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
_TLS_ONLY = "ImageDeskTlsOnly"
_ABORT_UPLOADS: Any = {
    "ID": "imagedesk-abort-unfinished-uploads",
    "Status": "Enabled",
    "Filter": {"Prefix": ""},
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
}


def bucket_steps(connection: AwsConnection) -> Iterator[SetupStep]:
    yield _bucket(connection)
    bucket = _Bucket(connection.s3(), connection.profile.bucket)
    yield protection(
        "Block Public Access", bucket.is_private, bucket.make_private, _absent("NoSuchPublicAccessBlockConfiguration")
    )
    yield protection(
        "Default encryption",
        bucket.is_encrypted,
        bucket.encrypt,
        _absent("ServerSideEncryptionConfigurationNotFoundError"),
    )
    yield protection("Versioning", bucket.is_versioned, bucket.make_versioned)
    if urlsplit(connection.endpoint("s3")).scheme == "http":
        yield SetupStep("TLS only", NOT_OFFERED, "this server is reached by plain http: the rule would lock you out")
    else:
        yield protection("TLS only", bucket.is_tls_only, bucket.make_tls_only, _absent("NoSuchBucketPolicy"))
    yield protection(
        "Unfinished uploads end after 7 days",
        bucket.ends_uploads,
        bucket.end_uploads,
        _absent("NoSuchLifecycleConfiguration"),
    )


def _absent(*codes: str) -> frozenset[str]:
    return frozenset(codes)


def _bucket(connection: AwsConnection) -> SetupStep:
    client, name = connection.s3(), connection.profile.bucket
    title = f"Bucket {plain(name)}"
    try:
        # Not HeadBucket: the answer to a HEAD has no body that would say why it is a refusal.
        client.list_objects_v2(Bucket=name, MaxKeys=1, **connection.expected_owner)
    except ClientError as error:
        if code_of(error) != "NoSuchBucket":
            raise
    else:
        return SetupStep(title, KEPT)
    where: Any = {}
    if connection.region != "us-east-1":
        where = {"CreateBucketConfiguration": {"LocationConstraint": connection.region}}
    try:
        client.create_bucket(Bucket=name, **where)
    except ClientError as error:
        if code_of(error) == "BucketAlreadyOwnedByYou":  # made by somebody else of the team just now
            return SetupStep(title, KEPT)
        if code_of(error) == "BucketAlreadyExists":
            raise InvalidSettings(
                f"The bucket name “{plain(name)}” belongs to another AWS account: choose another with --bucket."
            ) from error
        raise
    return SetupStep(title, MADE)


class _Bucket:
    """Each protection as a question and a command. What others configured beside ours is kept."""

    def __init__(self, client: S3Client, name: str) -> None:
        self._client = client
        self._name = name

    def is_private(self) -> bool:
        answer = self._client.get_public_access_block(Bucket=self._name)
        return bool(answer["PublicAccessBlockConfiguration"] == _BLOCKED)

    def make_private(self) -> None:
        self._client.put_public_access_block(Bucket=self._name, PublicAccessBlockConfiguration=_BLOCKED)

    def is_encrypted(self) -> bool:
        answer = self._client.get_bucket_encryption(Bucket=self._name)
        return bool(answer["ServerSideEncryptionConfiguration"].get("Rules"))

    def encrypt(self) -> None:
        rule: Any = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        self._client.put_bucket_encryption(Bucket=self._name, ServerSideEncryptionConfiguration={"Rules": [rule]})

    def is_versioned(self) -> bool:
        return self._client.get_bucket_versioning(Bucket=self._name).get("Status") == "Enabled"

    def make_versioned(self) -> None:
        self._client.put_bucket_versioning(Bucket=self._name, VersioningConfiguration={"Status": "Enabled"})

    def is_tls_only(self) -> bool:
        return any(statement.get("Sid") == _TLS_ONLY for statement in self._statements())

    def make_tls_only(self) -> None:
        try:
            others = self._statements()
        except ClientError as error:
            if code_of(error) != "NoSuchBucketPolicy":
                raise
            others = []
        arn = f"arn:{self._partition()}:s3:::{self._name}"
        ours = {
            "Sid": _TLS_ONLY,
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        policy = {"Version": "2012-10-17", "Statement": [*others, ours]}
        self._client.put_bucket_policy(Bucket=self._name, Policy=json.dumps(policy))

    def ends_uploads(self) -> bool:
        return any("AbortIncompleteMultipartUpload" in rule for rule in self._lifecycle_rules())

    def end_uploads(self) -> None:
        try:
            others = self._lifecycle_rules()
        except ClientError as error:
            if code_of(error) != "NoSuchLifecycleConfiguration":
                raise
            others = []
        self._client.put_bucket_lifecycle_configuration(
            Bucket=self._name, LifecycleConfiguration={"Rules": [*others, _ABORT_UPLOADS]}
        )

    def _statements(self) -> list[Any]:
        statements = json.loads(self._client.get_bucket_policy(Bucket=self._name)["Policy"]).get("Statement", [])
        return statements if isinstance(statements, list) else [statements]

    def _lifecycle_rules(self) -> list[Any]:
        return self._client.get_bucket_lifecycle_configuration(Bucket=self._name).get("Rules", [])

    def _partition(self) -> str:
        return self._client.meta.partition
