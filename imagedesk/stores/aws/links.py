"""Presigned links: a URL that anybody can open until it ends, and the true moment of its end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from imagedesk.core.endpoints import host_of, is_loopback, is_private
from imagedesk.core.errors import SessionExpired
from imagedesk.core.ports import PresignedLink
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.object_headers import content_disposition

# "Download and upload objects with presigned URLs" (Amazon S3 User Guide): Signature Version 4 ends after seven days,
# and with the session that signed.
LONGEST = timedelta(days=7)


def presigned_link(
    connection: AwsConnection, key: str, filename: str, content_type: str, lifetime: timedelta
) -> PresignedLink:
    """A GET of ``key`` for at least one second. Needs no call; raises SessionExpired where nothing can be signed."""
    session_end, in_session = connection.session_end()
    wanted = max(timedelta(seconds=1), min(lifetime, LONGEST))
    warnings = [_reach_warning(connection.endpoint("s3"))]
    if session_end is not None:
        left = session_end - datetime.now(UTC)
        if left < timedelta(seconds=1):
            raise SessionExpired("Your AWS session has ended: renew it, then make the link again.")
        if left < wanted:
            wanted = left
            warnings.append(f"The link ends at {session_end.astimezone():%H:%M on %d %B}: your AWS session ends then.")
    elif in_session:
        warnings.append("The link ends when your AWS session ends, which may be earlier.")
    url = _signed(connection, key, filename, content_type, int(wanted.total_seconds()))
    return PresignedLink(url, _end_of(url, wanted), " ".join(filter(None, warnings)) or None)


def _signed(connection: AwsConnection, key: str, filename: str, content_type: str, seconds: int) -> str:
    parameters: dict[str, Any] = {
        "Bucket": connection.profile.bucket,
        "Key": key,
        "ResponseContentDisposition": content_disposition(filename, content_type),
        "ResponseContentType": content_type,
    }
    return connection.s3().generate_presigned_url("get_object", Params=parameters, ExpiresIn=seconds)


def _end_of(url: str, lifetime: timedelta) -> datetime:
    """What the URL itself says, to the second; the signing clock and ours are the same, their roundings are not."""
    query = parse_qs(urlsplit(url).query)
    try:
        signed = datetime.strptime(query["X-Amz-Date"][0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return signed + timedelta(seconds=int(query["X-Amz-Expires"][0]))
    except (KeyError, ValueError):
        return datetime.now(UTC) + lifetime


def _reach_warning(endpoint: str) -> str | None:
    if is_loopback(endpoint):
        return "The link works on this computer only: the library is on it."
    if is_private(endpoint):
        return f"The link works only where {host_of(endpoint)} can be reached, such as inside your own network."
    return None
