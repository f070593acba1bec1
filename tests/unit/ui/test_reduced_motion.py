"""Desktops that say in a file, or by their own command, that less shall move."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from imagedesk.ui.reduced_motion import desktop_reduces_motion

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there the system is asked by a call")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Holds the settings; no command is found."""
    monkeypatch.setenv("PATH", str(tmp_path / "commands"))
    return tmp_path


def says(folder: Path) -> bool:
    return desktop_reduces_motion({"XDG_CONFIG_HOME": str(folder)})


def test_things_move_where_nobody_says_otherwise(folder: Path) -> None:
    assert not says(folder)


@pytest.mark.parametrize(
    ("name", "text", "reduces"),
    [
        ("kdeglobals", "[KDE]\nAnimationDurationFactor=0\n", True),
        ("kdeglobals", "[General]\nA=%1\n[KDE]\nAnimationDurationFactor=0.5\nAnimationDurationFactor=1\n", False),
        ("gtk-3.0/settings.ini", "[Settings]\ngtk-enable-animations=false\n", True),
        ("gtk-4.0/settings.ini", "[Settings]\ngtk-enable-animations=0\n", True),
        ("gtk-4.0/settings.ini", "[Settings]\ngtk-enable-animations=true\n", False),
        ("kdeglobals", "no section\n", False),
        ("kdeglobals", "\udcff[KDE]", False),
    ],
)
def test_a_settings_file_says_it(folder: Path, name: str, text: str, reduces: bool) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8", errors="surrogateescape")
    assert says(folder) is reduces


@pytest.mark.parametrize(("answer", "reduces"), [("echo false", True), ("echo true", False), ("exit 1", False)])
def test_gnome_is_asked_by_its_command(folder: Path, answer: str, reduces: bool) -> None:
    command = folder / "commands" / "gsettings"
    command.parent.mkdir()
    command.write_text(f"#!/bin/sh\n{answer}\n")
    command.chmod(0o755)
    assert says(folder) is reduces
