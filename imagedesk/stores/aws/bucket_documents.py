"""A bucket's policy, lifecycle and encryption as documents: whether they hold what ImageDesk wants, and how that joins
what others put there. Pure: what is not ours is kept as it is.

"Bucket policies", "PutBucketLifecycleConfiguration" and "GetBucketEncryption" (Amazon S3 User Guide and API Reference).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_TLS_ONLY = "ImageDeskTlsOnly"
_END_UPLOADS = "imagedesk-abort-unfinished-uploads"
_DAYS = 7


def holds_tls_only(policy: Mapping[str, Any], bucket_arn: str) -> bool:
    """Whether a statement, by whatever name, refuses everybody everything over plain http."""
    return any(_is_tls_only(statement, bucket_arn) for statement in _listed(policy.get("Statement")))


def with_tls_only(policy: Mapping[str, Any], bucket_arn: str) -> dict[str, Any]:
    """The policy with our statement; one of ours that was changed is replaced. Version and Id stay: the version
    decides whether ``${...}`` in the others' statements is a variable."""
    ours = {
        "Sid": _TLS_ONLY,
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket_arn, f"{bucket_arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    others = [statement for statement in _listed(policy.get("Statement")) if statement.get("Sid") != _TLS_ONLY]
    return {"Version": "2012-10-17", **policy, "Statement": [*others, ours]}


def ends_uploads(rules: Sequence[Mapping[str, Any]]) -> bool:
    """Whether an enabled rule for the whole bucket ends unfinished uploads within seven days."""
    return any(
        rule.get("Status") == "Enabled"
        and 1 <= rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation", 0) <= _DAYS
        and _is_for_all(rule)
        for rule in rules
    )


def with_ended_uploads(rules: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The rules with ours. Those of the older form, with a prefix outside of a filter, cannot stand beside it and are
    written in the newer one, which means the same."""
    ours = {
        "ID": _END_UPLOADS,
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": _DAYS},
    }
    return [*(_newer_form(rule) for rule in rules if rule.get("ID") != _END_UPLOADS), ours]


def encrypts_with(rules: Sequence[Mapping[str, Any]], kms_key: str | None) -> bool:
    """Whether the default encryption is by that key; for None, whatever it is."""
    defaults = [rule.get("ApplyServerSideEncryptionByDefault", {}) for rule in rules]
    if kms_key is None:
        return bool(defaults)
    return any(
        default.get("SSEAlgorithm", "").startswith("aws:kms") and _same_key(default.get("KMSMasterKeyID", ""), kms_key)
        for default in defaults
    )


def encryption_rule(kms_key: str | None) -> dict[str, Any]:
    """With a key of one's own, a bucket key keeps the number of calls to KMS, which are paid for, low."""
    if kms_key is None:
        return {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    by_key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": kms_key}
    return {"ApplyServerSideEncryptionByDefault": by_key, "BucketKeyEnabled": True}


def _is_tls_only(statement: Mapping[str, Any], bucket_arn: str) -> bool:
    condition = statement.get("Condition", {})
    secure = condition.get("Bool", {}).get("aws:SecureTransport") if len(condition) == 1 else None
    return (
        statement.get("Effect") == "Deny"
        and statement.get("Principal") in ("*", {"AWS": "*"}, {"AWS": ["*"]})
        and not {"*", "s3:*"}.isdisjoint(_listed(statement.get("Action")))
        and str(_only(secure)).lower() == "false"
        and {bucket_arn, f"{bucket_arn}/*"} <= set(_listed(statement.get("Resource")))
    )


def _is_for_all(rule: Mapping[str, Any]) -> bool:
    condition = rule.get("Filter", {"Prefix": rule.get("Prefix", "")})
    return not any(condition.values())


def _newer_form(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    if "Filter" in rule:
        return rule
    rest = {name: value for name, value in rule.items() if name != "Prefix"}
    return {**rest, "Filter": {"Prefix": rule.get("Prefix", "")}}


def _same_key(there: str, wanted: str) -> bool:
    """S3 keeps an id or a name as it was given, or as the ARN that ends in it."""
    return bool(there) and (
        there == wanted or there.endswith((f"/{wanted}", f":{wanted}")) or wanted.endswith(f"/{there}")
    )


def _listed(value: Any) -> list[Any]:
    """JSON policies write one of something without its list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _only(value: Any) -> Any:
    values = _listed(value)
    return values[0] if len(values) == 1 else None
