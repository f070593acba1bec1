"""Connections to fresh libraries on the moto server, straight or through a proxy that makes faults."""

from __future__ import annotations

import hashlib
import ipaddress
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509  # comes with moto
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from imagedesk.core.ports import ObjectDescription
from imagedesk.core.profiles import AwsProfile
from imagedesk.stores.aws.connection import AwsConnection
from tests.contract.aws_servers import (
    AwsProfileFactory,
    aws_credentials,
    aws_profile,
    blank_aws_profile,
    moto_server_url,
)
from tests.unit.stores.aws.faulty_proxy import FaultyProxy, faulty_proxy
from tests.unit.stores.aws.scripted_server import ScriptedServer, scripted_server

__all__ = [
    "aws_credentials",
    "aws_profile",
    "blank_aws_profile",
    "connection",
    "moto_server_url",
    "profile",
    "proxied",
    "proxy",
    "tls_files",
    "tls_server",
]


@pytest.fixture
def profile(aws_profile: AwsProfileFactory) -> AwsProfile:
    return aws_profile()


@pytest.fixture
def connection(profile: AwsProfile) -> Iterator[AwsConnection]:
    opened = AwsConnection(profile)
    yield opened
    opened.close()


@pytest.fixture
def proxy(profile: AwsProfile) -> Iterator[FaultyProxy]:
    with faulty_proxy(profile.s3_endpoint_url or "", profile.dynamodb_endpoint_url or "") as running:
        yield running


@pytest.fixture
def proxied(proxy: FaultyProxy, profile: AwsProfile) -> Iterator[AwsConnection]:
    """The same library as ``connection``, through the proxy."""
    opened = AwsConnection(replace(profile, s3_endpoint_url=proxy.url, dynamodb_endpoint_url=proxy.url))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def tls_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(certificate.public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files


@pytest.fixture
def tls_server(tls_files: tuple[Path, Path]) -> Iterator[ScriptedServer]:
    """Takes one request with success, over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*tls_files)
    with scripted_server([b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: 0\r\n\r\n'], tls=context) as server:
        yield server


def description_of(data: bytes, filename: str = "autumn leaves.jpg") -> ObjectDescription:
    return ObjectDescription(
        content_type="image/jpeg",
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        user_id="mila",
        image_id="mila!01",
        filename=filename,
    )
