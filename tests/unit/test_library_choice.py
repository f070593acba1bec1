"""Which library is meant: the command line before the environment, before the preference, before this computer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from imagedesk.core.errors import InvalidSettings
from imagedesk.core.profiles import AwsProfile, EmbeddedProfile, LibraryProfile
from imagedesk.library_choice import AwsOverrides, choose_profile
from imagedesk.settings import Preferences, Settings, default_profile

TEAM = AwsProfile("team", bucket="studio", region="eu-north-1", s3_endpoint_url="https://s3.example")
ARCHIVE = EmbeddedProfile("archive", Path("/archive"), "The archive")
PLAIN = AwsProfile("aws")
NOTHING: Mapping[str, str] = {}


def chosen(
    library: str | None = None,
    environment: Mapping[str, str] = NOTHING,
    preferred: str | None = None,
    **overrides: str,
) -> LibraryProfile:
    settings = Settings(Path("settings.toml"), {"team": TEAM, "archive": ARCHIVE}, Preferences(library=preferred))
    return choose_profile(settings, library, AwsOverrides(**overrides), environment)


def test_with_nothing_said_it_is_this_computer() -> None:
    assert chosen() == default_profile()
    assert chosen(environment={"IMAGEDESK_LIBRARY": "", "IMAGEDESK_BUCKET": ""}) == default_profile()


def test_the_command_line_comes_before_the_environment_and_that_before_the_preference() -> None:
    assert chosen(preferred="archive") == ARCHIVE
    assert chosen(None, {"IMAGEDESK_LIBRARY": "team"}, "archive") == TEAM
    assert chosen("aws", {"IMAGEDESK_LIBRARY": "team"}, "archive") == PLAIN
    assert chosen("local", {"IMAGEDESK_LIBRARY": "team"}, "archive") == default_profile()


def test_an_option_of_s3_means_the_aws_library_unless_one_is_named() -> None:
    assert chosen(bucket="b") == replace(PLAIN, bucket="b")
    assert chosen(None, {"IMAGEDESK_LIBRARY": "archive"}, "archive", region="eu-west-1") == replace(
        PLAIN, region="eu-west-1"
    )
    assert chosen("team", bucket="b") == replace(TEAM, bucket="b")


@pytest.mark.parametrize("name", AwsOverrides.__slots__)
def test_each_option_overrides_the_profile(name: str) -> None:
    assert chosen("team", **{name: "given"}) == replace(TEAM, **{name: "given"})


def test_the_environment_names_bucket_and_table_below_the_command_line() -> None:
    environment = {"IMAGEDESK_BUCKET": "env-b", "IMAGEDESK_TABLE": "env-t"}
    assert chosen("team", environment) == replace(TEAM, bucket="env-b", table="env-t")
    assert chosen("team", environment, bucket="b") == replace(TEAM, bucket="b", table="env-t")
    assert chosen("archive", environment) == ARCHIVE


def test_a_bucket_of_the_environment_is_not_forgotten_over_a_folder_that_nobody_chose() -> None:
    assert chosen(None, {"IMAGEDESK_BUCKET": "b"}) == replace(PLAIN, bucket="b")
    assert chosen(None, {"IMAGEDESK_BUCKET": "b"}, "team") == replace(TEAM, bucket="b")
    assert chosen(None, {"IMAGEDESK_BUCKET": "b"}, "archive") == ARCHIVE


@pytest.mark.parametrize("library", ["archive", "local", "./folder"])
def test_an_option_of_s3_for_a_folder_is_refused(library: str) -> None:
    with pytest.raises(InvalidSettings, match="--s3-endpoint-url is for an S3 library"):
        chosen(library, s3_endpoint_url="http://127.0.0.1:9000")


def test_a_folder_is_a_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pics").mkdir()
    monkeypatch.chdir(tmp_path)
    expected = EmbeddedProfile(str(tmp_path / "pics"), tmp_path / "pics", "pics")
    for text in ("pics", "./pics", str(tmp_path / "pics")):
        assert chosen(text) == expected
    assert chosen("./new") == EmbeddedProfile(str(tmp_path / "new"), tmp_path / "new", "new")
    assert not (tmp_path / "new").exists()


def test_a_folder_at_home_is_a_library() -> None:
    profile = chosen("~/pics")
    assert isinstance(profile, EmbeddedProfile)
    assert profile.folder == Path.home() / "pics"


def test_the_name_of_a_profile_comes_before_a_folder_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "team").mkdir()
    monkeypatch.chdir(tmp_path)
    assert chosen("team") == TEAM
    assert chosen("./team") == EmbeddedProfile(str(tmp_path / "team"), tmp_path / "team", "team")


def test_what_is_neither_says_what_there_is() -> None:
    with pytest.raises(InvalidSettings, match=r"no library “taem”: choose one of local, team, archive, aws, .*\./taem"):
        chosen("taem")


def test_a_file_a_name_too_long_and_the_home_of_nobody_are_no_libraries(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(b"x")
    for text in (str(tmp_path / "x.png"), "x" * 300, "./" + "x" * 300, "~nobody-at-all/x"):
        with pytest.raises(InvalidSettings):
            chosen(text)
