"""When to sync what: everything at the start and once a day, news every few seconds, ever more patience when offline.

Pure arithmetic on seconds of a steady clock; ``sync_worker`` waits and works by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_NEWS_SHARE = 20  # times as long as a look for news took, nobody looks again


class SyncTask(StrEnum):
    FULL = "full"
    NEWS = "news"
    VERIFY = "verify"


@dataclass(frozen=True, slots=True)
class SyncPace:
    """Seconds between looks, and the bounds of the wait after a failure."""

    news: float = 15.0
    full: float = 24 * 3600.0
    settling: float = 600.0  # from a first load to the comparison that finds what others deleted behind it
    first_retry: float = 5.0
    last_retry: float = 300.0


class SyncSchedule:
    """Not thread-safe. Begins with a full sync that is due at once, unless ``full_was`` says that there was one."""

    def __init__(self, pace: SyncPace, now: float) -> None:
        self._pace = pace
        self._full_due = now
        self._news_due = now
        self._news_asked = self._verify_due = False
        self._retry_at = now
        self._failures = 0

    def full_was(self, seconds: float, *, first: bool, now: float) -> None:
        """Everything was read so many seconds ago, by a first load or a comparison, maybe by an earlier process."""
        self._full_due = now - seconds + (self._pace.settling if first else self._pace.full)

    def ask(self, task: SyncTask, now: float) -> None:
        """A person wants it now, or an image came on screen. Only a person's wish cuts the patience short."""
        if task is SyncTask.VERIFY:
            self._verify_due = True
            return
        self._retry_at = now
        if task is SyncTask.FULL:
            self._full_due = now
        else:
            self._news_due, self._news_asked = now, True

    def next(self, now: float, *, active: bool) -> tuple[SyncTask | None, float | None]:
        """What is due, or else for how many seconds nothing is; None for no end. News wait while nobody looks, unless a
        person asked."""
        if now < self._retry_at:
            return None, self._retry_at - now
        if self._full_due <= now:
            return SyncTask.FULL, 0.0
        if self._verify_due:
            return SyncTask.VERIFY, 0.0
        if (active or self._news_asked) and self._news_due <= now:
            return SyncTask.NEWS, 0.0
        due = min(self._full_due, self._news_due) if active else self._full_due
        return None, due - now

    def succeeded(self, task: SyncTask, now: float, *, first: bool = False, took: float = 0.0) -> None:
        """``took``: seconds. News that cost much, as from a table without indexes, are looked for less often."""
        self._failures = 0
        self._retry_at = now
        if task is SyncTask.VERIFY:
            self._verify_due = False
            return
        wait = max(self._pace.news, _NEWS_SHARE * took if task is SyncTask.NEWS else 0.0)
        self._news_due, self._news_asked = now + wait, False
        if task is SyncTask.FULL:
            self.full_was(0, first=first, now=now)

    def failed(self, task: SyncTask, now: float) -> None:
        """What was due stays due; the wait doubles with every failure in a row."""
        self._failures += 1
        self._retry_at = now + min(self._pace.last_retry, self._pace.first_retry * 2 ** min(self._failures - 1, 20))
        if task is SyncTask.VERIFY:
            self._verify_due = False  # by then something else is on screen
