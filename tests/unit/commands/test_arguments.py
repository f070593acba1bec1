"""The command line's own words: what may stand where, and what is a wrong call."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from imagedesk import __version__
from imagedesk.__main__ import main
from imagedesk.commands.arguments import make_parser
from imagedesk.commands.library_commands import HANDLERS, output_path, parse_lifetime, wanted_type
from imagedesk.commands.window_call import COMMANDS, overrides_of, typed_user
from imagedesk.core.errors import CannotWrite, InvalidLimit, InvalidRequest, MissingUser
from imagedesk.library_choice import AwsOverrides

Capture = pytest.CaptureFixture[str]


def wrong_call(capsys: Capture, *words: str) -> str:
    with pytest.raises(SystemExit) as caught:
        main(list(words))
    assert caught.value.code == 2
    return capsys.readouterr().err


def test_every_command_has_a_handler_and_a_help_text(capsys: Capture) -> None:
    assert {*HANDLERS, "policy", "setup"} == set(COMMANDS)  # those two open no library
    for command in COMMANDS:
        with pytest.raises(SystemExit) as caught:
            main([command, "--help"])
        assert caught.value.code == 0
        assert f"usage: imagedesk {command} [OPTION ...]" in capsys.readouterr().out


def test_the_help_names_commands_variables_and_exit_statuses(capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    out = capsys.readouterr().out
    for word in (
        *COMMANDS,
        "IMAGEDESK_LIBRARY",
        "IMAGEDESK_USER",
        "IMAGEDESK_SETTINGS",
        "exit status",
        "settings.toml",
    ):
        assert word in out


def test_the_version_is_told(capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"ImageDesk {__version__}\n"


def test_options_may_stand_before_and_behind_the_command() -> None:
    parser = make_parser()
    for words in (
        ["--user", "ann", "--json", "list", "--bucket", "b"],
        ["--bucket", "b", "list", "--user", "ann", "--json"],
    ):
        arguments = parser.parse_args(words)
        assert (arguments.user, arguments.json, arguments.command) == ("ann", True, "list")
        assert overrides_of(arguments) == AwsOverrides(bucket="b")


def test_all_options_of_s3_are_handed_on() -> None:
    words = ["setup"]  # which knows all of them
    for name in AwsOverrides.__slots__:
        words += [f"--{name.replace('_', '-')}", f"its {name}"]
    assert overrides_of(make_parser().parse_args(words)).given() == {n: f"its {n}" for n in AwsOverrides.__slots__}


@pytest.mark.parametrize(
    "words",
    [["frobnicate"], ["upload"], ["show"], ["download"], ["share"], ["delete"], ["list", "--limit", "ten"],
     ["list", "x"], ["list", "--frobnicate"], ["show", "a", "b"]],
)  # fmt: skip
def test_a_wrong_call_ends_with_two_and_a_short_usage(capsys: Capture, words: list[str]) -> None:
    said = wrong_call(capsys, *words)
    assert said.startswith("usage: imagedesk")
    assert len(said.splitlines()) == 2


@pytest.mark.parametrize(
    "option",
    ["--library", "--bucket", "--table", "--region", "--profile", "--s3-endpoint-url", "--dynamodb-endpoint-url"],
)
def test_an_unset_variable_of_a_script_does_not_choose_another_library(capsys: Capture, option: str) -> None:
    assert "a name is missing" in wrong_call(capsys, "list", option, "")


def test_a_file_name_is_for_one_file(capsys: Capture, tmp_path: Path) -> None:
    for files in (["a.png", "b.png"], [str(tmp_path)]):
        assert "--filename names one file" in wrong_call(capsys, "upload", "--filename", "x.png", *files)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1", 1), ("3600", 3600), ("90s", 90), ("30m", 1800), ("12h", 43200), ("7d", 604800), (" 604800 ", 604800)],
)
def test_a_lifetime_is_read_as_people_write_it(text: str, seconds: int) -> None:
    assert parse_lifetime(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "0", "0d", "-1", "8d", "604801", "169h", "1w", "1.5h", "h", "7 d", "1e3", "9" * 30]
)
def test_a_lifetime_out_of_bounds_says_the_bounds(text: str) -> None:
    with pytest.raises(InvalidLimit, match="at most 7d"):
        parse_lifetime(text)


def test_a_type_is_a_name_that_is_known_or_a_mime_type() -> None:
    assert [wanted_type(text) for text in (None, "", "jpg", "image/x-odd")] == [None, None, "image/jpeg", "image/x-odd"]
    with pytest.raises(InvalidRequest, match="JPEG, PNG"):
        wanted_type("photo")


def test_a_download_goes_to_this_folder_unless_something_else_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert output_path(None) == tmp_path
    assert output_path("x.png") == Path("x.png")
    assert output_path(f"{tmp_path}/") == tmp_path
    with pytest.raises(CannotWrite, match="no folder new"):
        output_path("new/")


def test_the_user_of_the_command_line_comes_before_that_of_the_environment() -> None:
    parser = make_parser()
    assert typed_user(parser.parse_args(["list"]), {}) is None
    assert typed_user(parser.parse_args(["list"]), {"IMAGEDESK_USER": "bo"}) == "bo"
    assert typed_user(parser.parse_args(["list", "--user", "ann"]), {"IMAGEDESK_USER": "bo"}) == "ann"
    for words, environment in ((["list", "--user", ""], {"IMAGEDESK_USER": "bo"}), (["list"], {"IMAGEDESK_USER": " "})):
        with pytest.raises(MissingUser):
            typed_user(parser.parse_args(words), environment)
