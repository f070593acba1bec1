"""What the credentials permit: which action of AWS each operation needs, and the sentence for one that is refused.

A check names the missing actions; a window disables what needs them and shows ``reason_against`` as the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from imagedesk.core.plain_text import plain


class Operation(StrEnum):
    """What a person can do with a library; the value begins a sentence. Viewing needs what downloading needs."""

    LIST = "Listing"
    DOWNLOAD = "Downloading"
    SHARE = "Sharing"
    UPLOAD = "Uploading"
    EDIT = "Editing"
    DELETE = "Deleting"


NEEDED_FOR: Mapping[str, tuple[Operation, ...]] = {
    "dynamodb:Query": (Operation.LIST,),
    "dynamodb:Scan": (Operation.LIST,),
    "dynamodb:BatchGetItem": (Operation.LIST,),
    "s3:GetObject": (Operation.DOWNLOAD, Operation.SHARE),
    "s3:PutObject": (Operation.UPLOAD,),
    "dynamodb:PutItem": (Operation.UPLOAD,),
    "dynamodb:GetItem": (Operation.EDIT, Operation.DELETE),
    "dynamodb:UpdateItem": (Operation.EDIT,),
    "dynamodb:DeleteItem": (Operation.DELETE,),
    "s3:DeleteObject": (Operation.DELETE,),
    "s3:ListBucket": (),
    "s3:ListBucketMultipartUploads": (),
    "s3:AbortMultipartUpload": (),
    "s3:ListMultipartUploadParts": (),
    "dynamodb:DescribeTable": (),
}
"""Every action that a person's policy grants. Those for no operation are done without, at a loss."""

KEY_NEEDED_FOR: Mapping[str, tuple[Operation, ...]] = {
    "kms:Decrypt": (Operation.DOWNLOAD, Operation.SHARE),
    "kms:GenerateDataKey": (Operation.UPLOAD,),
}
"""Those that it grants beside these where a KMS key encrypts the bucket."""

_LOSSES = {
    "s3:ListBucket": "a picture that is gone looks like one that is forbidden",
    "s3:ListBucketMultipartUploads": "the library check does not see unfinished uploads",
    "s3:AbortMultipartUpload": "an upload that was given up keeps its parts until the bucket's rule removes them",
    "s3:ListMultipartUploadParts": "a large upload that was interrupted begins anew",
    "dynamodb:DescribeTable": "a table that lacks its indexes cannot be listed",
}
_REMEDY = "ask whoever looks after the AWS account for it (“imagedesk policy” prints what to grant)."


@dataclass(frozen=True, slots=True)
class MissingAction:
    """An action, such as ``s3:PutObject``, that was refused on ``place``, and the operations that cannot do without."""

    action: str
    place: str
    operations: tuple[Operation, ...] = ()

    @property
    def sentence(self) -> str:
        permission = f"the permission {plain(self.action, 80)} on {self.place}"
        if self.operations:
            return f"{_listed(self.operations)} needs {permission}, which is refused: {_REMEDY}"
        loss = _LOSSES.get(self.action, "something may not work")
        return f"Without {permission}, {loss}: {_REMEDY}"


def reason_against(missing: Iterable[MissingAction], operation: Operation) -> str | None:
    """Why ``operation`` cannot be done, naming every action that it lacks; None where it can."""
    lacking = [f"{plain(lack.action, 80)} on {lack.place}" for lack in missing if operation in lack.operations]
    if not lacking:
        return None
    return f"{operation} needs a permission that is refused ({'; '.join(lacking)}): {_REMEDY}"


def _listed(operations: tuple[Operation, ...]) -> str:
    first, *rest = operations
    return " and ".join([str(first), *(str(operation).lower() for operation in rest)])
