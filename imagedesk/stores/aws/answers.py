"""What a server's refusal means to a person: its code chooses a sentence of ``error_codes``, its details fill it in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import ClientError

from imagedesk.core.endpoints import is_aws_endpoint
from imagedesk.core.errors import AccessDenied, ImageDeskError, InvalidCredentials, SessionExpired, StoreUnavailable
from imagedesk.core.plain_text import plain
from imagedesk.stores.aws.error_codes import CREDENTIAL_CALLS, NOT_OFFERED, RULES, SIGN_IN_AGAIN

_TELLING_STATUSES = {401, 403, 405, 408, 413, 429, 501}  # clear enough where the code is unknown
_SKEW_SHOWN = 240  # seconds; AWS refuses a request that is five minutes off for DynamoDB, fifteen for S3


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call went: what a sentence about its failure names. ``keys_from`` says where keys that are no matter of
    boto3's come from."""

    service: str
    endpoint: str
    holder: str
    setup_command: str
    region: str = ""
    credentials_profile: str | None = None
    keys_from: str | None = None

    @property
    def is_emulated(self) -> bool:
        return not is_aws_endpoint(self.endpoint)

    @property
    def profile_option(self) -> str:
        return f" --profile {plain(self.credentials_profile)}" if self.credentials_profile else ""

    @property
    def of_profile(self) -> str:
        if self.keys_from:
            return f" {self.keys_from}"
        return f" for the profile “{plain(self.credentials_profile)}”" if self.credentials_profile else ""

    @property
    def sign_in_command(self) -> str:
        return f"aws sso login{self.profile_option}"


def fault_of_answer(error: ClientError, place: Place) -> ImageDeskError:
    """The error of ours for a refusal: by its code, else by its status, else naming the code."""
    words = _words(error, place)
    if error.operation_name in CREDENTIAL_CALLS and (fault := _fault_of_credentials(error, words)) is not None:
        return fault
    kind, sentence = _rule(error) or (StoreUnavailable, "{service} refused the request with {code}: {message}.")
    return kind(sentence.format_map(words))


def _fault_of_credentials(error: ClientError, words: dict[str, str]) -> ImageDeskError | None:
    """None for faults of the way: those are told as of any call."""
    if code_of(error) in SIGN_IN_AGAIN:
        return SessionExpired(
            "Your AWS session has ended: run “{sign_in_command}” or renew the credentials, then try again.".format_map(
                words
            )
        )
    rule = _rule(error)
    if rule is not None and issubclass(rule[0], StoreUnavailable | SessionExpired):
        return None
    return InvalidCredentials(
        "The AWS credentials could not be fetched{of_profile} ({operation}: {code}: {message}): check that profile in "
        "the AWS configuration, or ask whoever looks after the account.".format_map(words)
    )


def code_of(error: ClientError) -> str:
    # Some servers send a namespace before the code.
    return str(error.response.get("Error", {}).get("Code", "")).rpartition("#")[2]


def status_of(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def is_not_offered(error: ClientError) -> bool:
    """Whether the server lacks the operation altogether, as many emulators lack some."""
    return status_of(error) in {405, 501} or code_of(error) in NOT_OFFERED


def is_denied(error: ClientError) -> bool:
    rule = _rule(error)
    return rule is not None and rule[0] is AccessDenied


def _rule(error: ClientError) -> tuple[type[ImageDeskError], str] | None:
    status = status_of(error)
    by_status = str(status) if status in _TELLING_STATUSES else "500" if status >= 500 else ""
    return RULES.get(_meant_code(error)) or RULES.get(by_status)


def _meant_code(error: ClientError) -> str:
    """The code, made clearer where the operation or the message tells more than it does."""
    code = code_of(error)
    message = str(error.response.get("Error", {}).get("Message", "")).lower()
    if "signature expired" in message or "signature not yet current" in message:
        return "RequestTimeTooSkewed"
    if code in {"AccessDenied", "AccessDeniedException"} and (named_action(error) or "").startswith("kms:"):
        return "AccessDenied.kms"
    if code in {"404", "NotFound"} and error.operation_name == "HeadBucket":
        return "NoSuchBucket"
    if code == "400" and error.operation_name.startswith("Head"):
        return "400.Head"
    return code


def _words(error: ClientError, place: Place) -> dict[str, str]:
    details: dict[str, Any] = dict(error.response.get("Error", {}))
    bucket_region = details.get("Region") or _headers(error).get("x-amz-bucket-region")
    return {
        "service": place.service,
        "endpoint": place.endpoint,
        "holder": place.holder,
        "setup_command": place.setup_command,
        "region": place.region or "that was chosen",
        "region_hint": f" (it is in {plain(str(bucket_region))})" if bucket_region else "",
        "of_profile": place.of_profile,
        "sign_in_command": place.sign_in_command,
        "code": plain(code_of(error), 80) or "no code",
        "message": plain(str(details.get("Message") or "no reason given"), 160).rstrip("."),
        "operation": error.operation_name,
        "action": _action(error, place.service),
        "owner_hint": "; the bucket may also belong to another account" if place.service == "S3" else "",
        "skew": _skew_in_words(error),
    }


_ACTIONS = {
    "HeadObject": "GetObject",
    "HeadBucket": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
}


def named_action(error: ClientError) -> str | None:
    """The action that the refusal itself names, None where it names none."""
    message = str(error.response.get("Error", {}).get("Message", ""))
    named = re.search(r"perform: ([\w-]+:\w+)", message)
    return named[1] if named else None


def _action(error: ClientError, service: str) -> str:
    return named_action(error) or f"{service.lower()}:{_ACTIONS.get(error.operation_name, error.operation_name)}"


def _headers(error: ClientError) -> dict[str, str]:
    return dict(error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {}))


def _skew_in_words(error: ClientError) -> str:
    try:
        server = parsedate_to_datetime(_headers(error).get("date", ""))
        seconds = (datetime.now(UTC) - server).total_seconds()
    except (TypeError, ValueError):
        return "too far from the server's"
    if abs(seconds) < _SKEW_SHOWN:
        return "too far from the server's"
    minutes = round(abs(seconds) / 60)
    length = f"{minutes} minutes" if minutes < 120 else f"{round(minutes / 60)} hours"
    return f"{length} {'ahead' if seconds > 0 else 'behind'}"
