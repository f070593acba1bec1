"""The IAM policies of a library on AWS, filled in for one bucket and table: what a person of the team may do, and what
an administrator needs besides for set-up. Pure, so that a command prints them and a window copies them without boto3.

Everybody reads everything. A person writes only ``images/{me}/*``, ``thumbnails/{me}/*`` and items whose id begins
with ``{me}!``, where ``{me}`` is a policy variable that AWS itself fills in for each request. Which variable carries
the name depends on the kind of identity ("IAM policy elements: Variables and tags" and "AWS global condition context
keys", AWS IAM User Guide):

- ``user``: ``aws:username`` is the name of an IAM user, and is absent for everybody else.
- ``identity-center``: the person's name there is the session's name, but no variable holds a session's name alone:
  ``aws:userid`` is ``AROA...:mila`` and variables cannot be split, ``identitystore:UserId`` is a GUID,
  ``saml:sub`` is what the identity provider sent, if it sent it. What is left are "Attributes for access control": the
  attribute ``userName`` mapped to ``${path:userName}`` arrives as ``aws:PrincipalTag/userName``.
- ``role-session``: ``aws:SourceIdentity``, which is fixed when the role is assumed and stays through role chains;
  ``sts:RoleSessionName`` exists only in that moment, for the role's trust policy.
- ``principal-tag``: ``aws:PrincipalTag/{tag}``, for identity providers that send session tags.

ImageDesk takes the name from the session (``GetCallerIdentity``), so in the last three kinds the variable must say the
same. The policy demands it of each request: ``aws:userid`` must be like ``*:{me}``. A session whose tag is another
name writes nothing, and a tag alone, however it was set, makes nobody of another name.

A bucket that a KMS key encrypts needs that key of everybody, and only by way of S3 (``kms_keys``).

IAM user names and session names are of the alphabet of our user ids. Identity Center also takes names that are not
(with spaces, umlauts, or longer than 64 characters): such a name equals no session name, and cannot be used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from imagedesk.core.errors import InvalidSettings
from imagedesk.core.kms_keys import KmsKey
from imagedesk.core.ownership import OWNER_MARK
from imagedesk.core.plain_text import plain

Policy: TypeAlias = dict[str, Any]

INDEXES = ("by-user", "by-type", "timeline")
"""The table's indexes, which are what is queried; an index has a resource name of its own."""

DEFAULT_TAG = "ImageDeskUser"
_TAG = re.compile(r"[A-Za-z0-9_.:/=+\-@]{1,128}")  # "Tags for IAM resources", AWS IAM User Guide, without blanks
_NAMES = {
    "bucket": re.compile(r"[A-Za-z0-9._-]{3,255}"),
    "table": re.compile(r"[A-Za-z0-9._-]{3,255}"),
    "region": re.compile(r"[a-z0-9-]+|\*"),
    "account": re.compile(r"[0-9]{12}|\*"),
}
_PARTITIONS = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-isob-", "aws-iso-b"),
    ("us-iso-", "aws-iso"),
    ("eu-isoe-", "aws-iso-e"),
    ("us-isof-", "aws-iso-f"),
    ("eusc-", "aws-eusc"),
)


class IdentityKind(StrEnum):
    """How people of a team sign in to AWS."""

    USER = "user"
    IDENTITY_CENTER = "identity-center"
    ROLE_SESSION = "role-session"
    PRINCIPAL_TAG = "principal-tag"


@dataclass(frozen=True, slots=True)
class PolicyScope:
    """What a policy is for. ``region`` and ``account`` are ``*`` where they are not known; ``kms_key`` is what encrypts
    the bucket: an id, an ARN or an alias. Raises InvalidSettings for anything that is no name: a wildcard in one would
    grant more than it says."""

    bucket: str
    table: str
    region: str = "*"
    account: str = "*"
    kms_key: str | None = None

    def __post_init__(self) -> None:
        for what, pattern in _NAMES.items():
            value: str = getattr(self, what)
            if not pattern.fullmatch(value):
                raise InvalidSettings(f"“{plain(value, 80)}” cannot be the {what}: correct it, then try again.")
        if self.kms_key:
            KmsKey.of(self.kms_key)

    @property
    def key(self) -> KmsKey | None:
        return KmsKey.of(self.kms_key) if self.kms_key else None

    def objects(self, prefix: str) -> str:
        return f"{self.bucket_arn}/{prefix}/*"

    def index(self, name: str) -> str:
        return f"{self.table_arn}/index/{name}"

    @property
    def bucket_arn(self) -> str:
        return f"arn:{self.partition}:s3:::{self.bucket}"

    @property
    def table_arn(self) -> str:
        return f"arn:{self.partition}:dynamodb:{self.region}:{self.account}:table/{self.table}"

    @property
    def partition(self) -> str:
        return next((name for prefix, name in _PARTITIONS if self.region.startswith(prefix)), "aws")


def person_policy(scope: PolicyScope, kind: IdentityKind, tag: str = DEFAULT_TAG) -> Policy:
    """For everybody who uses the library. ``tag`` is the principal tag's name; raises InvalidSettings for no such."""
    me = _variable(kind, tag)
    same_name = {} if kind is IdentityKind.USER else {"StringLike": {"aws:userid": f"*:{me}"}}
    # ForAllValues holds for no value at all, so a request without leading keys is shut out by the Null condition.
    own_ids = {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": [f"{me}{OWNER_MARK}*"]},
        "Null": {"dynamodb:LeadingKeys": "false"},
    }
    return _policy(
        _allow("ReadObjects", ["s3:GetObject"], [scope.objects("images"), scope.objects("thumbnails")]),
        # Without it S3 answers 403 instead of 404 for an object that is gone ("GetObject", Amazon S3 API Reference).
        # The library check lists both.
        _allow("ListObjectsAndUploads", ["s3:ListBucket", "s3:ListBucketMultipartUploads"], [scope.bucket_arn]),
        _allow(
            "ReadItems",
            ["dynamodb:BatchGetItem", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:Scan"],
            [scope.table_arn],
        ),
        _allow("ReadIndexes", ["dynamodb:Query"], [scope.index(name) for name in INDEXES]),
        _allow(
            "WriteOwnObjects",
            # Not DeleteObjectVersion: in a versioned bucket a person's delete can be undone by an administrator.
            ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
            [scope.objects(f"images/{me}"), scope.objects(f"thumbnails/{me}")],
            same_name,
        ),
        _allow(
            "WriteOwnItems",
            ["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
            [scope.table_arn],
            same_name | own_ids,
        ),
        *_use_of_key(scope),
    )


def _use_of_key(scope: PolicyScope) -> list[dict[str, Any]]:
    """Reading needs kms:Decrypt, writing kms:GenerateDataKey, writing in parts both ("Reducing the cost of SSE-KMS with
    Amazon S3 Bucket Keys" and "Uploading and copying objects using multipart upload", Amazon S3 User Guide)."""
    if (key := scope.key) is None:
        return []
    condition = {"StringLike": {"kms:ViaService": key.via_s3(scope.region)}, **key.condition}
    resource = key.arn(scope.partition, scope.region, scope.account)
    return [_allow("UseKey", ["kms:Decrypt", "kms:GenerateDataKey"], [resource], condition)]


def administrator_policy(scope: PolicyScope) -> Policy:
    """For whoever runs set-up, beside the policy of a person. Reads no picture and writes no item."""
    return _policy(
        _allow(
            "SetUpBucket",
            [
                "s3:CreateBucket",
                "s3:GetBucketPolicy",
                "s3:GetBucketPublicAccessBlock",
                "s3:GetBucketVersioning",
                "s3:GetEncryptionConfiguration",
                "s3:GetLifecycleConfiguration",
                "s3:ListBucket",
                "s3:PutBucketPolicy",
                "s3:PutBucketPublicAccessBlock",
                "s3:PutBucketVersioning",
                "s3:PutEncryptionConfiguration",
                "s3:PutLifecycleConfiguration",
            ],
            [scope.bucket_arn],
        ),
        _allow(
            "SetUpTable",
            [
                "dynamodb:CreateTable",
                "dynamodb:DescribeContinuousBackups",
                "dynamodb:DescribeTable",
                "dynamodb:UpdateContinuousBackups",
                "dynamodb:UpdateTable",
            ],
            [scope.table_arn],
        ),
    )


def prerequisite(kind: IdentityKind, tag: str = DEFAULT_TAG) -> str | None:
    """What must be configured elsewhere for a person's policy to work, None if nothing."""
    match kind:
        case IdentityKind.USER:
            return None
        case IdentityKind.IDENTITY_CENTER:
            return (
                "In Identity Center, under Settings, Attributes for access control, map the attribute userName to "
                "${path:userName}; without it nobody can write."
            )
        case IdentityKind.ROLE_SESSION:
            return (
                "The role's trust policy must demand that sts:RoleSessionName and sts:SourceIdentity are both the "
                "person's own name, such as ${aws:username}, and allow sts:SetSourceIdentity."
            )
        case IdentityKind.PRINCIPAL_TAG:
            return (
                f"The identity provider must send the session tag {plain(tag, 128)} and the session name, both with "
                "the person's name; the role's trust policy must let nobody choose them."
            )


def _variable(kind: IdentityKind, tag: str) -> str:
    match kind:
        case IdentityKind.USER:
            return "${aws:username}"
        case IdentityKind.IDENTITY_CENTER:
            return "${aws:PrincipalTag/userName}"
        case IdentityKind.ROLE_SESSION:
            return "${aws:SourceIdentity}"
        case IdentityKind.PRINCIPAL_TAG:
            if not _TAG.fullmatch(tag):
                raise InvalidSettings(f"“{plain(tag, 80)}” is no name of a tag: use letters, digits or _ . : / = + - @")
            return f"${{aws:PrincipalTag/{tag}}}"


def _policy(*statements: dict[str, Any]) -> Policy:
    # The version that knows variables; without it ${...} would be plain text.
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _allow(
    sid: str, actions: Sequence[str], resources: Sequence[str], condition: dict[str, Any] | None = None
) -> dict[str, Any]:
    statement = {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
    return {**statement, "Condition": condition} if condition else statement
