"""The habits of uploading as preferences, and back."""

from __future__ import annotations

from imagedesk.core.camera_data import CameraData
from imagedesk.core.metadata import dump_metadata, read_metadata
from imagedesk.kept_settings import KeptSettings
from imagedesk.models.upload_habits import UploadHabits
from imagedesk.settings import ASK, Preferences
from imagedesk.ui.upload_start import UploadStart


def remember_habits(uploads: UploadStart, settings: KeptSettings) -> KeptSettings:
    """``uploads`` reads the preferences each time, since a dialog may change them, and writes what was answered.
    Returns the settings."""
    uploads.remember_with(
        lambda: habits_of(settings.preferences), lambda habits: settings.prefer(**preferences_of(habits))
    )
    return settings


def habits_of(preferences: Preferences) -> UploadHabits:
    chosen = preferences.camera_data
    return UploadHabits(
        camera_data=None if chosen == ASK else CameraData(chosen),
        asks_always=preferences.upload_details,
        fields=read_metadata(preferences.upload_fields) or {},
    )


def preferences_of(habits: UploadHabits) -> dict[str, object]:
    """Fields of Preferences."""
    return {
        "camera_data": habits.camera_data.value if habits.camera_data is not None else ASK,
        "upload_details": habits.asks_always,
        "upload_fields": dump_metadata(habits.fields),
    }
