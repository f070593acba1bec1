"""The picture of where one left: kept whole or not at all, and shown only where the same call leads there again."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from imagedesk.kept_screen import KeptScreen, circumstances, forget_screen, read_screen, write_screen
from imagedesk.places import last_screen_path, settings_path

SCREEN = KeptScreen("AdnQyw==", 3, 2, 2.0, True, False, "12-0a0b0c0d", bytes(range(24)))


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_args, **_options: tmp_path / "cache")
    monkeypatch.setenv("IMAGEDESK_SETTINGS", str(tmp_path / "settings.toml"))


def test_what_was_kept_is_read_again_by_the_same_call() -> None:
    write_screen("a line", SCREEN)
    assert read_screen("a line") == SCREEN
    assert read_screen("another line") is None


def test_nothing_is_shown_where_nothing_was_kept() -> None:
    assert read_screen("a line") is None
    write_screen("a line", SCREEN)
    forget_screen()
    forget_screen()
    assert read_screen("a line") is None


@pytest.mark.skipif(sys.platform == "win32", reason="folders of a person are closed to others there")
def test_only_this_person_can_read_it() -> None:
    write_screen("a line", SCREEN)
    assert stat.S_IMODE(last_screen_path().stat().st_mode) == 0o600
    assert [path.name for path in last_screen_path().parent.iterdir()] == [last_screen_path().name]


def test_a_file_that_is_not_whole_is_not_shown() -> None:
    write_screen("a line", SCREEN)
    whole = last_screen_path().read_bytes()
    for end in range(len(whole)):
        last_screen_path().write_bytes(whole[:end])
        assert read_screen("a line") is None
    last_screen_path().write_bytes(whole + b"\0")
    assert read_screen("a line") is None
    for place in range(len(whole) - 24, len(whole)):
        last_screen_path().write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert read_screen("a line") is None


@pytest.mark.parametrize(
    "head",
    [
        "AdnQ 99999 99999 1.0 True False 0 0",
        "AdnQ -3 -2 1.0 True False 0 0",
        "AdnQ 0 0 1.0 True False 0 0",
        "AdnQ 1 1 nan True False 0 0",
        "AdnQ 1 1 1e300 True False 0 0",
        "AdnQ one 1 1.0 True False 0 0",
        "AdnQ 1 1 1.0 True False 0 none",
        "AdnQ 1",
        "",
    ],
)
def test_sizes_that_no_window_has_are_refused_before_anything_is_read(head: str) -> None:
    write_screen("a line", SCREEN)
    last_screen_path().write_bytes(b"ImageDesk last screen 1\na line\n" + head.encode() + b"\n" + bytes(4))
    assert read_screen("a line") is None


def test_a_place_that_cannot_be_written_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    write_screen("a line", SCREEN)
    assert read_screen("a line") is None


def test_other_words_settings_or_profiles_are_other_circumstances(monkeypatch: pytest.MonkeyPatch) -> None:
    first = circumstances(["--library", "team"], os.environ)
    assert circumstances(["--library", "team"], os.environ) == first
    settings_path().write_text("# a line")
    changed = circumstances(["--library", "team"], os.environ)
    assert len({first, changed, circumstances(["--library", "home"], os.environ), circumstances([], os.environ)}) == 4
    monkeypatch.setenv("AWS_PROFILE", "work")
    assert circumstances(["--library", "team"], os.environ) != changed


def test_secrets_are_no_part_of_the_circumstances(monkeypatch: pytest.MonkeyPatch) -> None:
    before = circumstances([], os.environ)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "another")
    assert circumstances([], os.environ) == before


def test_a_line_has_no_end_within(tmp_path: Path) -> None:
    line = circumstances(["--library", "two\nlines"], {"IMAGEDESK_USER": "é\n"})
    assert line.isascii()
    assert "\n" not in line
    write_screen(line, SCREEN)
    assert read_screen(line) == SCREEN
