"""What an endpoint's URL tells."""

from __future__ import annotations

import pytest

from imagedesk.core.endpoints import check_transport, is_aws_endpoint, is_loopback, is_private
from imagedesk.core.errors import InvalidSettings


@pytest.mark.parametrize(
    "url",
    [
        "https://s3.eu-west-1.amazonaws.com",
        "https://s3.cn-north-1.amazonaws.com.cn",
        "https://123456789012.ddb.eu-west-1.amazonaws.com",
        "https://bucket.vpce-1a2b.s3.eu-west-1.vpce.amazonaws.com",
        "https://dynamodb.eu-west-1.api.aws",
        "https://s3.eusc-de-east-1.amazonaws.eu",
    ],
)
def test_amazons_own_endpoints_are_known(url: str) -> None:
    assert is_aws_endpoint(url)
    assert not is_private(url)


@pytest.mark.parametrize(
    "url",
    ["http://localhost:4566", "https://amazonaws.com.example.org", "https://notamazonaws.com", "https://[::1", "", "x"],
)
def test_other_servers_are_not_amazons(url: str) -> None:
    assert not is_aws_endpoint(url)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "s3.localhost", "127.0.0.1", "127.8.8.8", "[::1]"])
def test_http_is_fine_on_this_computer(host: str) -> None:
    assert is_loopback(f"http://{host}:9000")
    check_transport(f"http://{host}:9000", allow_http=False)


@pytest.mark.parametrize("url", ["http://10.0.0.5:9000", "http://files.example.org", "http://localhost.example.org"])
def test_http_beyond_this_computer_must_be_allowed(url: str) -> None:
    with pytest.raises(InvalidSettings, match="allow_http"):
        check_transport(url, allow_http=False)
    check_transport(url, allow_http=True)
    check_transport(url.replace("http:", "https:"), allow_http=False)


@pytest.mark.parametrize("host", ["10.0.0.5", "192.168.1.9", "nas", "nas.local", "[fd00::1]", "169.254.1.1"])
def test_private_hosts_are_known(host: str) -> None:
    assert is_private(f"https://{host}:9000")
    assert not is_loopback(f"https://{host}:9000")
