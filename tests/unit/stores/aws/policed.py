"""A connection whose calls are noted as the IAM actions that they need, and refused where a policy does not grant them.

Which action a call needs, and on what: "Required permissions for Amazon S3 API operations" (Amazon S3 User Guide) and
"Actions, resources, and condition keys for Amazon DynamoDB" (Service Authorization Reference).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from imagedesk.core.access_policy import Policy
from imagedesk.stores.aws.connection import AwsConnection
from tests.fakes.iam_evaluator import IamRequest, allows

_OBJECT_ACTIONS = {
    "GetObject": "GetObject",
    "HeadObject": "GetObject",
    "PutObject": "PutObject",
    "DeleteObject": "DeleteObject",
}
_UPLOAD_ACTIONS = {
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "ListParts": "ListMultipartUploadParts",
    "AbortMultipartUpload": "AbortMultipartUpload",
}  # which tell of what is not there by themselves
_BUCKET_ACTIONS = {
    "ListObjectsV2": "ListBucket",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "CreateBucket": "CreateBucket",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "GetBucketVersioning": "GetBucketVersioning",
    "PutBucketVersioning": "PutBucketVersioning",
    "GetBucketPolicy": "GetBucketPolicy",
    "PutBucketPolicy": "PutBucketPolicy",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
}


@dataclass
class Police:
    """``policy`` None lets everything pass. ``names_actions``: whether a refusal says which action it is about, as AWS
    does and some compatible servers do not."""

    connection: AwsConnection
    policy: Policy | None = None
    context: Mapping[str, str] = field(default_factory=dict)
    names_actions: bool = True
    used: set[str] = field(default_factory=set)
    called: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        # The short ways make no call of botocore's to note.
        self.connection.lean = self.connection.lean_table = lambda: None  # type: ignore[method-assign]
        for client in (self.connection.s3(), self.connection.dynamodb()):
            client.meta.events.register("provide-client-params", self._on_call)
            client.meta.events.register("after-call.s3", self._on_answer)

    def _on_call(self, params: dict[str, Any], model: Any, **_rest: object) -> None:
        self.called.append(model.name)
        request = self._request(model.name, params)
        self.used.add(request.action)
        self._check(request, model.name)

    def _on_answer(self, http_response: Any, model: Any, **_rest: object) -> None:
        """S3 tells that an object is not there only to those who may list."""
        if http_response.status_code == 404 and model.name in _OBJECT_ACTIONS:
            bucket = f"arn:aws:s3:::{self.connection.profile.bucket}"
            self._check(IamRequest("s3:ListBucket", bucket, self.context), model.name)

    def _request(self, operation: str, params: Mapping[str, Any]) -> IamRequest:
        if (action := (_OBJECT_ACTIONS | _UPLOAD_ACTIONS).get(operation)) is not None:
            return IamRequest(f"s3:{action}", f"arn:aws:s3:::{params['Bucket']}/{params['Key']}", self.context)
        if operation in _BUCKET_ACTIONS:
            return IamRequest(f"s3:{_BUCKET_ACTIONS[operation]}", f"arn:aws:s3:::{params['Bucket']}", self.context)
        return self._table_request(operation, params)

    def _table_request(self, operation: str, params: Mapping[str, Any]) -> IamRequest:
        (table,) = params["RequestItems"] if operation == "BatchGetItem" else (params["TableName"],)
        resource = f"arn:aws:dynamodb:us-east-1:123456789012:table/{table}"
        if "IndexName" in params:
            resource += f"/index/{params['IndexName']}"
        key = params.get("Key") or params.get("Item")
        ids = {"dynamodb:LeadingKeys": (key["image_id"]["S"],)} if key else {}
        return IamRequest(f"dynamodb:{operation}", resource, {**self.context, **ids})

    def _check(self, request: IamRequest, operation: str) -> None:
        if self.policy is None or allows(self.policy, request):
            return
        action = f"User: arn:aws:iam::123456789012:user/mila is not authorized to perform: {request.action} on resource"
        error = {"Code": "AccessDenied", "Message": action if self.names_actions else "Access Denied"}
        raise ClientError({"Error": error, "ResponseMetadata": {"HTTPStatusCode": 403}}, operation)  # type: ignore[typeddict-item]
