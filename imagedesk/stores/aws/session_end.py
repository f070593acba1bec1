"""When a session of temporary credentials ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from botocore.credentials import RefreshableCredentials

_LONGEST_SESSION = timedelta(days=8)


def end_of_session(credentials: RefreshableCredentials) -> datetime | None:
    """botocore keeps the end to itself but answers whether less than so many seconds are left: halve towards it."""
    low, high = 0, int(_LONGEST_SESSION.total_seconds())
    if not credentials.refresh_needed(high):
        return None
    now = datetime.now(UTC)
    while high - low > 1:
        middle = (low + high) // 2
        if credentials.refresh_needed(middle):
            high = middle
        else:
            low = middle
    return now + timedelta(seconds=low)
