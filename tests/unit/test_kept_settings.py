"""Preferences while the window is open: written at once, and kept for the session when they cannot be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagedesk.core.errors import ImageDeskError
from imagedesk.core.profiles import AwsProfile, EmbeddedProfile
from imagedesk.kept_settings import KeptSettings
from imagedesk.settings import load_settings


@pytest.fixture
def failures() -> list[ImageDeskError]:
    return []


@pytest.fixture
def kept(tmp_path: Path, failures: list[ImageDeskError]) -> KeptSettings:
    return KeptSettings(load_settings(tmp_path / "settings.toml"), failures.append)


def test_a_preference_is_on_disk_at_once(kept: KeptSettings, tmp_path: Path) -> None:
    kept.prefer(user="ann", color_scheme="dark")
    again = load_settings(tmp_path / "settings.toml").preferences
    assert (again.user, again.color_scheme) == ("ann", "dark")


def test_what_is_noted_goes_to_disk_with_the_next_preference(kept: KeptSettings, tmp_path: Path) -> None:
    kept.note(tile_size=200)
    assert kept.preferences.tile_size == 200
    assert not (tmp_path / "settings.toml").exists()
    kept.prefer(user="ann")
    assert load_settings(tmp_path / "settings.toml").preferences.tile_size == 200


def test_a_preference_that_cannot_be_written_is_told_and_holds_all_the_same(
    kept: KeptSettings, tmp_path: Path, failures: list[ImageDeskError]
) -> None:
    (tmp_path / "settings.toml").mkdir()
    kept.prefer(color_scheme="dark")
    assert len(failures) == 1
    assert kept.preferences.color_scheme == "dark"


def test_the_open_library_is_always_among_those_to_choose_from(kept: KeptSettings, tmp_path: Path) -> None:
    folder = EmbeddedProfile(str(tmp_path), tmp_path, "A folder")
    assert folder in kept.profiles(folder)
    kept.keep_profile(AwsProfile("team", bucket="pictures"))
    assert [profile.name for profile in kept.profiles(None)] == ["local", "team", "aws"]
