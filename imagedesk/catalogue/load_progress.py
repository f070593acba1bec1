"""How far the first load of a mirror has come, and when it was last compared: kept in the catalogue itself.

A segment's cursor is written in the transaction that brings its images, so that whatever ends the process, the next one
goes on behind exactly what is there.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace

from imagedesk.core.query import ScanPage, Segment


@dataclass(frozen=True, slots=True)
class SegmentProgress:
    """``cursor`` is None before the first page; ``seen`` and ``skipped`` count items so far."""

    segment: Segment
    cursor: str | None = None
    seen: int = 0
    skipped: int = 0
    is_done: bool = False

    def after(self, page: ScanPage) -> SegmentProgress:
        return replace(
            self,
            cursor=page.cursor,
            seen=self.seen + len(page.records),
            skipped=self.skipped + page.skipped,
            is_done=page.cursor is None,
        )


@dataclass(frozen=True, slots=True)
class LoadProgress:
    """A first load that has begun; ``began`` is a moment as ``timestamp`` writes it."""

    began: str
    segments: tuple[SegmentProgress, ...]


@dataclass(frozen=True, slots=True)
class LastRead:
    """When everything was last read, as ``timestamp`` writes it. ``is_first``: by a first load, which does not hear of
    what others delete or edit behind it."""

    moment: str
    is_first: bool


def read_load(connection: sqlite3.Connection) -> LoadProgress | None:
    """The load that was begun and not finished."""
    began = _mark(connection, "load began")
    rows = connection.execute("SELECT segment, cursor, seen, skipped, is_done FROM load_segments ORDER BY segment")
    found = rows.fetchall()
    if began is None or not found:
        return None
    segments = (
        SegmentProgress(Segment(number, len(found)), cursor, seen, skipped, bool(is_done))
        for number, cursor, seen, skipped, is_done in found
    )
    return LoadProgress(began, tuple(segments))


def begin_load(connection: sqlite3.Connection, began: str, segments: int) -> None:
    _set_mark(connection, "load began", began)
    connection.execute("DELETE FROM load_segments")
    for number in range(segments):
        write_segment(connection, SegmentProgress(Segment(number, segments)))


def write_segment(connection: sqlite3.Connection, progress: SegmentProgress) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO load_segments VALUES (?, ?, ?, ?, ?)",
        (progress.segment.number, progress.cursor, progress.seen, progress.skipped, progress.is_done),
    )


def read_last(connection: sqlite3.Connection) -> LastRead | None:
    compared, loaded = _mark(connection, "compared"), _mark(connection, "loaded")
    if compared is not None:
        return LastRead(compared, is_first=False)
    return LastRead(loaded, is_first=True) if loaded is not None else None


def write_last(connection: sqlite3.Connection, last: LastRead) -> None:
    _set_mark(connection, "loaded" if last.is_first else "compared", last.moment)
    connection.execute("DELETE FROM load_segments")


def _mark(connection: sqlite3.Connection, name: str) -> str | None:
    row = connection.execute("SELECT value FROM sync_marks WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def _set_mark(connection: sqlite3.Connection, name: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO sync_marks VALUES (?, ?)", (name, value))
