"""Settings: read with types, written without losing what a person wrote, and never with a secret in them."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from imagedesk.core.camera_data import CameraData
from imagedesk.core.errors import CannotWrite, ImageDeskError, InvalidSettings
from imagedesk.core.file_names import NameClash
from imagedesk.core.profiles import AwsProfile, EmbeddedProfile
from imagedesk.places import settings_path
from imagedesk.settings import (
    CAMERA_DATA,
    NAME_CLASHES,
    Preferences,
    Settings,
    default_profile,
    known_profiles,
    load_settings,
    save_preferences,
    save_profile,
)

BY_HAND = """\
# Ours, since 2024. Ask Ann before changing it.
[preferences]
user = "ann"        # not my login
tile_size = 220
future_setting = [1, 2]

[libraries.team]   # the studio
kind = "aws"
bucket = "studio-pictures"
region = "eu-north-1"
unknown = "kept"

[libraries.archive]
kind = "embedded"
folder = "~/Archive"
title = "The archive"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


@pytest.fixture
def by_hand(path: Path) -> Settings:
    path.write_text(BY_HAND, encoding="utf-8")
    return load_settings(path)


# Reading


def test_without_a_file_there_are_defaults(path: Path) -> None:
    assert load_settings(path) == Settings(path, {}, Preferences())
    assert not path.exists()


def test_a_file_written_by_hand_is_read_with_types(by_hand: Settings) -> None:
    assert by_hand.preferences == Preferences(user="ann", tile_size=220)
    team = AwsProfile("team", bucket="studio-pictures", region="eu-north-1")
    assert by_hand.libraries == {
        "team": team,
        "archive": EmbeddedProfile("archive", Path.home() / "Archive", "The archive"),
    }


def test_an_empty_file_and_one_with_a_byte_order_mark_are_read(path: Path) -> None:
    path.write_text("")
    assert load_settings(path).preferences == Preferences()
    path.write_text(BY_HAND.replace("\n", "\r\n"), encoding="utf-8-sig", newline="")
    assert load_settings(path).preferences.user == "ann"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[preferences\nuser = 1", "line 1"),
        ("a = " + "[" * 5000, "cannot be read"),
        ("preferences = 7", "“preferences” must be a table"),
        ('[preferences]\ntile_size = "big"', "“tile_size” in .* must be a whole number"),
        ("[preferences]\ntile_size = true", "must be a whole number"),
        ("[preferences]\nuser = 7", "“user” in .* must be text in quotes"),
        ('[preferences]\ncolor_scheme = "pink"', "one of system, light, dark"),
        ('[preferences]\nname_clash = "both"', "one of keep both, replace, skip"),
        ('[preferences]\ncamera_data = "no"', "one of ask, keep, location, all"),
        ('[preferences]\nbandwidth_limit = "5"', "“bandwidth_limit” in .* must be a number"),
        ("[preferences]\nbandwidth_limit = 0", "between 0.1 and 10000"),
        ("[preferences]\nbandwidth_limit = nan", "between 0.1 and 10000"),
        ("[preferences]\nbandwidth_limit = true", "must be a number"),
        ("[preferences]\nthumbnail_cache_mb = -1", "between 10 and 1e\\+06"),
        ("[preferences]\nnotifications = 1", "must be true or false"),
        ("libraries = 7", "must hold tables"),
        ("[libraries]\nteam = 7", "must hold tables"),
        ("[libraries.team]\nbucket = 'x'", "kind"),
        ("[libraries.team]\nkind = 'ftp'", "kind"),
        ("[libraries.team]\nkind = 'aws'\nallow_http = 'yes'", "“allow_http” in .*team.* must be true or false"),
        ("[libraries.team]\nkind = 'aws'\nbucket = 7", "“bucket” in .*team"),
        ("[libraries.pics]\nkind = 'embedded'", "needs a folder"),
        ("[libraries.pics]\nkind = 'embedded'\nfolder = ''", "needs a folder"),
        ("[libraries.pics]\nkind = 'embedded'\nfolder = '~nobody-at-all/x'", "home folder"),
    ],
)
def test_a_bad_file_is_refused_by_name_and_key(path: Path, text: str, said: str) -> None:
    path.write_text(text)
    with pytest.raises(InvalidSettings, match=said) as caught:
        load_settings(path)
    if "home" not in said:
        assert "settings.toml" in caught.value.message


def test_bytes_that_are_no_text_and_a_folder_in_the_files_place_are_refused(path: Path, tmp_path: Path) -> None:
    path.write_bytes(b"user = '\xff'")
    for bad in (path, tmp_path):
        with pytest.raises(InvalidSettings, match="cannot be read"):
            load_settings(bad)


def test_a_relative_folder_lies_beside_the_file(path: Path) -> None:
    path.write_text("[libraries.pics]\nkind = 'embedded'\nfolder = 'pics'")
    assert load_settings(path).libraries["pics"] == EmbeddedProfile("pics", path.parent / "pics", "pics")


def test_the_variable_says_where_the_file_is(monkeypatch: pytest.MonkeyPatch, path: Path, tmp_path: Path) -> None:
    assert settings_path() == Path.home() / "config" / "ImageDesk" / "settings.toml"
    monkeypatch.setenv("IMAGEDESK_SETTINGS", str(path))
    assert settings_path() == load_settings().path == path


def test_a_person_chooses_among_this_computer_the_files_libraries_and_aws(by_hand: Settings) -> None:
    assert [profile.name for profile in known_profiles(by_hand)] == ["local", "team", "archive", "aws"]
    assert known_profiles(by_hand)[0] == default_profile()


def test_the_file_may_say_what_the_built_in_names_mean(path: Path) -> None:
    path.write_text(
        "[libraries.local]\nkind = 'embedded'\nfolder = '/pics'\n[libraries.aws]\nkind = 'aws'\nbucket = 'b'"
    )
    local, aws = known_profiles(load_settings(path))
    assert local == EmbeddedProfile("local", Path("/pics"), "local")
    assert isinstance(aws, AwsProfile)
    assert aws.bucket == "b"


# Writing


def test_comments_order_and_unknown_keys_survive_a_save(by_hand: Settings, path: Path) -> None:
    save_preferences(replace(by_hand, preferences=replace(by_hand.preferences, user="bo", library="team")))
    written = path.read_text(encoding="utf-8")
    assert set(BY_HAND.splitlines()) - set(written.splitlines()) == {'user = "ann"        # not my login'}
    assert "# not my login" in written
    assert load_settings(path) == replace(by_hand, preferences=Preferences(user="bo", library="team", tile_size=220))


def test_a_preference_that_is_none_leaves_the_file(by_hand: Settings, path: Path) -> None:
    save_preferences(replace(by_hand, preferences=Preferences()))
    assert "ann" not in path.read_text(encoding="utf-8").replace("Ask Ann", "").casefold()
    assert load_settings(path).preferences == Preferences()


def test_a_profile_is_read_back_as_saved_and_says_no_more_than_needed(by_hand: Settings, path: Path) -> None:
    profile = AwsProfile("new lab", table="t", s3_endpoint_url="http://10.0.0.7:9000", allow_http=True, title="Lab")
    settings = save_profile(by_hand, profile)
    assert settings.libraries == load_settings(path).libraries == {**by_hand.libraries, "new lab": profile}
    assert "dynamodb_endpoint_url" not in path.read_text(encoding="utf-8")
    save_profile(settings, replace(profile, allow_http=False, s3_endpoint_url=None))
    assert load_settings(path).libraries["new lab"] == AwsProfile("new lab", table="t", title="Lab")
    assert "# the studio" in path.read_text(encoding="utf-8")


def test_a_first_save_makes_the_folder_and_a_file_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "settings.toml"
    save_preferences(Settings(path, preferences=Preferences(user="ann")))
    assert load_settings(path).preferences.user == "ann"
    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    assert [entry.name for entry in path.parent.iterdir()] == ["settings.toml"]


def test_a_file_that_became_unreadable_is_not_overwritten(by_hand: Settings, path: Path) -> None:
    for text in ("[preferences", "preferences = 7", "libraries = 7"):
        path.write_text(text)
        with pytest.raises(InvalidSettings):
            save_preferences(by_hand)
        with pytest.raises(InvalidSettings):
            save_profile(by_hand, AwsProfile("x"))
        assert path.read_text() == text


def test_a_file_that_is_kept_elsewhere_stays_linked(by_hand: Settings, path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "dotfiles.toml"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    save_preferences(replace(by_hand, preferences=Preferences(user="bo")))
    assert path.is_symlink()
    assert load_settings(elsewhere).preferences.user == "bo"


def test_a_save_that_fails_leaves_the_old_file_and_nothing_beside_it(
    by_hand: Settings, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_room)
    with pytest.raises(ImageDeskError, match="room"):
        save_preferences(by_hand)
    assert path.read_text(encoding="utf-8") == BY_HAND
    assert list(path.parent.iterdir()) == [path]


def test_a_place_where_no_file_can_be_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises((CannotWrite, InvalidSettings)):
        save_preferences(Settings(tmp_path / "file" / "settings.toml"))


def test_no_secret_is_ever_written(by_hand: Settings, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "IQoJb3JpZ2lu")
    for name in ("s3_endpoint_url", "dynamodb_endpoint_url"):
        with pytest.raises(InvalidSettings, match="password"):
            save_profile(by_hand, replace(AwsProfile("x"), **{name: "https://key:hunter2@minio.example"}))
    save_profile(by_hand, AwsProfile("x", profile="work", s3_endpoint_url="https://minio.example"))
    save_preferences(by_hand)
    written = path.read_text(encoding="utf-8")
    assert not any(secret in written for secret in ("wJalrXUtnFEMI", "IQoJb3JpZ2lu", "hunter2", "secret", "token"))


def test_a_whole_number_is_a_bandwidth_too_and_survives_being_written(path: Path) -> None:
    path.write_text("[preferences]\nbandwidth_limit = 5\n")
    settings = load_settings(path)
    assert settings.preferences.bandwidth_limit == 5.0
    save_preferences(settings)
    assert load_settings(path).preferences == settings.preferences


def test_every_answer_to_a_name_clash_can_be_kept() -> None:
    assert tuple(clash.value for clash in NameClash) == NAME_CLASHES


def test_every_choice_of_camera_data_can_be_kept() -> None:
    assert ("ask", *(choice.value for choice in CameraData)) == CAMERA_DATA
