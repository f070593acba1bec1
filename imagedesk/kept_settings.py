"""The settings while the window is open: what a person prefers is written at once; a failure is told, not raised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from imagedesk.core.errors import ImageDeskError
from imagedesk.core.profiles import AwsProfile, LibraryProfile
from imagedesk.settings import Preferences, Settings, known_profiles, save_preferences, save_profile


class KeptSettings:
    """``failed`` is told why a preference could not be written; it holds until the window closes all the same."""

    def __init__(self, settings: Settings, failed: Callable[[ImageDeskError], object]) -> None:
        self._settings, self._failed = settings, failed

    @property
    def preferences(self) -> Preferences:
        return self._settings.preferences

    def prefer(self, **changes: Any) -> None:
        """Fields of Preferences."""
        self.note(**changes)
        try:
            save_preferences(self._settings)
        except ImageDeskError as error:
            self._failed(error)

    def note(self, **changes: Any) -> None:
        """Like ``prefer``, but written only with the next preference: for what changes with every movement."""
        self._settings = replace(self._settings, preferences=replace(self._settings.preferences, **changes))

    def keep_profile(self, profile: AwsProfile) -> None:
        """Raises ImageDeskError when the settings cannot be written."""
        self._settings = save_profile(self._settings, profile)

    def profiles(self, current: LibraryProfile | None) -> list[LibraryProfile]:
        """What a person can choose from, the current one always among them."""
        profiles = known_profiles(self._settings)
        if current is not None and current.name not in {profile.name for profile in profiles}:
            profiles.append(current)
        return profiles
