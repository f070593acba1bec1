"""Answers with status 200 that are not the service's: a sign-in page of a network, say, or what is left of a real one.

botocore reads these as empty successes: "stored", "deleted", "not there". Its ``after-call`` events raise
ResponseParserError here instead, which ``faults`` turns into "what answers is not S3".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.model import OperationModel
from botocore.parsers import ResponseParserError

_SHORTEST_PAGE = 3  # bytes; {} is DynamoDB's shortest answer
_PAGES = {"Scan": "Items", "Query": "Items", "BatchGetItem": "Responses"}  # taken as they are: see raw_answers
# What S3 always tells: one of these.
_TOLD: Mapping[str, frozenset[str]] = {
    "PutObject": frozenset({"ETag"}),
    "HeadObject": frozenset({"ETag"}),
    "GetObject": frozenset({"ETag"}),
    "UploadPart": frozenset({"ETag"}),
    "CreateMultipartUpload": frozenset({"UploadId"}),
    "CompleteMultipartUpload": frozenset({"ETag", "Key", "Location"}),
    "ListObjectsV2": frozenset({"Name", "IsTruncated"}),
    "ListMultipartUploads": frozenset({"Bucket", "IsTruncated"}),
    "ListParts": frozenset({"UploadId", "IsTruncated"}),
}
_WITHOUT_BODY = frozenset({"DeleteObject", "AbortMultipartUpload"})


def check_is_object(response_dict: Mapping[str, Any], **_context: object) -> None:
    """For DynamoDB, before anybody reads it: every answer of its is one, and botocore stumbles over a list."""
    if response_dict["status_code"] < 300 and response_dict["body"].lstrip()[:1] not in (b"{", b""):
        raise ResponseParserError("The answer is no JSON object.")


def check_is_json(
    http_response: AWSResponse, parsed: Mapping[str, Any], model: OperationModel, **_context: object
) -> None:
    """For DynamoDB."""
    if http_response.status_code < 300:
        if not http_response.content:  # its head was cut: "not there" would be no answer to GetItem
            raise ResponseParserError("The answer is empty.")
        if not is_page_of(model.name, parsed):
            raise ResponseParserError(f"The answer to {model.name} is no page of items.")
    if len(parsed) > 1 or len(http_response.content) < _SHORTEST_PAGE:  # more than ResponseMetadata
        return
    try:
        json.loads(http_response.content)
    except ValueError as error:
        raise ResponseParserError("The answer is no JSON.") from error


def is_page_of(operation: str, parsed: object) -> bool:
    """Whether an answer that was taken as it is (``raw_answers``) has the form that botocore would have given it."""
    name = _PAGES.get(operation)
    if name is None:
        return True
    if not isinstance(parsed, dict):
        return False
    found = parsed.get(name)
    if name == "Responses":
        found = next(iter(found.values()), []) if isinstance(found, dict) else None
    return isinstance(found, list) and all(isinstance(item, dict) for item in found)


def check_is_s3(
    http_response: AWSResponse, parsed: Mapping[str, Any], model: OperationModel, **_context: object
) -> None:
    if http_response.status_code < 300 and (fault := _s3_fault(http_response, parsed, model)):
        http_response.raw.close()  # nobody will read the body that may follow
        raise ResponseParserError(f"The answer to {model.name} {fault}.")


def _s3_fault(http_response: AWSResponse, parsed: Mapping[str, Any], model: OperationModel) -> str:
    if model.name in _TOLD and _TOLD[model.name].isdisjoint(name for name in parsed if parsed[name] is not None):
        return "tells nothing of it"
    if model.name in _WITHOUT_BODY and http_response.content:
        return "has a body"
    if _tells_in_body(model) and not http_response.content:  # its head was cut: an empty list is no empty answer
        return "is empty"
    return ""


def _tells_in_body(model: OperationModel) -> bool:
    if model.output_shape is None or model.has_streaming_output:
        return False
    members = model.output_shape.members.values()
    return any("location" not in member.serialization for member in members)
