"""Our signature is botocore's, for whatever a key or a header may hold."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from imagedesk.stores.aws.signing import EMPTY_SHA256, RequestSigner, canonical_query, encoded_key

MOMENT = datetime(2026, 3, 4, 23, 59, 58, tzinfo=UTC)
HOST = "my-images.s3.eu-west-1.amazonaws.com"
values = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1).map(str.strip)
names = st.text("abcdefghij-", min_size=1).map(lambda name: f"x-amz-meta-{name}")


def by_botocore(credentials: Credentials, url: str, headers: dict[str, str], digest: str) -> str:
    request = AWSRequest("PUT", url, headers={**headers, "X-Amz-Content-SHA256": digest})
    request.context = {"payload_signing_enabled": False, "signing": {}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.auth.get_current_datetime", lambda: MOMENT.replace(tzinfo=None))
        patch.setattr(S3SigV4Auth, "_should_sha256_sign_payload", lambda *_: True)
        patch.setattr(S3SigV4Auth, "payload", lambda *_: digest)
        S3SigV4Auth(credentials, "s3", "eu-west-1").add_auth(request)
    return str(request.headers["Authorization"])


@given(
    key=st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    headers=st.dictionaries(names, values, max_size=4),
    query=st.dictionaries(st.text("abcXYZ", min_size=1), st.text("aZ09-_.~ /+=&%", max_size=8), max_size=3),
    token=st.none() | st.text("abc/+=", min_size=1),
)
def test_a_request_is_signed_as_botocore_signs_it(
    key: str, headers: dict[str, str], query: dict[str, str], token: str | None
) -> None:
    credentials = Credentials("AKIDEXAMPLE", "secret/+", token)
    path, asked = f"/{encoded_key(key)}", canonical_query(query)
    signer = RequestSigner(credentials, "eu-west-1", MOMENT.timestamp)
    ours = signer.signed("PUT", path, asked, {"host": HOST, **headers}, EMPTY_SHA256)
    url = f"https://{HOST}{path}" + (f"?{asked}" if asked else "")
    assert ours["authorization"] == by_botocore(credentials, url, headers, EMPTY_SHA256)
    assert ours.get("x-amz-security-token") == token


def test_credentials_that_were_renewed_and_a_new_day_are_seen() -> None:
    credentials, now = Credentials("AKID", "first", "token-1"), [MOMENT.timestamp()]
    signer = RequestSigner(credentials, "eu-west-1", lambda: now[0])

    def signature() -> str:
        return signer.signed("GET", "/k", "", {"host": HOST}, EMPTY_SHA256)["authorization"]

    seen = {signature()}
    credentials.secret_key = "second"
    seen.add(signature())
    now[0] += 3600
    assert "/20260305/eu-west-1/s3/aws4_request" in signature()
    assert len(seen | {signature()}) == 3


def test_a_call_of_a_table_is_signed_as_botocore_signs_it() -> None:
    credentials, url = Credentials("AKID", "secret", "token"), "https://dynamodb.eu-west-1.amazonaws.com/"
    body, headers = (
        b'{"TableName": "t"}',
        {"x-amz-target": "DynamoDB_20120810.GetItem", "content-type": "application/x-amz-json-1.0"},
    )
    request = AWSRequest("POST", url, headers=dict(headers), data=body)
    request.context = {"signing": {}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.auth.get_current_datetime", lambda: MOMENT.replace(tzinfo=None))
        SigV4Auth(credentials, "dynamodb", "eu-west-1").add_auth(request)
    signer = RequestSigner(credentials, "eu-west-1", MOMENT.timestamp, "dynamodb")
    host = {"host": "dynamodb.eu-west-1.amazonaws.com"}
    ours = signer.signed("POST", "/", "", {**host, **headers}, hashlib.sha256(body).hexdigest())
    assert ours["authorization"] == request.headers["Authorization"]
