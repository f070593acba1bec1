"""Leaving while a large picture goes up in parts: none stays open in the bucket that the journal does not know of."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from imagedesk.core.ports import PARTS_FROM
from imagedesk.core.profiles import AwsProfile
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.transfers.journal import TransferJournal
from imagedesk.ui.dialogs.leave_dialog import Leave, LeaveDialog
from tests.end_to_end.conftest import OpenDesktop
from tests.end_to_end.desktop import Desktop

WIDTH, HEIGHT = 4000, 3000
SLOW = 2_000_000  # bytes a second


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A bitmap of 36 MB."""
    path, pixels = tmp_path / "large.bmp", WIDTH * HEIGHT * 3
    assert pixels > PARTS_FROM
    header = b"BM" + (54 + pixels).to_bytes(4, "little") + bytes(4) + (54).to_bytes(4, "little")
    header += (40).to_bytes(4, "little") + WIDTH.to_bytes(4, "little") + HEIGHT.to_bytes(4, "little")
    header += (
        (1).to_bytes(2, "little") + (24).to_bytes(2, "little") + bytes(4) + pixels.to_bytes(4, "little") + bytes(16)
    )
    path.write_bytes(header + os.urandom(1000) * (pixels // 1000))
    return path


@pytest.fixture
def profile(aws_profile: Callable[[], AwsProfile]) -> AwsProfile:
    return aws_profile()


@pytest.fixture
def open_parts(profile: AwsProfile) -> Iterator[Callable[[], list[str]]]:
    """The keys of uploads that are open in the bucket."""
    with contextlib.closing(AwsConnection(profile)) as connection:
        s3: Any = connection.s3()

        def keys() -> list[str]:
            answer = s3.list_multipart_uploads(Bucket=profile.bucket)
            return [upload["Key"] for upload in answer.get("Uploads", [])]

        yield keys


def leave(desktop: Desktop, choice: Leave) -> Path:
    """Returns where the journal is."""
    journal = desktop.context.transfers._queue.journal.path
    desktop.window.close()
    dialog = desktop.dialog()
    assert isinstance(dialog, LeaveDialog)
    desktop.qtbot.mouseClick(dialog.buttons[choice], Qt.MouseButton.LeftButton)
    assert desktop.app.session is None
    return journal


def in_parts(desktop: Desktop, large: Path, open_parts: Callable[[], list[str]]) -> None:
    desktop.context.transfers.limit_bandwidth(SLOW)
    desktop.drop([large])
    desktop.wait(lambda: bool(open_parts()))


@contextlib.contextmanager
def journal_at(path: Path) -> Iterator[TransferJournal]:
    with contextlib.closing(TransferJournal(path)) as journal:
        yield journal


def test_what_is_finished_later_stays_in_parts_and_in_the_journal(
    open_desktop: OpenDesktop, profile: AwsProfile, large: Path, open_parts: Callable[[], list[str]]
) -> None:
    desktop = open_desktop(profile)
    in_parts(desktop, large, open_parts)
    with journal_at(leave(desktop, Leave.LATER)) as journal:
        assert [transfer.name for transfer in journal.unfinished()] == ["large.bmp"]
    again = open_desktop(profile)
    again.wait_for_rows(1)
    again.wait_until_idle()
    assert open_parts() == []


def test_what_is_cancelled_is_gone_from_the_bucket_or_noted_until_it_is(
    open_desktop: OpenDesktop, profile: AwsProfile, large: Path, open_parts: Callable[[], list[str]]
) -> None:
    desktop = open_desktop(profile)
    in_parts(desktop, large, open_parts)
    with journal_at(leave(desktop, Leave.CANCEL)) as journal:
        assert journal.unfinished() == []
        assert len(open_parts()) <= len(journal.given_up())
    again = open_desktop(profile)
    again.wait(lambda: open_parts() == [])
    assert again.context.transfers.summary().is_idle
    assert again.rows() == 0
