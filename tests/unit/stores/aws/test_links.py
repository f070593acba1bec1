"""Presigned links: their true end, and what a person must know before passing one on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from imagedesk.core.errors import SessionExpired
from imagedesk.core.ports import PresignedLink
from imagedesk.core.profiles import AwsProfile
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.objects import S3Objects

Linked = Callable[..., PresignedLink]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def linked() -> Iterator[Linked]:
    """Makes a link to an object on AWS, or on the server at ``url``. Signing needs no server."""
    connections: list[AwsConnection] = []

    def make(lifetime: timedelta, url: str | None = None) -> PresignedLink:
        connection = AwsConnection(AwsProfile("team", region="eu-west-1", s3_endpoint_url=url, allow_http=True))
        connections.append(connection)
        return S3Objects(connection).presign("images/mila/01/a.jpg", "a.jpg", "image/jpeg", lifetime)

    yield make
    for connection in connections:
        connection.close()


def session_until(monkeypatch: pytest.MonkeyPatch, end: datetime | None) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    if end is not None:
        monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", end.isoformat())


def lasts(link: PresignedLink) -> timedelta:
    """How long from now; and the URL itself must say the same."""
    query = parse_qs(urlsplit(link.url).query)
    signed = datetime.strptime(query["X-Amz-Date"][0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert link.expires_at == signed + timedelta(seconds=int(query["X-Amz-Expires"][0]))
    return link.expires_at - datetime.now(UTC)


@pytest.mark.parametrize(
    ("asked", "session", "got"),
    [
        (DAY, None, DAY),
        (30 * DAY, None, 7 * DAY),
        (timedelta(0), None, timedelta(seconds=1)),
        (DAY, 2 * HOUR, 2 * HOUR),
        (30 * DAY, 2 * HOUR, 2 * HOUR),
        (HOUR, 2 * HOUR, HOUR),
    ],
)
def test_a_link_ends_with_the_first_of_what_was_asked_seven_days_and_the_session(
    linked: Linked,
    monkeypatch: pytest.MonkeyPatch,
    asked: timedelta,
    session: timedelta | None,
    got: timedelta,
) -> None:
    end = (datetime.now(UTC) + (session or 365 * DAY)).replace(second=30)  # found to the second, told to the minute
    if session is not None:
        session_until(monkeypatch, end)
    link = linked(asked)
    assert link.expires_at <= end
    if got == session:
        assert end - link.expires_at < timedelta(seconds=3)
        assert link.warning == f"The link ends at {end.astimezone():%H:%M on %d %B}: your AWS session ends then."
    else:
        assert abs(lasts(link) - got) < timedelta(seconds=3)
        assert link.warning is None


def test_a_session_without_a_known_end_is_warned_of(linked: Linked, monkeypatch: pytest.MonkeyPatch) -> None:
    session_until(monkeypatch, None)
    link = linked(DAY)
    assert abs(lasts(link) - DAY) < timedelta(seconds=3)
    assert link.warning == "The link ends when your AWS session ends, which may be earlier."


def test_a_session_that_has_ended_makes_no_link(linked: Linked, monkeypatch: pytest.MonkeyPatch) -> None:
    session_until(monkeypatch, datetime.now(UTC) - timedelta(minutes=5))
    with pytest.raises(SessionExpired, match="session has ended"):
        linked(DAY)


@pytest.mark.parametrize(
    ("url", "warning"),
    [
        (None, None),
        ("https://files.example.org", None),
        ("http://localhost:4566", "The link works on this computer only"),
        ("http://127.0.0.1:9000", "The link works on this computer only"),
        ("http://192.168.1.20:9000", "The link works only where 192.168.1.20 can be reached"),
        ("https://nas.local:9000", "The link works only where nas.local can be reached"),
        ("http://minio:9000", "The link works only where minio can be reached"),
    ],
)
def test_a_link_that_others_cannot_open_says_so(linked: Linked, url: str | None, warning: str | None) -> None:
    said = linked(DAY, url).warning
    assert said is None if warning is None else str(said).startswith(warning)


def test_both_warnings_are_given(linked: Linked, monkeypatch: pytest.MonkeyPatch) -> None:
    session_until(monkeypatch, datetime.now(UTC) + timedelta(hours=2))
    said = linked(DAY, "http://192.168.1.20:9000").warning or ""
    assert "can be reached" in said
    assert "your AWS session ends then" in said
