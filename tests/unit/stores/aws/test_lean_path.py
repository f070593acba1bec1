"""The lean path asks for the same as botocore, from the same place, and leaves to it whatever is in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from imagedesk.core.errors import AccessDenied, InvalidCredentials, StoreUnavailable
from imagedesk.core.profiles import AwsProfile
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.objects import S3Objects
from tests.unit.stores.aws.conftest import description_of
from tests.unit.stores.aws.faulty_proxy import Fault, FaultyProxy
from tests.unit.stores.aws.scripted_server import ScriptedServer, scripted_server

KEY = "images/mila/01/høst + leaves.jpg"
DATA = bytes(range(256)) * 4
OK = [b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: 0\r\n\r\n']
SLOW = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"


@contextmanager
def opened(bucket: str = "my-images", **changes: Any) -> Iterator[AwsConnection]:
    with closing(AwsConnection(AwsProfile(name="team", bucket=bucket, table="t", **changes))) as connection:
        yield connection


def requests_of_botocore(connection: AwsConnection) -> list[AWSPreparedRequest]:
    """Grows with each request that botocore is about to send."""
    connection.lean()  # asks botocore itself, once
    seen: list[AWSPreparedRequest] = []

    def note(request: AWSPreparedRequest, **_context: Any) -> None:
        seen.append(request)

    connection.s3().meta.events.register("before-send.s3", note)
    return seen


def put_by_botocore(connection: AwsConnection) -> AWSPreparedRequest:
    """The request that botocore would send, which goes nowhere."""
    seen = requests_of_botocore(connection)
    answer = AWSResponse("https://nowhere", 200, {"ETag": '"1"'}, None)
    connection.s3().meta.events.register("before-send.s3", lambda **_context: answer)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "lean", lambda: None)
        patch.setattr(AWSResponse, "content", b"")
        patch.setattr("imagedesk.stores.aws.upload_body.UploadBody.has_sent", lambda *_: True)
        S3Objects(connection).put(KEY, DATA, description_of(DATA))
    return seen[0]


@pytest.mark.parametrize(
    ("bucket", "changes"),
    [
        ("my-images", {"region": "eu-west-1"}),
        ("my-images", {"region": "us-east-1"}),
        ("my-images", {"region": "cn-north-1"}),
        ("my.images", {"region": "eu-west-1"}),
        ("my-images", {"region": "eu-west-1", "s3_endpoint_url": "https://s3.example.com:9000"}),
        ("my-images", {"s3_endpoint_url": "http://localhost:4566"}),
        ("my-images", {"s3_endpoint_url": "http://127.0.0.1:80/below"}),
        ("my-images", {"s3_endpoint_url": "http://[::1]:9000"}),
    ],
)
def test_it_goes_where_botocore_goes_and_signs_for_the_same_region(bucket: str, changes: dict[str, str]) -> None:
    with opened(bucket, **changes) as connection:
        theirs = put_by_botocore(connection)
        lean = connection.lean()
        assert lean is not None
        place = lean.place
        parts = urlsplit(theirs.url)
        assert place.url == f"{parts.scheme}://{parts.netloc}/"
        assert place.path == parts.path.partition("images/mila")[0]
        assert f"/{place.region}/s3/" in str(theirs.headers["Authorization"])


def test_it_says_what_botocore_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "the token")
    with scripted_server(OK) as server, opened(s3_endpoint_url=f"http://127.0.0.1:{server.port}") as connection:
        theirs = {name.lower(): _text(value) for name, value in put_by_botocore(connection).headers.items()}
        S3Objects(connection).put(KEY, DATA, description_of(DATA))
        ours = _headers(server)
    assert server.bodies == [DATA]
    free = {"user-agent", "amz-sdk-invocation-id", "amz-sdk-request", "expect", "authorization", "x-amz-date"}
    assert {name: value for name, value in ours.items() if name not in free | {"host"}} == {
        name: value for name, value in theirs.items() if name not in free
    }
    assert ours["host"] == f"127.0.0.1:{server.port}"
    assert ours["x-amz-security-token"] == "the token"


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _headers(server: ScriptedServer) -> dict[str, str]:
    lines = server.heads[0].decode("ascii").split("\r\n")[1:]
    return dict(line.split(": ", 1) for line in lines)


def test_a_plain_transfer_needs_no_botocore(connection: AwsConnection, tmp_path: Path) -> None:
    seen, objects = requests_of_botocore(connection), S3Objects(connection)
    objects.put(KEY, DATA, description_of(DATA))
    objects.download(KEY, tmp_path / "target")
    assert objects.read(KEY, len(DATA)) == DATA
    assert seen == []


@pytest.mark.parametrize("request_", ["PUT", "GET"])
@pytest.mark.parametrize(
    "fault",
    [
        Fault("", "answer", status=503, body=SLOW),
        Fault("", "answer", status=500),
        Fault("", "answer", status=403, body=b"<Error><Code>AccessDenied</Code></Error>"),
        Fault("", "answer", status=307, headers={"Location": "http://127.0.0.1:1/"}),
        Fault("", "refuse"),
        Fault("", "lose"),
    ],
)
def test_what_is_in_doubt_is_left_to_botocore(
    proxied: AwsConnection, proxy: FaultyProxy, fault: Fault, request_: str
) -> None:
    seen, objects = requests_of_botocore(proxied), S3Objects(proxied)
    if request_ == "GET":
        objects.put(KEY, DATA, description_of(DATA))
    proxy.plan(replace(fault, request=request_))
    if request_ == "PUT":
        objects.put(KEY, DATA, description_of(DATA))
    assert objects.read(KEY, len(DATA)) == DATA
    assert seen[0].method == request_
    assert proxy.requests.count(request_) == 2


def test_a_refusal_has_the_same_sentence_as_ever(proxied: AwsConnection, proxy: FaultyProxy) -> None:
    proxy.plan(Fault("PUT", "answer", times=2, status=403, body=b"<Error><Code>AccessDenied</Code></Error>"))
    with pytest.raises(AccessDenied, match="s3:PutObject"):
        S3Objects(proxied).put(KEY, DATA, description_of(DATA))


def test_it_rests_where_it_never_works(proxied: AwsConnection, proxy: FaultyProxy) -> None:
    objects = S3Objects(proxied)
    for number in range(5):
        proxy.plan(Fault("PUT", "answer", status=500))
        objects.put(f"{KEY}{number}", DATA, description_of(DATA))
    seen = requests_of_botocore(proxied)
    objects.put(KEY, DATA, description_of(DATA))
    assert [request.method for request in seen] == ["PUT"]


def test_without_credentials_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with (
        opened(s3_endpoint_url="http://127.0.0.1:9") as connection,
        pytest.raises(InvalidCredentials, match="AWS_ACCESS_KEY_ID"),
    ):
        S3Objects(connection).put(KEY, DATA, description_of(DATA))


@pytest.mark.parametrize("bucket", ["pictures--use1-az4--x-s3", "arn:aws:s3:eu-west-1:123456789012:accesspoint/team"])
def test_a_bucket_that_signs_in_another_way_is_botocores(bucket: str) -> None:
    with opened(bucket, region="us-east-1") as connection:
        assert connection.lean() is None


def test_behind_a_proxy_it_is_botocores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    with opened(region="eu-west-1") as connection:
        assert connection.lean() is None


def test_it_trusts_no_certificate_that_botocore_would_not(tls_server: ScriptedServer) -> None:
    with (
        opened(s3_endpoint_url=f"https://127.0.0.1:{tls_server.port}") as connection,
        pytest.raises(StoreUnavailable, match="no secure connection"),
    ):
        S3Objects(connection).put(KEY, DATA, description_of(DATA))
    assert tls_server.heads == []


def test_it_speaks_tls_with_an_authority_that_is_trusted(
    tls_server: ScriptedServer, tls_files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(tls_files[0]))
    with opened(s3_endpoint_url=f"https://127.0.0.1:{tls_server.port}") as connection:
        seen = requests_of_botocore(connection)
        S3Objects(connection).put(KEY, DATA, description_of(DATA))
    assert seen == []
    assert tls_server.bodies == [DATA]


def test_closing_leaves_no_connection_open() -> None:
    with scripted_server(OK) as server, opened(s3_endpoint_url=f"http://127.0.0.1:{server.port}") as connection:
        S3Objects(connection).put(KEY, DATA, description_of(DATA))
        lean = connection.lean()
        assert lean is not None
        (kept,) = lean._wire.leases.resting
        assert kept.sock is not None
        connection.close()
        assert kept.sock is None
