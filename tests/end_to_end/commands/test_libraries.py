"""Which library a command reaches, and what it says when there is none to reach."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagedesk.core.profiles import AwsProfile
from tests.contract.aws_servers import AwsProfileFactory
from tests.end_to_end.commands.conftest import CommandLine, aws_options

Capture = pytest.CaptureFixture[str]


# Environment and credentials


def test_a_server_that_does_not_answer_is_told_apart(capsys: Capture, photos: Path) -> None:
    nowhere = "http://127.0.0.1:9"
    profile = AwsProfile("aws", region="us-east-1", s3_endpoint_url=nowhere, dynamodb_endpoint_url=nowhere)
    cli = CommandLine(aws_options(profile), capsys, False)
    for words in (["list"], ["upload", photos / "fjord.jpg", "--user", "ann"], ["show", "x"], ["setup"]):
        assert cli.run(*words, "--json").code == "store_unavailable"


def test_a_library_that_is_not_set_up_says_how(
    blank_aws_profile: AwsProfileFactory, capsys: Capture, photos: Path
) -> None:
    cli = CommandLine(aws_options(blank_aws_profile()), capsys, False)
    for words in (["list"], ["upload", photos / "fjord.jpg", "--user", "ann"], ["show", "ann!x"]):
        error = cli.run(*words, "--json").error
        assert error["code"] == "library_not_set_up"
        assert "imagedesk setup" in error["message"]


def test_missing_credentials_are_told_apart(
    aws_profile: AwsProfileFactory, capsys: Capture, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli = CommandLine(aws_options(aws_profile()), capsys, False)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    for words in (["list"], ["upload", photos / "fjord.jpg", "--user", "ann"], ["setup"]):
        assert cli.run(*words, "--json").code == "invalid_credentials"


def test_the_environment_chooses_library_and_user(
    capsys: Capture, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGEDESK_LIBRARY", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("IMAGEDESK_USER", "bo")
    cli = CommandLine([], capsys, True)
    assert cli.run("upload", photos / "fjord.jpg", "--json").json["user_id"] == "bo"
    assert cli.run("upload", photos / "fjord.jpg", "--user", "ann", "--json").json["user_id"] == "ann"
    assert cli.run("list", "--json").json["count"] == 2  # the variable is who acts, not whose images to list
    assert (tmp_path / "elsewhere" / "library.sqlite").is_file()
    monkeypatch.setenv("IMAGEDESK_USER", "")
    assert cli.run("upload", photos / "fjord.jpg", "--json").code == "missing_user"


def test_with_nothing_configured_the_library_lies_among_the_pictures(capsys: Capture, photos: Path) -> None:
    cli = CommandLine([], capsys, True)
    assert cli.run("upload", photos / "fjord.jpg", "--user", "ann").status == 0
    [folder] = Path.home().rglob("library.sqlite")
    assert folder.parent.name == "ImageDesk"


def test_settings_that_cannot_be_read_are_named(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.toml").write_text("[preferences")
    monkeypatch.setenv("IMAGEDESK_SETTINGS", str(tmp_path / "settings.toml"))
    error = CommandLine([], capsys, True).run("list", "--json").error
    assert error["code"] == "invalid_settings"
    assert "settings.toml" in error["message"]
    assert CommandLine(["--library", "nowhere"], capsys, True).run("list", "--json").code == "invalid_settings"
