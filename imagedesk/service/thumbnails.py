"""Stored thumbnails: put beside the original by an upload, or anew by the library check."""

from __future__ import annotations

import hashlib

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import AlreadyExists
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.ports import ObjectDescription, ObjectStore

THUMBNAIL_TYPE = "image/webp"


def put_thumbnail(
    objects: ObjectStore, record: ImageRecord, key: str, thumbnail: bytes, cancel: CancelToken | None = None
) -> bool:
    """Whether it was put. The key holds the image's own id: what is there already was put by an earlier try, perhaps
    packed by another Pillow, and serves as well."""
    description = ObjectDescription(
        content_type=THUMBNAIL_TYPE,
        size=len(thumbnail),
        sha256=hashlib.sha256(thumbnail).hexdigest(),
        user_id=record.user_id,
        image_id=record.image_id,
        filename=record.filename,
        metadata=record.metadata,
    )
    try:
        objects.put(key, thumbnail, description, cancel=cancel)
    except AlreadyExists:
        return False
    return True
