"""Settings: library profiles and preferences, typed, in one TOML file that a person may edit.

What the program does not know stays in the file, as do comments. Secrets are never in it.
"""

from __future__ import annotations

import contextlib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import platformdirs

from imagedesk.core.errors import InvalidSettings
from imagedesk.core.os_faults import writing_faults
from imagedesk.core.plain_text import plain
from imagedesk.core.profiles import AwsProfile, EmbeddedProfile, LibraryProfile
from imagedesk.places import settings_path

EMBEDDED_NAME = "local"
AWS_NAME = "aws"
SCHEMES = ("system", "light", "dark")
ASK = "ask"
# The values of NameClash and of CameraData, whose modules the first paint can do without.
NAME_CLASHES = ("keep both", "replace", "skip")
CAMERA_DATA = (ASK, "keep", "location", "all")
BANDWIDTH_LIMITS = (0.1, 10_000.0)  # MB/s, least and most
THUMBNAIL_CACHE_SIZES = (10, 1_000_000)  # MB
_ALLOWED = {"color_scheme": SCHEMES, "name_clash": NAME_CLASHES, "camera_data": CAMERA_DATA}
_RANGES = {"bandwidth_limit": BANDWIDTH_LIMITS, "thumbnail_cache_mb": THUMBNAIL_CACHE_SIZES}


@dataclass(frozen=True, slots=True)
class Preferences:
    """``user`` is the name used where nothing can verify it; ``library`` a profile's name or a folder.

    ``bandwidth_limit`` is MB/s of all transfers together, None for no limit. ``camera_data`` is what an upload takes
    out of files, or "ask"; ``upload_details``: ask for details before every upload; ``upload_fields``: shared fields
    of earlier uploads, as a JSON object. ``thumbnail_cache_mb`` bounds what is kept on this computer of each library
    elsewhere. ``go_on_in_background``: closing the window does not ask, and ends nothing.
    """

    user: str | None = None
    library: str | None = None
    tile_size: int = 150
    color_scheme: str = "system"
    window_geometry: str | None = None
    name_clash: str = NAME_CLASHES[0]
    bandwidth_limit: float | None = None
    camera_data: str = ASK
    upload_details: bool = False
    upload_fields: str = "{}"
    thumbnail_cache_mb: int = 2000
    go_on_in_background: bool = False
    notifications: bool = True


@dataclass(frozen=True, slots=True)
class Settings:
    """``libraries`` are the profiles of the file, by name; the built-in ones are not among them."""

    path: Path
    libraries: Mapping[str, LibraryProfile] = field(default_factory=dict)
    preferences: Preferences = field(default_factory=Preferences)


def load_settings(path: Path | None = None) -> Settings:
    """The file's content; defaults where there is no file. Raises InvalidSettings, naming file and key."""
    path = path or settings_path()
    document = _read(path)
    libraries = {name: _profile(name, table, path) for name, table in _tables(document, "libraries", path).items()}
    return Settings(path, libraries, _preferences(document, path))


def known_profiles(settings: Settings) -> list[LibraryProfile]:
    """What a person can choose from: this computer, the file's profiles in its order, and plain ``aws``."""
    profiles = {EMBEDDED_NAME: default_profile(), **settings.libraries}
    profiles.setdefault(AWS_NAME, AwsProfile(AWS_NAME))
    return list(profiles.values())


def default_profile() -> EmbeddedProfile:
    """The library with nothing configured: ImageDesk in the Pictures folder."""
    return EmbeddedProfile(EMBEDDED_NAME, platformdirs.user_pictures_path() / "ImageDesk")


def save_preferences(settings: Settings) -> Settings:
    """Write the preferences, and nothing else of the file. Raises CannotWrite, DiskFull or InvalidSettings."""
    _update(settings.path, "preferences", {name: getattr(settings.preferences, name) for name in _names(Preferences)})
    return settings


def save_profile(settings: Settings, profile: AwsProfile) -> Settings:
    """Write one AWS profile under its name. Raises InvalidSettings for an endpoint that holds a password, beside what
    ``save_preferences`` raises."""
    from urllib.parse import urlsplit

    for url in (profile.s3_endpoint_url, profile.dynamodb_endpoint_url):
        if url is not None and "@" in urlsplit(url).netloc:
            raise InvalidSettings(
                "The endpoint holds a name or a password: leave it out, and keep credentials in a credentials profile."
            )
    values: dict[str, object] = {"kind": "aws"}
    default = AwsProfile(profile.name)
    for name in _names(AwsProfile):
        value = getattr(profile, name)
        values[name] = value if value != getattr(default, name) or name in {"bucket", "table"} else None
    del values["name"]
    _update(settings.path, "libraries", values, profile.name)
    return replace(settings, libraries={**settings.libraries, profile.name: profile})


# -- reading ----------------------------------------------------------------------------------------------------------


def _read(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InvalidSettings(
            f"The settings file {plain(str(path))} cannot be read ({error}): correct it, or move it away."
        ) from error


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")  # Windows' Notepad puts a mark before the text


def _tables(document: Mapping[str, Any], name: str, path: Path) -> Mapping[str, Mapping[str, Any]]:
    tables = document.get(name, {})
    if not isinstance(tables, Mapping) or not all(isinstance(table, Mapping) for table in tables.values()):
        raise InvalidSettings(f"In {plain(str(path))}, “{name}” must hold tables such as [{name}.team].")
    return tables


def _preferences(document: Mapping[str, Any], path: Path) -> Preferences:
    table = document.get("preferences", {})
    if not isinstance(table, Mapping):
        raise InvalidSettings(f"In {plain(str(path))}, “preferences” must be a table.")
    preferences = Preferences(**_typed(table, Preferences, f"[preferences] of {plain(str(path))}"))
    for name, allowed in _ALLOWED.items():
        if getattr(preferences, name) not in allowed:
            raise InvalidSettings(f"{name} in [preferences] of {plain(str(path))} must be one of {', '.join(allowed)}.")
    for name, (least, most) in _RANGES.items():
        value = getattr(preferences, name)
        if value is not None and not least <= value <= most:  # "not a number" is neither
            raise InvalidSettings(
                f"{name} in [preferences] of {plain(str(path))} must be between {least:g} and {most:g}."
            )
    return preferences


def _profile(name: str, table: Mapping[str, Any], path: Path) -> LibraryProfile:
    place = f"[libraries.{plain(name, 60)}] of {plain(str(path))}"
    values = {key: value for key, value in table.items() if key not in {"kind", "name"}}
    match table.get("kind"):
        case "aws":
            return AwsProfile(name=name, **_typed(values, AwsProfile, place))
        case "embedded":
            folder = values.pop("folder", None)
            if not isinstance(folder, str) or not folder:
                raise InvalidSettings(f'{place} needs a folder: write folder = "/a/path".')
            title = _typed(values, EmbeddedProfile, place).get("title") or name
            return EmbeddedProfile(name, path.absolute().parent / folder_of(folder), title)
        case _:
            raise InvalidSettings(f'{place} needs a kind: write kind = "aws" or kind = "embedded".')


def folder_of(text: str) -> Path:
    """The folder that a person wrote, with ``~`` for a home. Raises InvalidSettings for the home of nobody."""
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise InvalidSettings(f"There is no home folder for {plain(text, 80)}: write the whole path.") from error


def _typed(table: Mapping[str, Any], kind: type, place: str) -> dict[str, Any]:
    """The known keys of a table, each of its field's type; unknown ones are left alone."""
    wanted: dict[str, type] = {"bool": bool, "int": int, "float | None": float}
    known: dict[str, Any] = {}
    for item in fields(kind):
        if item.name not in table:
            continue
        value, expected = table[item.name], wanted.get(str(item.type), str)
        if expected is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
            raise InvalidSettings(f"“{item.name}” in {place} must be {_TYPE_WORDS[expected]}.")
        known[item.name] = value
    return known


_TYPE_WORDS = {bool: "true or false", int: "a whole number", float: "a number", str: "text in quotes"}


def _names(kind: type) -> list[str]:
    return [item.name for item in fields(kind)]


# -- writing ----------------------------------------------------------------------------------------------------------


def _update(path: Path, table: str, values: Mapping[str, object], subtable: str | None = None) -> None:
    """Set the keys of one table, drop those that are None, keep all the rest of the file as it is."""
    import tomlkit  # loading it costs more than the rest of this module, and few runs write

    load_settings(path)  # a file that cannot be read must not be overwritten
    document = tomlkit.parse(_text(path)) if path.exists() else tomlkit.document()
    place: Any = document.setdefault(table, tomlkit.table())
    if subtable is not None:
        place = place.setdefault(subtable, tomlkit.table())
    for name, value in values.items():
        if value is None:
            place.pop(name, None)
        else:
            place[name] = value
    _write_whole(path, tomlkit.dumps(document))


def _write_whole(path: Path, text: str) -> None:
    import tempfile

    path = path.resolve()  # a link to a file that is kept elsewhere stays a link
    with writing_faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=".settings-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(partial).replace(path)
            _sync_folder(path.parent)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(partial).unlink()
            raise


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # cannot open folders; NTFS journals names by itself
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
