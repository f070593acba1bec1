"""What an endpoint's URL tells: whether it is Amazon's, whether it is near, and whether it may carry secrets."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from imagedesk.core.errors import InvalidSettings
from imagedesk.core.plain_text import plain

if TYPE_CHECKING:
    import ipaddress

# "AWS service endpoints" of all partitions (AWS General Reference): the plain names and the dual-stack ones.
_AWS_DOMAINS = (
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "api.aws",
    "api.amazonwebservices.com.cn",
    "api.amazonwebservices.eu",
    "c2s.ic.gov",
    "sc2s.sgov.gov",
    "cloud.adc-e.uk",
    "csp.hci.ic.gov",
)


def host_of(url: str) -> str:
    """The host name in lower case, without brackets; empty where the URL has none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


@functools.lru_cache(maxsize=64)  # asked for every object
def is_aws_endpoint(url: str) -> bool:
    host = host_of(url)
    return any(host == domain or host.endswith(f".{domain}") for domain in _AWS_DOMAINS)


def is_loopback(url: str) -> bool:
    host = host_of(url)
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = _address(host)
    return address is not None and address.is_loopback


def is_private(url: str) -> bool:
    """Whether only this computer or its own network can reach the host, as far as its name tells."""
    host = host_of(url)
    address = _address(host)
    if address is not None:
        return not address.is_global
    return is_loopback(url) or "." not in host or host.endswith((".local", ".internal", ".lan", ".home.arpa"))


def check_transport(url: str, *, allow_http: bool) -> None:
    """Raise InvalidSettings where pictures and signatures would travel readable."""
    if urlsplit(url).scheme == "https" or allow_http or is_loopback(url):
        return
    raise InvalidSettings(
        f"{plain(url)} is not encrypted, so everybody on the way could read what is sent: "
        "use https, or set allow_http = true in this library's settings if you trust that network."
    )


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    import ipaddress  # profiles are read at every start, and few of their hosts are numbers

    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
