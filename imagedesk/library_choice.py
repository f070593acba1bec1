"""Which library is meant: the command line first, then the environment, the preference, and this computer.

Also the name of what this computer keeps of it. Light: the window's first paint waits for this module.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from imagedesk.core.errors import InvalidSettings
from imagedesk.core.os_faults import reason, shown
from imagedesk.core.plain_text import plain
from imagedesk.core.profiles import AwsProfile, EmbeddedProfile, LibraryProfile
from imagedesk.settings import AWS_NAME, Settings, default_profile, folder_of, known_profiles


@dataclass(frozen=True, slots=True)
class AwsOverrides:
    """What the command line says of an AWS library; None leaves it to environment, profile and boto3."""

    bucket: str | None = None
    table: str | None = None
    region: str | None = None
    profile: str | None = None
    s3_endpoint_url: str | None = None
    dynamodb_endpoint_url: str | None = None
    kms_key: str | None = None

    def given(self) -> dict[str, str]:
        return {name: value for name in self.__slots__ if (value := getattr(self, name))}


def choose_profile(
    settings: Settings, library: str | None, overrides: AwsOverrides, environment: Mapping[str, str]
) -> LibraryProfile:
    """Raises InvalidSettings for a name that is neither a profile nor a folder, or for AWS options of a folder."""
    given = overrides.given()
    names = {"bucket": environment.get("IMAGEDESK_BUCKET"), "table": environment.get("IMAGEDESK_TABLE")}
    from_environment = {name: value for name, value in names.items() if value}
    wanted = library or (AWS_NAME if given else None) or environment.get("IMAGEDESK_LIBRARY")
    # Whoever names a bucket and nothing else does not mean a folder.
    wanted = wanted or settings.preferences.library or (AWS_NAME if from_environment else None)
    profile = _named(settings, wanted) if wanted else default_profile()
    if not isinstance(profile, AwsProfile):
        if given:
            options = ", ".join(f"--{name.replace('_', '-')}" for name in given)
            raise InvalidSettings(f"{options} is for an S3 library: leave it out, or choose one with --library aws.")
        return profile
    chosen: dict[str, Any] = {**from_environment, **given}
    if given.keys() & _OTHER_KEYS:
        chosen["keys_in_keyring"] = False
    return replace(profile, **chosen)


def library_data_name(profile: LibraryProfile) -> str:
    """A folder name for what this computer keeps of the library: the same for the same place, whatever its title."""
    if isinstance(profile, EmbeddedProfile):
        place = str(profile.folder.absolute())
    else:
        parts = (profile.bucket, profile.table, profile.region, profile.profile)
        place = repr((*parts, profile.s3_endpoint_url, profile.dynamodb_endpoint_url))
    from hashlib import sha256

    readable = re.sub(r"[^A-Za-z0-9-]+", "-", profile.name)[-24:].strip("-")
    return f"{readable}-{sha256(place.encode()).hexdigest()[:12]}"


# Whoever names credentials or another server does not mean the keys that were typed for this one.
_OTHER_KEYS = {"profile", "s3_endpoint_url", "dynamodb_endpoint_url"}


def _named(settings: Settings, wanted: str) -> LibraryProfile:
    profiles = {profile.name: profile for profile in known_profiles(settings)}
    if wanted in profiles:
        return profiles[wanted]
    folder = folder_of(wanted)
    try:
        is_folder, exists = folder.is_dir(), folder.exists()
    except OSError as error:
        raise InvalidSettings(
            f"{shown(folder)} cannot be a library ({reason(error)}): choose another folder."
        ) from error
    if _looks_like_a_folder(wanted) or is_folder:
        if exists and not is_folder:
            raise InvalidSettings(f"{shown(folder)} is a file: a library needs a folder.")
        folder = folder.absolute()
        return EmbeddedProfile(str(folder), folder, folder.name or str(folder))
    names = ", ".join(plain(name, 60) for name in profiles)
    raise InvalidSettings(
        f"There is no library “{plain(wanted, 80)}”: choose one of {names}, or a folder such as ./{plain(wanted, 80)}."
    )


def _looks_like_a_folder(text: str) -> bool:
    return text.startswith((".", "~")) or "/" in text or os.sep in text
