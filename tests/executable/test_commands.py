"""The headless commands of the executable, on a folder and on S3 + DynamoDB."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from imagedesk import __version__
from tests.executable.program import PATIENCE_S, Program, contents
from tests.generated_pictures import make_picture


def test_it_tells_its_version_with_no_environment_at_all(executable: Path, tmp_path: Path) -> None:
    done = subprocess.run([executable, "--version"], env={}, cwd=tmp_path, text=True, capture_output=True, timeout=60)
    assert (done.stdout, done.stderr, done.returncode) == (f"ImageDesk {__version__}\n", "", 0)


def test_every_command_does_its_work(program: Program, pictures: list[Path]) -> None:
    built = contents(program.path.parent)
    done = program.run("upload", *map(str, pictures))
    assert done.returncode == 0, done.stderr
    assert program.names() == sorted(path.name for path in pictures)
    [image] = program.answer("list", "--type", "png")["images"]
    assert image["filename"] == "purple.png"
    assert (image["width"], image["height"]) == (900, 600)  # read in the guarded process
    assert "thumbnail_key" in image
    shown = program.answer("show", image["image_id"])
    assert shown["sha256"] == image["sha256"]
    path = Path(program.answer("download", image["image_id"], "--output", str(program.desk / "copy.png"))["path"])
    assert path.read_bytes() == pictures[1].read_bytes()
    check_link(program, image["image_id"], pictures[1])
    assert program.answer("delete", image["image_id"])["image_id"] == image["image_id"]
    assert program.names() == ["orange.jpg", "teal.webp"]
    assert program.strays() == []
    assert contents(program.path.parent) == built


@pytest.mark.skipif(sys.platform != "linux", reason="its loader tells what it loads")
def test_a_large_png_is_read_by_libvips(executable: Path, tmp_path: Path) -> None:
    """What loads it would do without: nothing else tells that the library is whole."""
    told = tmp_path / "told"
    variables = {"LD_DEBUG": "files", "LD_DEBUG_OUTPUT": str(told)}
    program = Program(executable, tmp_path, ["--user", "alice"], variables)
    (program.desk / "large.png").write_bytes(make_picture("png", 1200, 800))
    done = program.run("upload", "large.png")
    assert done.returncode == 0, done.stderr
    loaded = b"".join(path.read_bytes() for path in tmp_path.glob("told.*"))
    assert re.search(rb"calling init: \S*libvips", loaded)


def check_link(program: Program, image_id: str, original: Path) -> None:
    done = program.run("share", image_id, "--expires", "1h")
    if "aws" not in program.library:
        assert done.returncode == 1
        assert "A library on this computer has no links" in done.stderr
        return
    url = program.answer("share", image_id, "--expires", "1h")["presigned_url"]
    with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
        assert answer.read() == original.read_bytes()


def test_a_file_that_is_no_picture_is_told_and_not_taken(program: Program) -> None:
    (program.desk / "text.png").write_text("this is text")
    done = program.run("upload", "text.png")
    assert done.returncode == 1
    assert "holds text" in done.stderr
    assert program.names() == []


def test_a_credential_process_gets_the_systems_own_libraries(executable: Path, tmp_path: Path) -> None:
    """It runs under our environment, where the bootloader had put our folder first in the libraries' path."""
    program = Program(executable, tmp_path, ["--library", "aws", "--profile", "outside"], {})
    folder = program.home / ".aws"
    folder.mkdir()
    seen = tmp_path / "seen"
    outside = folder / "outside.sh"
    outside.write_text(f'#!/bin/sh\necho "path:$LD_LIBRARY_PATH" >{seen}\nexit 1\n')
    outside.chmod(0o755)
    (folder / "config").write_text(f"[profile outside]\nregion = us-east-1\ncredential_process = {outside}\n")
    assert program.run("list").returncode == 1
    assert seen.read_text() == "path:\n"
