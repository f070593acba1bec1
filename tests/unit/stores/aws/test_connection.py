"""The connection: which endpoint, region and credentials count, and what is said when they do not serve."""

from __future__ import annotations

import io
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from urllib3 import HTTPResponse

from imagedesk.core.errors import ImageDeskError, InvalidCredentials, InvalidSettings, SessionExpired, StoreUnavailable
from imagedesk.core.profiles import AwsProfile
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.object_headers import checksum_header
from imagedesk.stores.aws.objects import S3Objects
from imagedesk.stores.aws.records import DynamoRecords
from tests.unit.stores.aws.conftest import description_of
from tests.unit.stores.aws.faulty_proxy import Fault, FaultyProxy

Opened = Callable[..., AwsConnection]
CLOSED_PORT = "http://127.0.0.1:1"


@pytest.fixture
def opened() -> Iterator[Opened]:
    connections: list[AwsConnection] = []

    def open_one(**changes: object) -> AwsConnection:
        connections.append(AwsConnection(replace(AwsProfile("team"), **changes)))  # type: ignore[arg-type]
        return connections[-1]

    yield open_one
    for connection in connections:
        connection.close()


def said(connection: AwsConnection) -> ImageDeskError:
    """What a person hears when an image is looked up."""
    with pytest.raises(ImageDeskError) as caught:
        DynamoRecords(connection).get("mila!1")
    return caught.value


def test_real_aws_is_recognised_and_uses_the_region(opened: Opened) -> None:
    connection = opened(region="eu-west-1")
    assert not connection.is_emulated
    assert connection.region == "eu-west-1"
    assert connection.endpoint("dynamodb") == "https://dynamodb.eu-west-1.amazonaws.com"


def test_a_put_to_aws_is_read_once_and_carries_condition_and_checksum(opened: Opened) -> None:
    connection = opened(region="eu-west-1")
    sent: list[AWSPreparedRequest] = []
    progress: list[int] = []

    def accept(request: AWSPreparedRequest, **_context: object) -> AWSResponse:
        sent.append(request)
        request.body.read()
        return AWSResponse(request.url, 200, {"ETag": "x"}, HTTPResponse(io.BytesIO()))

    connection.s3().meta.events.register_last("before-send.s3.PutObject", accept)
    S3Objects(connection).put("images/mila/01/a.jpg", b"data", description_of(b"data"), progress.append)
    headers = {name.lower(): value for name, value in sent[0].headers.items()}
    assert sent[0].url == "https://images.s3.eu-west-1.amazonaws.com/images/mila/01/a.jpg"
    assert headers["x-amz-content-sha256"] == b"UNSIGNED-PAYLOAD"
    assert headers["if-none-match"] == b"*"
    assert headers["x-amz-checksum-sha256"] == checksum_header(description_of(b"data").sha256).encode()
    assert progress == [4]


def test_the_environment_names_region_and_endpoints(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    assert opened().region == "us-west-2"
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    assert opened().region == "eu-north-1"
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:4566")
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://localhost:8000")
    connection = opened()
    assert connection.is_emulated
    assert connection.endpoint("s3") == "http://localhost:4566"
    assert connection.endpoint("dynamodb") == "http://localhost:8000"
    assert connection.s3().meta.config.s3["addressing_style"] == "path"
    assert opened(s3_endpoint_url="http://localhost:9000").endpoint("s3") == "http://localhost:9000"


def test_a_server_of_ones_own_needs_no_region(opened: Opened) -> None:
    assert opened(s3_endpoint_url=CLOSED_PORT).region == "us-east-1"


def test_aws_without_a_region_asks_for_one(opened: Opened) -> None:
    error = said(opened())
    assert isinstance(error, InvalidSettings)
    assert "--region" in error.message


def test_plain_http_to_another_computer_is_refused(opened: Opened) -> None:
    far = {"s3_endpoint_url": "http://files.example.org", "dynamodb_endpoint_url": "http://files.example.org"}
    assert isinstance(said(opened(**far)), InvalidSettings)
    assert opened(**far, allow_http=True).is_emulated


@pytest.mark.parametrize("url", ["nonsense", "http://", "http://[::1", "ftp//x", "http://host:port"])
def test_an_endpoint_that_is_no_url_is_refused(opened: Opened, url: str) -> None:
    assert isinstance(said(opened(dynamodb_endpoint_url=url)), InvalidSettings)


def test_nobody_listening_names_the_endpoint(opened: Opened) -> None:
    error = said(opened(dynamodb_endpoint_url=CLOSED_PORT))
    assert isinstance(error, StoreUnavailable)
    assert error.message.startswith(f"Nothing answers at {CLOSED_PORT}")


def test_a_name_that_cannot_be_found_says_so(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_found(*_name: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nothing_found)
    error = said(opened(dynamodb_endpoint_url="https://no-such-host.invalid"))
    assert "no-such-host.invalid cannot be found" in error.message


def test_missing_credentials_say_what_to_set(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    near = said(opened(dynamodb_endpoint_url=CLOSED_PORT))
    assert isinstance(near, InvalidCredentials)
    assert "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" in near.message
    far = said(opened(region="eu-west-1"))
    assert isinstance(far, InvalidCredentials)
    assert "aws sso login" in far.message
    with pytest.raises(InvalidCredentials):
        S3Objects(opened(region="eu-west-1")).presign("a", "a.jpg", "image/jpeg", timedelta(days=1))


def test_half_credentials_say_so(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert "both" in said(opened(dynamodb_endpoint_url=CLOSED_PORT)).message


def test_a_profile_that_is_not_configured_is_named(opened: Opened) -> None:
    error = said(opened(profile="design-team", region="eu-west-1"))
    assert isinstance(error, InvalidSettings)
    assert "no profile “design-team”" in error.message


def test_a_configuration_file_that_cannot_be_read_says_so(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "config"
    broken.write_text("[default\nregion")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(broken))
    assert isinstance(said(opened(dynamodb_endpoint_url=CLOSED_PORT)), InvalidSettings)


def test_a_single_sign_on_session_that_ended_names_the_command(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text(
        "[profile team]\nsso_session = team\nsso_account_id = 123456789012\nsso_role_name = editor\n"
        "region = eu-west-1\n[sso-session team]\nsso_region = eu-west-1\nsso_start_url = https://example.org/start\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    error = said(opened(profile="team"))
    assert isinstance(error, SessionExpired)
    assert "aws sso login --profile team" in error.message


def test_renewed_credentials_are_found_without_a_restart(
    proxied: AwsConnection, proxy: FaultyProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    expired = b'{"__type":"com.amazon.coral.service#ExpiredTokenException","message":"The token is expired"}'
    proxy.plan(Fault("GetItem", "answer", times=2, status=400, body=expired))
    before = proxied.dynamodb()
    assert isinstance(said(proxied), SessionExpired)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "renewed")
    after = proxied.dynamodb()
    assert after is not before
    assert said(proxied).code == "not_found"


def test_credentials_that_were_renewed_with_ended_ones_are_an_ended_session(
    connection: AwsConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", (datetime.now(UTC) - timedelta(minutes=1)).isoformat())
    assert isinstance(said(connection), SessionExpired)
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", (datetime.now(UTC) + timedelta(hours=1)).isoformat())
    assert said(connection).code == "not_found"


def test_an_error_of_our_own_is_not_taken_for_the_servers(connection: AwsConnection) -> None:
    with pytest.raises(RuntimeError, match="our bug"), connection.translating("s3"):
        raise RuntimeError("our bug")


def test_the_end_of_a_session_is_found(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    assert opened().session_end() == (None, False)
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    assert opened().session_end() == (None, True)
    end = datetime.now(UTC) + timedelta(hours=11, minutes=7)
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", end.isoformat())
    found, in_session = opened().session_end()
    assert in_session
    assert found is not None
    assert abs(found - end) < timedelta(seconds=3)


def test_no_secret_reaches_the_log(
    connection: AwsConnection, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "very-secret-token")
    caplog.set_level(logging.DEBUG)
    said(connection)
    assert "very-secret-token" not in caplog.text


def test_many_threads_share_one_client(connection: AwsConnection) -> None:
    clients: set[int] = set()
    threads = [threading.Thread(target=lambda: clients.add(id(connection.s3()))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(clients) == 1


def test_a_server_that_speaks_no_tls_says_so(opened: Opened) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_answer_in_plain_text, args=(server,))
        thread.start()
        error = said(opened(dynamodb_endpoint_url=f"https://127.0.0.1:{server.getsockname()[1]}"))
        server.close()
        thread.join()
    assert isinstance(error, StoreUnavailable)
    assert "no secure connection" in error.message


def _answer_in_plain_text(server: socket.socket) -> None:
    for _ in range(5):  # as often as the client tries
        connection, _address = server.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def test_a_web_page_instead_of_a_service_says_so(proxied: AwsConnection, proxy: FaultyProxy) -> None:
    page = Fault("GET", "answer", times=2, status=200, headers={"Content-Type": "text/html"}, body=b"<html><body>hi")
    proxy.plan(replace(page, request="DescribeTable"), replace(page, request="GetItem"))
    assert said(proxied).code == "store_unavailable"
