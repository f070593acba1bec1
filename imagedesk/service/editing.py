"""Edit: replace an image's metadata if it is still as it was seen; the conditional write of the item is the commit."""

from __future__ import annotations

import contextlib

from imagedesk.core.errors import EnvironmentFault, ImageDeskError
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.metadata import Metadata, checked_metadata
from imagedesk.core.ports import RecordStore


def edit_image(
    records: RecordStore, seen: ImageRecord, metadata: Metadata | None, user_id: str, now: str
) -> ImageRecord:
    """Returns the record as it is then. Raises InvalidMetadata with nothing written; NotFound, NotOwner and
    EditConflict from the write itself."""
    wanted = checked_metadata(metadata) or None
    try:
        return records.edit(seen, wanted, now, user_id)
    except EnvironmentFault:
        # The write may have arrived although no answer came back.
        if (committed := _look_again(records, seen, wanted, now)) is not None:
            return committed
        raise


def _look_again(records: RecordStore, seen: ImageRecord, wanted: Metadata | None, now: str) -> ImageRecord | None:
    with contextlib.suppress(ImageDeskError):
        there = records.get(seen.image_id)
        if (there.metadata, there.updated_at) == (wanted, now):
            return there
    return None
