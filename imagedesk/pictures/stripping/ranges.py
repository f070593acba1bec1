"""Sets of bytes of a file as ranges ``(start, stop)``. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

Range: TypeAlias = tuple[int, int]


def union(ranges: Iterable[Range]) -> list[Range]:
    """Ascending, apart from one another, none empty."""
    merged: list[Range] = []
    for start, stop in sorted(ranges):
        if stop <= start:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


def difference(ranges: Iterable[Range], without: Iterable[Range]) -> Iterator[Range]:
    """What of ``ranges`` lies outside ``without``; ascending."""
    walls = union(without)
    at = 0
    for start, stop in union(ranges):
        while at < len(walls) and walls[at][1] <= start:
            at += 1
        wall = at
        while wall < len(walls) and walls[wall][0] < stop:
            if walls[wall][0] > start:
                yield start, walls[wall][0]
            start = max(start, walls[wall][1])
            wall += 1
        if start < stop:
            yield start, stop
