"""Answers of DynamoDB taken as the JSON that they are, where botocore would copy them value by value.

An item is the same before and after that copying, but for binaries, which are no part of a record. A page of a thousand
costs a tenth so; requests, signatures, retries and errors stay botocore's.
"""

from __future__ import annotations

from typing import Any

_PAGES = ("Scan", "Query", "BatchGetItem")


def take_pages_as_they_are(client: Any) -> None:
    """Mark the answers of this client as documents, which botocore hands over unread ("document types", Smithy 2.0).
    A botocore that knows no such mark copies them as before."""
    for operation in _PAGES:
        client.meta.service_model.operation_model(operation).output_shape.metadata["document"] = True
