"""How a person uploads: what they answered once, and the fields that they gave to batches before. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from imagedesk.core.camera_data import CameraData
from imagedesk.core.metadata import Metadata

REMEMBERED_FIELDS = 12


@dataclass(frozen=True, slots=True)
class UploadHabits:
    """``camera_data`` is None as long as nobody has answered. ``fields`` are names and last values of shared fields,
    the ones used last first."""

    camera_data: CameraData | None = None
    asks_always: bool = False
    fields: Metadata = field(default_factory=dict, hash=False)

    def after(self, camera_data: CameraData, fields: Metadata, *, asks_always: bool) -> UploadHabits:
        """With what was chosen for one more batch."""
        kept = {**fields, **{name: value for name, value in self.fields.items() if name not in fields}}
        recent = dict(list(kept.items())[:REMEMBERED_FIELDS])
        return replace(self, camera_data=camera_data, asks_always=asks_always, fields=recent)
