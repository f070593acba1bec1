"""Signature Version 4 in the Authorization header, for requests whose payload digest is known.

"Create a signed AWS API request" (AWS IAM User Guide). botocore's own signer derives the key anew and walks the headers
several times for each request (75 µs); this one keeps the day's key (6 µs). Credentials are asked for each request,
so that botocore renews a session that is about to end.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from urllib.parse import quote

from botocore.credentials import Credentials

EMPTY_SHA256 = hashlib.sha256().hexdigest()


class RequestSigner:
    """Thread-safe. ``clock`` gives seconds since the epoch."""

    def __init__(
        self, credentials: Credentials, region: str, clock: Callable[[], float] = time.time, service: str = "s3"
    ) -> None:
        self._credentials = credentials
        self._region = region
        self._service = service
        self._clock = clock
        self._key: tuple[str, str, bytes] = ("", "", b"")  # replaced whole: no lock

    def signed(
        self, method: str, path: str, query: str, headers: Mapping[str, str], payload_sha256: str
    ) -> dict[str, str]:
        """``headers`` (lower-case names, ``host`` among them) with those that authorize the request; all are signed.
        ``path`` is encoded already, ``query`` comes from :func:`canonical_query`."""
        found = self._credentials.get_frozen_credentials()
        moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self._clock()))
        whole = {**headers, "x-amz-date": moment}
        if self._service == "s3":
            whole["x-amz-content-sha256"] = payload_sha256
        if found.token:
            whole["x-amz-security-token"] = found.token
        names = sorted(whole)
        signed_names = ";".join(names)
        # Runs of spaces count as one in what is signed; they travel as they are.
        lines = [f"{name}:{' '.join(whole[name].split())}" for name in names]
        canonical = "\n".join((method, path, query, *lines, "", signed_names, payload_sha256))
        scope = f"{moment[:8]}/{self._region}/{self._service}/aws4_request"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{digest}"
        signature = hmac.digest(self._key_of(found.secret_key or "", moment[:8]), text.encode(), "sha256").hex()
        whole["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={found.access_key}/{scope}, "
            f"SignedHeaders={signed_names}, Signature={signature}"
        )
        return whole

    def _key_of(self, secret: str, day: str) -> bytes:
        kept_secret, kept_day, key = self._key
        if (kept_secret, kept_day) != (secret, day):
            key = f"AWS4{secret}".encode()
            for part in (day, self._region, self._service, "aws4_request"):
                key = hmac.digest(key, part.encode(), "sha256")
            self._key = (secret, day, key)
        return key


def canonical_query(parameters: Mapping[str, str]) -> str:
    """The query as it is signed and sent: sorted and encoded."""
    return "&".join(f"{quote(name, safe='-_.~')}={quote(parameters[name], safe='-_.~')}" for name in sorted(parameters))


def encoded_key(key: str) -> str:
    """A key in a path, as botocore writes it; S3 signs the path as it travels."""
    return quote(key, safe="/~")
