"""Certificates are always checked: nothing in the source, the environment or the AWS configuration turns that off."""

from __future__ import annotations

import ast
import datetime
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from imagedesk.core.errors import ImageDeskError
from imagedesk.core.profiles import AwsProfile
from imagedesk.stores import aws
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.records import DynamoRecords

SOURCES = sorted(Path(aws.__path__[0]).glob("*.py"))  # boto3 is known nowhere else


class _Empty(BaseHTTPRequestHandler):
    """A table without items, whatever is asked."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


class _TlsServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_arguments: object) -> None:
        """A client that hangs up on the certificate is what is wanted."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For 127.0.0.1, signed by nobody but itself; the key is beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.with_name("key.pem").write_bytes(key.private_bytes(*private))
    return path


@pytest.fixture
def https_url(certificate: Path) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    server = _TlsServer(("127.0.0.1", 0), _Empty)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def said(url: str) -> ImageDeskError:
    connection = AwsConnection(AwsProfile("team", dynamodb_endpoint_url=url))
    with pytest.raises(ImageDeskError) as caught:
        DynamoRecords(connection).get("mila!1")
    connection.close()
    return caught.value


def test_a_certificate_that_nobody_vouches_for_is_refused_and_the_way_out_is_told(https_url: str) -> None:
    error = said(https_url)
    assert error.code == "store_unavailable"
    assert "no secure connection" in error.message
    assert "AWS_CA_BUNDLE" in error.message


def test_an_authority_of_ones_own_is_trusted_by_its_file(
    https_url: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
    assert said(https_url).code == "not_found"


@pytest.mark.parametrize("value", ["", " ", "0", "False", "false", "none"])
def test_no_variable_turns_the_check_off(https_url: str, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_NO_VERIFY_SSL", "PYTHONHTTPSVERIFY"):
        monkeypatch.setenv(name, value)
    assert said(https_url).code in {"store_unavailable", "invalid_settings"}


@pytest.mark.parametrize("line", ["verify_ssl = false", "verify = false", "ca_bundle = false", "ca_bundle ="])
def test_no_line_of_the_aws_configuration_turns_it_off(
    https_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, line: str
) -> None:
    config = tmp_path / "config"
    config.write_text(f"[default]\n{line}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    assert said(https_url).code in {"store_unavailable", "invalid_settings"}


def test_nothing_in_the_source_chooses_whether_to_check() -> None:
    assert len(SOURCES) > 20
    suspects = {"verify", "cert_reqs", "check_hostname", "assert_hostname", "CERT_NONE", "_create_unverified_context"}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = node.arg if isinstance(node, ast.keyword) else getattr(node, "attr", None)
            assert named not in suspects, f"{path}: {named}"
