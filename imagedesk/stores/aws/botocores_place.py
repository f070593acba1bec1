"""Where botocore sends a request, how it signs it and over which connections: asked of botocore itself, once."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from urllib3 import HTTPConnectionPool, HTTPResponse

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Place:
    """``path`` is that of the request that was seen; ``host`` goes into the header."""

    url: str
    host: str
    path: str
    region: str


def place_of(client: Any, event: str, ask: Callable[[], object], mark: str) -> Place | None:
    """What ``ask`` makes botocore send under ``event``: caught when it is ready to go, known by its ``mark``, never
    sent. (A presigned URL may name another host.) None where it is signed by another algorithm."""
    seen: list[AWSPreparedRequest] = []

    def catch(request: AWSPreparedRequest, **_context: Any) -> AWSResponse | None:
        if mark not in f"{request.url} {request.body!r}":  # other threads use the client, too
            return None
        seen.append(request)
        answer = HTTPHeaders()
        answer["ETag"] = '"probe"'  # without one it would be taken for another server's
        return AWSResponse(request.url, 200, answer, HTTPResponse(io.BytesIO(b"{}"), preload_content=False))

    client.meta.events.register_last(event, catch)
    try:
        ask()
    finally:
        client.meta.events.unregister(event, catch)
    parts = urlsplit(seen[0].url)
    signed = re.search(r"^AWS4-HMAC-SHA256 .*/([\w-]+)/\w+/aws4_request", _text(seen[0].headers["Authorization"]))
    if signed is None:
        return None
    name = parts.hostname or ""
    name = f"[{name}]" if ":" in name else name
    usual = parts.port is None or parts.port == _DEFAULT_PORTS.get(parts.scheme)
    host = name if usual else f"{name}:{parts.port}"
    return Place(f"{parts.scheme}://{parts.netloc}/", host, parts.path, signed[1])


def pool_of(client: Any, url: str) -> HTTPConnectionPool | None:
    """How botocore makes its connections to the URL, so that certificates, timeouts and options are the ones that it
    chose. None behind a proxy."""
    http = client._endpoint.http_session
    if http._proxy_config.proxy_url_for(url) is not None:
        return None
    pool = http._get_connection_manager(url).connection_from_url(url)
    http._setup_ssl_cert(pool, url, http._verify)
    assert isinstance(pool, HTTPConnectionPool)
    return pool


def _text(value: str | bytes) -> str:
    return value.decode("ascii") if isinstance(value, bytes) else value
