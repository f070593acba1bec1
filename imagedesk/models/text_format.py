"""Numbers and moments as people read them. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

_UNITS = ("bytes", "kB", "MB", "GB", "TB")
TIMES = "\N{MULTIPLICATION SIGN}"


def count_text(number: int) -> str:
    """``27,118``."""
    return f"{number:,}"


def images_text(number: int) -> str:
    return f"{count_text(number)} image{'' if number == 1 else 's'}"


def size_text(size: float) -> str:
    """``5.1 MB``, in decimal units as file managers and S3 consoles count; whole bytes below 1000."""
    value, unit = float(size), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    if unit == 0:
        return "1 byte" if size == 1 else f"{value:.0f} bytes"
    return f"{value:.1f} {_UNITS[unit]}" if value < 99.95 else f"{value:.0f} {_UNITS[unit]}"


def part_text(done: int, total: int) -> str:
    """``3.4 of 4.7 MB``; the unit of the part is left out where it is the same."""
    whole, part = size_text(total), size_text(done)
    return f"{part.rpartition(' ')[0] if part.split()[-1] == whole.split()[-1] else part} of {whole}"


def duration_text(seconds: float) -> str:
    """``40 s left``, ``3 min left``, ``2 h left``; rounded so that it does not jump."""
    if seconds < 57.5:
        return f"{max(5, round(seconds / 5) * 5)} s left"
    if seconds < 59.5 * 60:
        return f"{max(1, round(seconds / 60))} min left"
    return f"{max(1, round(seconds / 3600))} h left"


def dimensions_text(width: int, height: int) -> str:
    return f"{width} {TIMES} {height}"


def age_text(moment: datetime, now: datetime) -> str:
    """``now``, ``2 min``, ``3 h``, ``Yesterday``, ``Tue``, ``3 May``, ``3 May 2024``: coarser as it gets older.

    Both moments are aware; days are those of ``now``'s time zone.
    """
    local = moment.astimezone(now.tzinfo)
    passed = now - local
    if passed < timedelta(minutes=1):
        return "now"
    if passed < timedelta(hours=1):
        return f"{int(passed.total_seconds() // 60)} min"
    days = (now.date() - local.date()).days
    if days == 0:
        return f"{int(passed.total_seconds() // 3600)} h"
    if days == 1:
        return "Yesterday"
    if days < 7:
        return local.strftime("%a")
    return day_text(local) if local.year != now.year else f"{local.day} {local:%b}"


def day_text(moment: datetime) -> str:
    """``12 Nov 2026``."""
    return f"{moment.day} {moment:%b %Y}"


def moment_text(moment: datetime) -> str:
    """``12 Nov 2026, 14:03``."""
    return f"{day_text(moment)}, {moment:%H:%M}"
