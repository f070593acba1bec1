"""What makes ImageDesk a program of the Linux desktop: entry, icons, metadata and their installation."""

from __future__ import annotations

import configparser
import os
import shutil
import stat
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from imagedesk.core.media_types import ACCEPTED
from resources.packaging.icon_files import DESKTOP_SIZES, png_icon

LINUX = Path(__file__).parents[2] / "resources" / "linux"
ENTRY, METADATA = LINUX / "imagedesk.desktop", LINUX / "imagedesk.metainfo.xml"
needs_a_shell = pytest.mark.skipif(sys.platform == "win32", reason="a script of the shell")


def entry(path: Path = ENTRY) -> configparser.SectionProxy:
    parser = configparser.RawConfigParser(delimiters="=")
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(path, encoding="utf-8")
    return parser["Desktop Entry"]


def run_tool(*words: str) -> subprocess.CompletedProcess[str]:
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not installed")
    return subprocess.run(words, text=True, capture_output=True, timeout=60)


def test_the_desktop_entry_is_valid() -> None:
    done = run_tool("desktop-file-validate", str(ENTRY))
    assert (done.returncode, done.stdout) == (0, "")


def test_the_metadata_is_valid() -> None:
    done = run_tool("appstreamcli", "validate", "--no-net", str(METADATA))
    assert done.returncode == 0, done.stdout


def test_open_with_is_offered_for_what_the_library_accepts() -> None:
    offered = set(entry()["MimeType"].strip(";").split(";"))
    assert {media_type.mime for media_type in ACCEPTED} <= offered
    told = {element.text for element in ElementTree.parse(METADATA).getroot().iter("mediatype")}
    assert told == offered
    assert entry()["Exec"].endswith(" %F")


@pytest.mark.parametrize("side", DESKTOP_SIZES)
def test_the_icon_is_there_in_every_size(side: int) -> None:
    png = (LINUX / "icons" / "hicolor" / f"{side}x{side}" / "apps" / "imagedesk.png").read_bytes()
    width, height = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    assert (width, height) == (side, side)


def test_the_icons_are_those_of_the_drawing() -> None:
    scalable = LINUX / "icons" / "hicolor" / "scalable" / "apps" / "imagedesk.svg"
    assert scalable.read_bytes() == (LINUX.parent / "icons" / "imagedesk.svg").read_bytes()
    assert png_icon(16).startswith(b"\x89PNG")


@needs_a_shell
def test_installing_names_the_program_by_its_place_and_uninstalling_leaves_nothing(tmp_path: Path) -> None:
    program = tmp_path / "my 50% $programs" / "imagedesk"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    share = tmp_path / "share"
    environment = {**os.environ, "XDG_DATA_HOME": str(share)}
    subprocess.run([LINUX / "install.sh", program], env=environment, check=True, timeout=60)
    installed = entry(share / "applications" / "imagedesk.desktop")
    assert installed["TryExec"] == str(program)
    assert installed["Exec"] == f'"{tmp_path}/my 50%% \\\\$programs/imagedesk" %F'
    assert (share / "icons" / "hicolor" / "48x48" / "apps" / "imagedesk.png").is_file()
    subprocess.run([LINUX / "install.sh", "--uninstall"], env=environment, check=True, timeout=60)
    left = {path.name for path in share.rglob("*") if path.is_file()} - {"mimeinfo.cache"}
    assert left == set()
