"""Calls that open the window: with files, without, and with a word that means nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagedesk.__main__ import main
from imagedesk.commands.window_call import first_word, make_window_parser


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ([], ""),
        (["photo.jpg"], "photo.jpg"),
        (["--library", "upload", "photo.jpg"], "photo.jpg"),
        (["--library=team", "list"], "list"),
        (["--user", "alice"], ""),
        (["--json", "upload", "--metadata", "{}", "a.jpg"], "upload"),
        (["--user"], None),
        (["--version"], None),
        (["-h", "photo.jpg"], None),
    ],
)
def test_the_first_word_is_found_behind_the_options(words: list[str], first: str | None) -> None:
    assert first_word(words) == first


def test_files_are_taken_from_where_the_call_was_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a b.jpg").touch()
    (tmp_path / "c.jpg").touch()
    monkeypatch.chdir(tmp_path)
    arguments = make_window_parser().parse_intermixed_args(["a b.jpg", "--user", "alice", "c.jpg"])
    assert arguments.files == [tmp_path / "a b.jpg", tmp_path / "c.jpg"]
    assert arguments.user == "alice"


@pytest.mark.parametrize("word", ["uplaod", "gone.jpg", "x" * 5000])
def test_a_word_that_is_neither_is_a_wrong_call(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([word])
    assert left.value.code == 2
    told = capsys.readouterr().err
    assert f"“{word[:40]}" in told
    assert "is neither a file that is there nor a command (setup, upload" in told
