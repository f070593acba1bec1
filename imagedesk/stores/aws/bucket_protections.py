"""A bucket's protections, each as a question and a command: private, encrypted, versioned, reached over TLS only, free
of unfinished uploads. What others configured beside ours is kept."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from imagedesk.core.plain_text import plain
from imagedesk.core.ports import SetupStep
from imagedesk.stores.aws.answers import code_of
from imagedesk.stores.aws.bucket_documents import (
    encryption_rule,
    encrypts_with,
    ends_uploads,
    holds_tls_only,
    with_ended_uploads,
    with_tls_only,
)
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.setup_step import NOT_OFFERED, Protection

_BLOCKED: Any = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
_KEY_NEEDS = "on which people need kms:GenerateDataKey and kms:Decrypt"
_NO_BLOCK, _NO_ENCRYPTION = "NoSuchPublicAccessBlockConfiguration", "ServerSideEncryptionConfigurationNotFoundError"
_NO_POLICY, _NO_LIFECYCLE = "NoSuchBucketPolicy", "NoSuchLifecycleConfiguration"


def bucket_protections(connection: AwsConnection) -> list[Protection | SetupStep]:
    """In order; a step where nothing can be done about one."""
    bucket, key = BucketProtections(connection), connection.profile.kms_key
    kind = f"with the KMS key {plain(key, 120)}, {_KEY_NEEDS}" if key else ""
    return [
        Protection("Block Public Access", bucket.is_private, bucket.make_private, frozenset({_NO_BLOCK})),
        Protection("Default encryption", bucket.is_encrypted, bucket.encrypt, frozenset({_NO_ENCRYPTION}), kind),
        Protection("Versioning", bucket.is_versioned, bucket.make_versioned),
        _tls_only(connection, bucket),
        Protection(
            "Unfinished uploads end after 7 days", bucket.ends_uploads, bucket.end_uploads, frozenset({_NO_LIFECYCLE})
        ),
    ]


def _tls_only(connection: AwsConnection, bucket: BucketProtections) -> Protection | SetupStep:
    if urlsplit(connection.endpoint("s3")).scheme == "http":
        return SetupStep("TLS only", NOT_OFFERED, "this server is reached by plain http: the rule would lock you out")
    return Protection("TLS only", bucket.is_tls_only, bucket.make_tls_only, frozenset({_NO_POLICY}))


class BucketProtections:
    """Every call names the owner whose bucket it must be, once that is known."""

    def __init__(self, connection: AwsConnection) -> None:
        self._client = connection.s3()
        self._kms_key = connection.profile.kms_key
        self._where: Any = {"Bucket": connection.profile.bucket, **connection.expected_owner}
        self._arn = f"arn:{self._client.meta.partition}:s3:::{connection.profile.bucket}"

    def is_private(self) -> bool:
        answer = self._client.get_public_access_block(**self._where)
        return bool(answer["PublicAccessBlockConfiguration"] == _BLOCKED)

    def make_private(self) -> None:
        self._client.put_public_access_block(**self._where, PublicAccessBlockConfiguration=_BLOCKED)

    def is_encrypted(self) -> bool:
        answer: Any = self._client.get_bucket_encryption(**self._where)
        return encrypts_with(answer["ServerSideEncryptionConfiguration"].get("Rules", []), self._kms_key)

    def encrypt(self) -> None:
        rules: Any = {"Rules": [encryption_rule(self._kms_key)]}
        self._client.put_bucket_encryption(**self._where, ServerSideEncryptionConfiguration=rules)

    def is_versioned(self) -> bool:
        return self._client.get_bucket_versioning(**self._where).get("Status") == "Enabled"

    def make_versioned(self) -> None:
        self._client.put_bucket_versioning(**self._where, VersioningConfiguration={"Status": "Enabled"})

    def is_tls_only(self) -> bool:
        return holds_tls_only(self._policy(), self._arn)

    def make_tls_only(self) -> None:
        try:
            there = self._policy()
        except ClientError as error:
            if code_of(error) != _NO_POLICY:
                raise
            there = {}
        self._client.put_bucket_policy(**self._where, Policy=json.dumps(with_tls_only(there, self._arn)))

    def ends_uploads(self) -> bool:
        return ends_uploads(self._lifecycle().get("Rules", []))

    def end_uploads(self) -> None:
        try:
            there = self._lifecycle()
        except ClientError as error:
            if code_of(error) != _NO_LIFECYCLE:
                raise
            there = {}
        # Beside the rules there is one setting, which a put without it would set back.
        name = "TransitionDefaultMinimumObjectSize"
        setting = {name: there[name]} if name in there else {}
        rules: Any = {"Rules": with_ended_uploads(there.get("Rules", []))}
        self._client.put_bucket_lifecycle_configuration(**self._where, LifecycleConfiguration=rules, **setting)

    def _policy(self) -> dict[str, Any]:
        policy: dict[str, Any] = json.loads(self._client.get_bucket_policy(**self._where)["Policy"])
        return policy

    def _lifecycle(self) -> dict[str, Any]:
        return dict(self._client.get_bucket_lifecycle_configuration(**self._where))
