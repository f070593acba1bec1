"""The hot PUT and GET of objects, past botocore's serializers: its choices, its connections, a tenth of its work.

Asked of botocore once: where the bucket is (by path or by host), which region and algorithm sign, and the pool of
connections that it verified; credentials are asked of it each time. What the server then answers is taken from here
only where its meaning is beyond doubt. For all else (a redirect, a throttle, a broken connection) ``HandOver`` is
raised, and the caller lets botocore do the same request, with its retries and its errors.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from botocore.parsers import RestXMLParser
from urllib3 import HTTPConnectionPool

from imagedesk.core.cancellation import CancelToken
from imagedesk.stores.aws.limiter import StoreLimiter, is_complaint
from imagedesk.stores.aws.signing import EMPTY_SHA256, RequestSigner, canonical_query, encoded_key
from imagedesk.stores.aws.wire import FAILURES, Answer, Wire

log = logging.getLogger(__name__)

_SURE = frozenset({409, 412, 416, 501})  # refusals that mean the same whoever asks
_GONE = 404
_PATIENCE = 5  # requests handed over in a row before the path is left alone for a while
_REST = 60.0  # seconds
_DEFAULT_PORTS = {"http": 80, "https": 443}


class HandOver(Exception):
    """Not for this path: botocore is to do it. ``status`` is the server's, 0 where there was none."""

    def __init__(self, status: int = 0) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class BucketPlace:
    """``path`` is what stands before a key; ``host`` goes into the header."""

    url: str
    host: str
    path: str
    region: str


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    operation: str
    key: str
    headers: Mapping[str, str]
    sha256: str
    query: Mapping[str, str]


class LeanPath:
    """Thread-safe. Serves one bucket through one client's connections."""

    def __init__(
        self,
        place: BucketPlace,
        pool: HTTPConnectionPool,
        signer: RequestSigner,
        limiter: StoreLimiter,
        clock: Callable[[], float],
    ) -> None:
        self.place = place
        self._limiter = limiter
        self._wire = Wire(pool)
        self._signer = signer
        self._clock = clock
        self._handed_over = 0
        self._resting_until = 0.0

    def close(self) -> None:
        """Close the connections now; botocore leaves that to the garbage collector."""
        self._wire.close()

    def put(
        self,
        key: str,
        headers: Mapping[str, str],
        body: Iterable[bytes],
        sha256: str,
        cancel: CancelToken | None,
        query: Mapping[str, str] | None = None,
    ) -> Mapping[str, str]:
        """The answer's headers. ``headers`` tell the length of ``body``, whose digest is ``sha256``. Raises HandOver,
        ClientError, Cancelled."""
        request = _Request("PUT", "PutObject", key, headers, sha256, query or {})
        answer = self._answer(request, body, cancel)
        answer.close()
        return answer.headers

    def get(self, key: str, headers: Mapping[str, str], cancel: CancelToken | None) -> Answer:
        """The answer, for the caller to read and close. Raises HandOver, ClientError, Cancelled."""
        return self._answer(_Request("GET", "GetObject", key, headers, EMPTY_SHA256, {}), (), cancel)

    def _answer(self, request: _Request, body: Iterable[bytes], cancel: CancelToken | None) -> Answer:
        if self._clock() < self._resting_until:
            raise HandOver
        self._limiter.hold(cancel)
        try:
            answer = self._send(request, body, cancel)
            if answer.status in (200, 206) and answer.headers.get("etag"):  # without one it is not S3 that answers
                self._handed_over = 0
                self._limiter.answered()
                return answer
            refusal = _refusal(answer, request.operation)
        except FAILURES as error:
            if cancel is not None:
                cancel.raise_if_cancelled()
            log.info("a %s is left to botocore: %s", request.operation, type(error).__name__)
            self._count_hand_over()
            raise HandOver from error
        if refusal is None:
            if is_complaint(answer.status):
                self._limiter.complained()
            self._count_hand_over()
            raise HandOver(answer.status)
        raise refusal

    def _send(self, request: _Request, body: Iterable[bytes], cancel: CancelToken | None) -> Answer:
        path, query = self.place.path + encoded_key(request.key), canonical_query(request.query)
        headers = {"host": self.place.host, **request.headers}
        signed = self._signer.signed(request.method, path, query, headers, request.sha256)
        target = f"{path}?{query}" if query else path
        return self._wire.request(request.method, target, signed, body, cancel)

    def _count_hand_over(self) -> None:
        self._handed_over += 1
        if self._handed_over >= _PATIENCE:
            self._handed_over = 0
            self._resting_until = self._clock() + _REST


def lean_path(
    client: Any,
    credentials: Credentials,
    bucket: str,
    limiter: StoreLimiter,
    clock: Callable[[], float] = time.monotonic,
) -> LeanPath | None:
    """None where botocore does something that is not done here: another algorithm, a proxy, insides that changed."""
    if bucket.startswith("arn:") or bucket.endswith("--x-s3"):  # access points and S3 Express sign in other ways
        return None
    try:
        place = _place_of(client, bucket)
        pool = _pool_of(client, place.url) if place is not None else None
    except (AttributeError, TypeError, KeyError):
        log.warning("this botocore is not known: objects go its own, slower way", exc_info=True)
        return None
    if place is None or pool is None:
        return None
    return LeanPath(place, pool, RequestSigner(credentials, place.region), limiter, clock)


def _place_of(client: Any, bucket: str) -> BucketPlace | None:
    """Where botocore sends a request for an object, and how it signs it: read from one that is ready to go and does
    not. (A presigned URL may name another host.)"""
    probe = uuid.uuid4().hex
    seen: list[AWSPreparedRequest] = []

    def catch(request: AWSPreparedRequest, **_context: Any) -> AWSResponse | None:
        if not request.url.endswith(probe):  # other threads use the client, too
            return None
        seen.append(request)
        answer = HTTPHeaders()
        answer["ETag"] = '"probe"'  # without one it would be taken for another server's
        return AWSResponse(request.url, 200, answer, None)

    client.meta.events.register_last("before-send.s3.GetObject", catch)
    try:
        client.get_object(Bucket=bucket, Key=probe)
    finally:
        client.meta.events.unregister("before-send.s3.GetObject", catch)
    parts = urlsplit(seen[0].url)
    signed = re.search(r"^AWS4-HMAC-SHA256 .*/([\w-]+)/s3/aws4_request", _text(seen[0].headers["Authorization"]))
    if signed is None:
        return None
    name = parts.hostname or ""
    name = f"[{name}]" if ":" in name else name
    usual = parts.port is None or parts.port == _DEFAULT_PORTS.get(parts.scheme)
    return BucketPlace(
        url=f"{parts.scheme}://{parts.netloc}/",
        host=name if usual else f"{name}:{parts.port}",
        path=parts.path.removesuffix(probe),
        region=signed[1],
    )


def _text(value: str | bytes) -> str:
    return value.decode("ascii") if isinstance(value, bytes) else value


def _pool_of(client: Any, url: str) -> HTTPConnectionPool | None:
    """botocore's own pool for the URL, so that certificates, timeouts and options are the ones that it chose."""
    http = client._endpoint.http_session
    if http._proxy_config.proxy_url_for(url) is not None:
        return None
    pool = http._get_connection_manager(url).connection_from_url(url)
    http._setup_ssl_cert(pool, url, http._verify)
    assert isinstance(pool, HTTPConnectionPool)
    return pool


def _refusal(answer: Answer, operation: str) -> ClientError | None:
    """The error that botocore would raise; None where it should ask for itself."""
    if answer.status not in _SURE and not (answer.status == _GONE and operation == "GetObject"):
        answer.close()
        return None
    parser: Any = RestXMLParser()
    response = {"status_code": answer.status, "headers": answer.headers, "body": answer.content()}
    return ClientError(parser.parse(response, None), operation)
