"""The hot PUT and GET of objects, past botocore's serializers: its choices, its connections, a tenth of its work.

Asked of botocore once: where the bucket is (by path or by host), which region and algorithm sign, and the pool of
connections that it verified; credentials are asked of it each time. What the server then answers is taken from here
only where its meaning is beyond doubt. For all else (a redirect, a throttle, a broken connection) ``HandOver`` is
raised, and the caller lets botocore do the same request, with its retries and its errors.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from botocore.parsers import RestXMLParser
from urllib3 import HTTPConnectionPool

from imagedesk.core.cancellation import CancelToken
from imagedesk.stores.aws.botocores_place import Place, place_of, pool_of
from imagedesk.stores.aws.hand_over import HandOver, Patience
from imagedesk.stores.aws.limiter import StoreLimiter, is_complaint
from imagedesk.stores.aws.signing import EMPTY_SHA256, RequestSigner, canonical_query, encoded_key
from imagedesk.stores.aws.wire import FAILURES, Answer, Bytes, Wire

log = logging.getLogger(__name__)

_SURE = frozenset({409, 412, 416, 501})  # refusals that mean the same whoever asks
_GONE = 404


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
        place: Place,
        pool: HTTPConnectionPool,
        signer: RequestSigner,
        limiter: StoreLimiter,
        clock: Callable[[], float],
    ) -> None:
        self.place = place
        self._limiter = limiter
        self._wire = Wire(pool)
        self._signer = signer
        self._patience = Patience(clock)

    def close(self) -> None:
        """Close the connections now; botocore leaves that to the garbage collector."""
        self._wire.close()

    def put(
        self,
        key: str,
        headers: Mapping[str, str],
        body: Iterable[Bytes],
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

    def _answer(self, request: _Request, body: Iterable[Bytes], cancel: CancelToken | None) -> Answer:
        self._patience.check()
        self._limiter.hold(cancel)
        try:
            answer = self._send(request, body, cancel)
            if answer.status in (200, 206) and answer.headers.get("etag"):  # without one it is not S3 that answers
                self._patience.kept()
                self._limiter.answered()
                return answer
            refusal = _refusal(answer, request.operation)
        except FAILURES as error:
            if cancel is not None:
                cancel.raise_if_cancelled()
            log.info("a %s is left to botocore: %s", request.operation, type(error).__name__)
            self._patience.handed_over()
            raise HandOver from error
        if refusal is None:
            if is_complaint(answer.status):
                self._limiter.complained()
            self._patience.handed_over()
            raise HandOver(answer.status)
        raise refusal

    def _send(self, request: _Request, body: Iterable[Bytes], cancel: CancelToken | None) -> Answer:
        path, query = self.place.path + encoded_key(request.key), canonical_query(request.query)
        headers = {"host": self.place.host, **request.headers}
        signed = self._signer.signed(request.method, path, query, headers, request.sha256)
        target = f"{path}?{query}" if query else path
        return self._wire.request(request.method, target, signed, body, cancel)


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
        place = _bucket_place(client, bucket)
        pool = pool_of(client, place.url) if place is not None else None
    except (AttributeError, TypeError, KeyError):
        log.warning("this botocore is not known: objects go its own, slower way", exc_info=True)
        return None
    if place is None or pool is None:
        return None
    return LeanPath(place, pool, RequestSigner(credentials, place.region), limiter, clock)


def _bucket_place(client: Any, bucket: str) -> Place | None:
    probe = uuid.uuid4().hex
    place = place_of(client, "before-send.s3.GetObject", lambda: client.get_object(Bucket=bucket, Key=probe), probe)
    return None if place is None else replace(place, path=place.path.removesuffix(probe))


def _refusal(answer: Answer, operation: str) -> ClientError | None:
    """The error that botocore would raise; None where it should ask for itself."""
    if answer.status not in _SURE and not (answer.status == _GONE and operation == "GetObject"):
        answer.close()
        return None
    parser: Any = RestXMLParser()
    response = {"status_code": answer.status, "headers": answer.headers, "body": answer.content()}
    return ClientError(parser.parse(response, None), operation)
