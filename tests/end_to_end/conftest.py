"""The real window on a library of its own: a folder, or S3 and DynamoDB over HTTP."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from imagedesk.core.profiles import EmbeddedProfile, LibraryProfile
from tests.contract.aws_servers import aws_credentials, aws_profile, blank_aws_profile, moto_server_url
from tests.end_to_end.desktop import Desktop
from tests.generated_pictures import make_picture
from tests.gui_guard import nothing_is_left_behind

__all__ = ["aws_credentials", "aws_profile", "blank_aws_profile", "moto_server_url", "nothing_is_left_behind"]

OpenDesktop = Callable[..., Desktop]


@pytest.fixture
def open_desktop(qtbot: QtBot) -> Iterator[OpenDesktop]:
    """Opens windows as ``(profile, user)`` and closes them in the end."""
    opened: list[Desktop] = []

    def start(
        profile: LibraryProfile, user: str = "alice", *, opens: bool = True, camera_data: str | None = "keep"
    ) -> Desktop:
        desktop = Desktop(qtbot, profile, user, camera_data)
        opened.append(desktop)
        if opens:
            desktop.wait_until_open()
        return desktop

    yield start
    for desktop in opened:
        desktop.close()


@pytest.fixture
def folder_library(tmp_path: Path) -> EmbeddedProfile:
    return EmbeddedProfile("local", tmp_path / "library")


@pytest.fixture(params=["embedded", "aws"])
def library(request: pytest.FixtureRequest) -> LibraryProfile:
    """An empty library of each kind."""
    if request.param == "embedded":
        return request.getfixturevalue("folder_library")
    return request.getfixturevalue("aws_profile")()


@pytest.fixture
def pictures(tmp_path: Path) -> Callable[..., list[Path]]:
    """Makes ``count`` different pictures of one kind in a folder of that name."""

    def make(count: int, kind: str = "jpeg", folder: str = "pictures") -> list[Path]:
        place = tmp_path / folder
        place.mkdir(exist_ok=True)
        paths = [place / f"{kind}-{number:03d}.{kind}" for number in range(count)]
        for number, path in enumerate(paths):
            seed = zlib.crc32(f"{folder}/{number}".encode())  # the same picture again would be a duplicate
            path.write_bytes(make_picture(kind, 64, 48, seed=seed))
        return paths

    return make
