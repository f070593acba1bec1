"""The window of the executable, by mouse and keyboard: the whole of a person's work, then closing it."""

from __future__ import annotations

import urllib.request
from pathlib import Path

from tests.executable.conftest import COLOURS
from tests.executable.program import PATIENCE_S, Program, contents
from tests.executable.screen import Screen, wait_until


def test_a_person_does_the_whole_job(program: Program, screen: Screen, pictures: list[Path]) -> None:
    built = contents(program.path.parent)
    window = program.start(screen.display, *map(str, pictures))
    try:
        screen.wait_for_window("Upload")
        screen.key("Return")
        screen.wait_for_window("ImageDesk")
        wait_until(lambda: program.names() == sorted(COLOURS), "the upload")
        wait_until(lambda: all(screen.share_of(colour) > 0.003 for colour in COLOURS.values()), "the thumbnails")
        choose(screen, "purple")
        preview(screen)
        download(program, screen, pictures[1])
        share(program, screen, pictures[1])
        delete(screen)
        wait_until(lambda: program.names() == ["orange.jpg", "teal.webp"], "the deletion")
        screen.key("ctrl+q")
        told, _ = window.communicate(timeout=PATIENCE_S)
        assert (told, window.returncode) == ("", 0)
    finally:
        window.kill()
        window.wait()
    assert program.strays() == []
    assert contents(program.path.parent) == built


def choose(screen: Screen, text: str) -> None:
    """Search for it, and click on what is left."""
    screen.key("ctrl+f")
    screen.type(text)
    others = [colour for name, colour in COLOURS.items() if text not in name]
    wait_until(lambda: all(screen.share_of(colour) < 0.001 for colour in others), "the filter")
    screen.click_on(COLOURS["purple.png"])


def preview(screen: Screen) -> None:
    screen.key("space")
    wait_until(lambda: screen.share_of(COLOURS["purple.png"]) > 0.2, "the picture")
    screen.key("Escape")
    wait_until(lambda: screen.share_of(COLOURS["purple.png"]) < 0.1, "the grid")


def download(program: Program, screen: Screen, original: Path) -> None:
    screen.key("ctrl+s")
    wait_until(lambda: screen.title().startswith("Download"), "the dialog of the download")
    screen.type(str(program.desk))

    def arrived() -> bool:
        if screen.title().startswith("Download"):
            screen.key("Return")  # the first may only take what the field completes
        return (program.desk / original.name).is_file()

    wait_until(arrived, "the downloaded file")
    assert (program.desk / original.name).read_bytes() == original.read_bytes()
    screen.wait_for_window("ImageDesk")


def share(program: Program, screen: Screen, original: Path) -> None:
    screen.key("ctrl+l")
    is_cloud = "aws" in program.library
    screen.wait_for_window("Share link" if is_cloud else "Path of the file")
    copied = screen.clipboard()
    if is_cloud:
        with urllib.request.urlopen(copied, timeout=PATIENCE_S) as answer:
            assert answer.read() == original.read_bytes()
    else:
        assert Path(copied).read_bytes() == original.read_bytes()
    screen.key("Escape")
    screen.wait_for_window("ImageDesk")


def delete(screen: Screen) -> None:
    screen.key("Delete")
    screen.wait_for_window("Delete")
    screen.key("shift+Tab", "space")
