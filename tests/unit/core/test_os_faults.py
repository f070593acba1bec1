"""The operating system's errors in words that a person can act on, chained to what it said."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from imagedesk.core.errors import CannotWrite, DiskFull, ImageDeskError, UnreadableFile
from imagedesk.core.os_faults import reason, source_faults, writing_faults

PLACE = Path("/photos/a\nb.png")


@pytest.mark.parametrize(
    ("number", "kind", "advice"),
    [
        (errno.ENOSPC, DiskFull, "free some space"),
        (errno.EDQUOT, DiskFull, "free some space"),
        (errno.EACCES, CannotWrite, "permissions"),
        (errno.EPERM, CannotWrite, "permissions"),
        (errno.EROFS, CannotWrite, "permissions"),
        (errno.ENAMETOOLONG, CannotWrite, "shorter"),
        (errno.EIO, CannotWrite, "disk"),
    ],
)
def test_a_fault_of_writing_says_what_to_do(number: int, kind: type[ImageDeskError], advice: str) -> None:
    with pytest.raises(kind, match=advice) as caught, writing_faults(PLACE):
        raise OSError(number, "said the system")
    assert isinstance(caught.value.__cause__, OSError)
    assert "\n" not in caught.value.message


def test_a_fault_of_reading_a_persons_file_is_about_the_file() -> None:
    with pytest.raises(UnreadableFile, match=r"b\.png cannot be read \(No such file\)"), source_faults(PLACE):
        raise FileNotFoundError(errno.ENOENT, "No such file")


def test_our_own_bugs_pass_unchanged() -> None:
    for guard in (writing_faults, source_faults):
        with pytest.raises(ZeroDivisionError), guard(PLACE):
            raise ZeroDivisionError
        with pytest.raises(DiskFull), guard(PLACE):
            raise DiskFull("Full.")


def test_an_error_without_a_reason_of_the_system_says_its_own() -> None:
    assert reason(OSError("odd")) == "odd"
