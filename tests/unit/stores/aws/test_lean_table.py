"""The lean calls of a table say what botocore says, and leave to it whatever is in doubt."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.awsrequest import AWSPreparedRequest

from imagedesk.core.errors import AlreadyExists, NotFound
from imagedesk.core.profiles import AwsProfile
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.hand_over import HandOver
from imagedesk.stores.aws.records import DynamoRecords
from tests.fakes.sample_records import sample_record
from tests.unit.stores.aws.faulty_proxy import Fault, FaultyProxy
from tests.unit.stores.aws.scripted_server import ScriptedServer, scripted_server

OURS, FREE = {"accept-encoding"}, {"user-agent", "amz-sdk-invocation-id", "amz-sdk-request", "authorization"}


def answered(body: bytes, head: str = "") -> list[bytes]:
    return [f"HTTP/1.1 200 OK\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body]


@contextmanager
def opened(**changes: Any) -> Iterator[AwsConnection]:
    with closing(AwsConnection(AwsProfile(name="team", bucket="b", table="my-images", **changes))) as connection:
        yield connection


def client_of(server: ScriptedServer) -> Any:
    return opened(dynamodb_endpoint_url=f"http://127.0.0.1:{server.port}")


def requests_of_botocore(connection: AwsConnection) -> list[AWSPreparedRequest]:
    """Grows with each request that botocore is about to send."""
    connection.lean_table()  # asks botocore itself, once
    seen: list[AWSPreparedRequest] = []

    def note(request: AWSPreparedRequest, **_context: Any) -> None:
        seen.append(request)

    connection.dynamodb().meta.events.register("before-send.dynamodb", note)
    return seen


@pytest.mark.parametrize("operation", ["put", "get", "get many"])
def test_it_says_what_botocore_says(monkeypatch: pytest.MonkeyPatch, operation: str) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "the token")
    empty = answered(b'{"Responses": {"my-images": []}}' if operation == "get many" else b"{}")
    with scripted_server(empty, empty) as server, client_of(server) as connection:
        for _ in range(2):
            records = DynamoRecords(connection)
            if operation == "put":
                records.add(sample_record(1))
            elif operation == "get many":
                assert records.get_many(["ann!01", "ann!02"]) == {}
            else:
                with pytest.raises(NotFound):
                    records.get("ann!01")
            if (lean := connection.lean_table()) is not None:
                lean.close()  # the server serves one connection at a time
            monkeypatch.setattr(connection, "lean_table", lambda: None)
    ours, theirs = [_headers(head) for head in server.heads]
    assert json.loads(server.bodies[0]) == json.loads(server.bodies[1])
    varying = {*FREE, "x-amz-date", "content-length"}
    assert {name: ours[name] for name in ours.keys() - varying} == {
        name: theirs[name] for name in theirs.keys() - varying
    }
    assert ours["x-amz-security-token"] == "the token"
    assert ours["authorization"].partition("/")[0] == theirs["authorization"].partition("/")[0]


def _headers(head: bytes) -> dict[str, str]:
    lines = head.decode("ascii").split("\r\n")
    assert lines[0] == "POST / HTTP/1.1"
    return {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}


@pytest.mark.parametrize(
    "changes",
    [
        {"region": "eu-west-1"},
        {"region": "cn-north-1"},
        {"dynamodb_endpoint_url": "https://tables.example.com:8000"},
        {"dynamodb_endpoint_url": "http://[::1]:8000/below"},
    ],
)
def test_it_goes_where_botocore_goes(changes: dict[str, str]) -> None:
    with opened(**changes) as connection:
        lean = connection.lean_table()
        assert lean is not None
        parts = urlsplit(connection.dynamodb().meta.endpoint_url)
        assert lean._place.url == f"{parts.scheme}://{parts.netloc}/"
        assert lean._place.path == (parts.path or "/")
        assert lean._place.region == changes.get("region", "us-east-1")


def test_what_an_account_has_of_its_own_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCOUNT_ID", "123456789012")
    with opened(region="eu-west-1") as connection:
        lean = connection.lean_table()
        assert lean is not None
        assert lean._place.host == "123456789012.ddb.eu-west-1.amazonaws.com"


def test_a_plain_call_needs_no_botocore(connection: AwsConnection) -> None:
    seen, records, record = requests_of_botocore(connection), DynamoRecords(connection), sample_record(1)
    records.add(record)
    records.add(record)
    with pytest.raises(AlreadyExists):
        records.add(replace(sample_record(1), sha256="0" * 64))
    assert records.get(record.image_id) == record
    assert records.get_many([record.image_id, "ann!no"]) == {record.image_id: record}
    assert seen == []


@pytest.mark.parametrize("call", ["PutItem", "GetItem", "BatchGetItem"])
@pytest.mark.parametrize(
    "fault",
    [
        Fault("", "answer", status=503),
        Fault("", "answer", status=400, body=b'{"__type": "com.amazonaws#ThrottlingException"}'),
        Fault("", "answer", status=400, body=b'{"__type": "x#ExpiredTokenException"}'),
        Fault("", "answer", status=200, body=b"<html>sign in"),
        Fault("", "answer", status=200, body=b"[]"),
        Fault("", "answer", status=200, body=b""),
        Fault("", "answer", status=200, body=b"{}", headers={"x-amz-crc32": "1"}),
        Fault("", "refuse"),
        Fault("", "lose"),
        Fault("", "cut"),
    ],
)
def test_what_is_in_doubt_is_left_to_botocore(
    proxied: AwsConnection, proxy: FaultyProxy, fault: Fault, call: str
) -> None:
    seen, records, record = requests_of_botocore(proxied), DynamoRecords(proxied), sample_record(1)
    if call != "PutItem":
        records.add(record)
    proxy.plan(Fault(call, fault.kind, 1, fault.status, fault.headers, fault.body))
    if call == "PutItem":
        records.add(record)
    elif call == "GetItem":
        assert records.get(record.image_id) == record
    else:
        assert records.get_many([record.image_id]) == {record.image_id: record}
    asked = [request.headers["X-Amz-Target"] for request in seen]
    if not (call == "PutItem" and fault.kind == "cut"):  # {} cannot be halved and stay something
        assert asked[0].endswith(call.encode() if isinstance(asked[0], bytes) else call)


def test_a_request_to_slow_down_is_heard(proxied: AwsConnection, proxy: FaultyProxy) -> None:
    before = proxied.limiter("dynamodb").allowed
    slow = b'{"__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}'
    proxy.plan(Fault("PutItem", "answer", status=400, body=slow))
    DynamoRecords(proxied).add(sample_record(1))
    assert proxied.limiter("dynamodb").allowed <= before / 2 + 1


def test_a_checksum_that_fits_is_accepted_and_a_flipped_bit_is_not() -> None:
    item = json.dumps({"Item": {"image_id": {"S": "ann!01"}}}).encode()
    sound = f"x-amz-crc32: {zlib.crc32(item)}\r\n"
    damaged = item.replace(b"01", b"11")
    with scripted_server(answered(item, sound), answered(damaged, sound)) as server, client_of(server) as connection:
        lean = connection.lean_table()
        assert lean is not None
        assert lean.call("GetItem", {}) == json.loads(item)
        with pytest.raises(HandOver):
            lean.call("GetItem", {})


def test_behind_a_proxy_it_is_botocores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    with opened(region="eu-west-1") as connection:
        assert connection.lean_table() is None


def test_it_rests_where_it_never_works(proxied: AwsConnection, proxy: FaultyProxy) -> None:
    records = DynamoRecords(proxied)
    for number in range(5):
        proxy.plan(Fault("PutItem", "answer", status=500))
        records.add(sample_record(number))
    seen = requests_of_botocore(proxied)
    records.add(sample_record(6))
    assert len(seen) == 1


def test_closing_leaves_no_connection_open() -> None:
    with scripted_server(answered(b"{}")) as server, client_of(server) as connection:
        DynamoRecords(connection).add(sample_record(1))
        lean = connection.lean_table()
        assert lean is not None
        (kept,) = lean._wire.leases.resting
        assert kept.sock is not None
        connection.close()
        assert kept.sock is None
