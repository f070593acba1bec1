"""Delete: the conditional delete of the item is the commit; the objects follow."""

from __future__ import annotations

import contextlib

from imagedesk.core.errors import EnvironmentFault
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.ownership import owns_key
from imagedesk.core.ports import ObjectStore, RecordStore


def delete_image(objects: ObjectStore, records: RecordStore, image_id: str, user_id: str) -> ImageRecord:
    """Raises NotFound or NotOwner, from the write itself. What fails after the commit leaves an orphan for the library
    check, and is no failure to the person: the image is gone."""
    record = records.delete(image_id, user_id)
    for key in (record.key, record.thumbnail_key):
        # The key comes from an item that anybody with write access may have forged.
        if key is not None and owns_key(user_id, key):
            with contextlib.suppress(EnvironmentFault):
                objects.delete(key)
    return record
