"""The storage service: the operations of DESIGN section 2, the same over every store. Thread-safe; all calls block."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ulid import ULID

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import WrongUser
from imagedesk.core.image_record import ImageRecord, timestamp
from imagedesk.core.metadata import Metadata
from imagedesk.core.ownership import Identity, checked_user_id, new_image_id
from imagedesk.core.pictures import Animation, PictureFacts, Pixels
from imagedesk.core.plain_text import plain
from imagedesk.core.ports import (
    ByteCache,
    IdentitySource,
    ObjectStore,
    PictureReader,
    PresignedLink,
    Progress,
    RecordStore,
    no_progress,
)
from imagedesk.core.query import DEFAULT_LIMIT, StoreFilter
from imagedesk.service.deleting import delete_image
from imagedesk.service.downloading import download_image
from imagedesk.service.editing import edit_image
from imagedesk.service.listing import Listing, list_page
from imagedesk.service.originals import Originals
from imagedesk.service.uploading import Uploading, UploadRequest
from imagedesk.service.viewing import Viewing

DEFAULT_LIFETIME = timedelta(days=7)


def utc_now() -> datetime:
    return datetime.now(UTC)


class StorageService:
    """Binds the use cases to one library's stores, decoder and identity."""

    def __init__(
        self,
        objects: ObjectStore,
        records: RecordStore,
        pictures: PictureReader,
        identity: IdentitySource,
        *,
        thumbnails: ByteCache | None = None,
        scratch: Path | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._objects = objects
        self._records = records
        self._identity = identity
        self._clock = clock
        self._uploading = Uploading(objects, records, pictures, self._now)
        self._originals = Originals(objects, scratch)
        self._viewing = Viewing(objects, pictures, thumbnails, self._originals)

    def close(self) -> None:
        """Remove the copies of originals that were looked at."""
        self._originals.close()

    def identity(self) -> Identity:
        return self._identity.identity()

    def new_image_id(self, user_id: str) -> str:
        """A fresh id of this owner; later ones sort behind earlier ones."""
        return new_image_id(user_id, str(ULID()))

    def upload(
        self, request: UploadRequest, progress: Progress = no_progress, cancel: CancelToken | None = None
    ) -> ImageRecord:
        """Raises InvalidRequest and its kinds, with nothing stored; EnvironmentFault when a store fails."""
        user_id = self._acting_user(request.user_id)
        image_id = request.image_id or self.new_image_id(user_id)
        return self._uploading.run(request, user_id, image_id, progress, cancel)

    def list_images(self, store_filter: StoreFilter, limit: int = DEFAULT_LIMIT, cursor: str | None = None) -> Listing:
        return list_page(self._records, store_filter, limit, cursor)

    def show(self, image_id: str) -> ImageRecord:
        """Raises NotFound."""
        return self._records.get(image_id)

    def thumbnail(self, record: ImageRecord, side: int, cancel: CancelToken | None = None) -> Pixels:
        return self._viewing.thumbnail(record, side, cancel)

    def picture(
        self,
        record: ImageRecord,
        max_side: int | None,
        progress: Progress = no_progress,
        cancel: CancelToken | None = None,
        page: int = 0,
    ) -> Pixels:
        """The pixels of one page of the original, scaled down so that the long side is at most ``max_side``."""
        return self._viewing.picture(record, max_side, progress, cancel, page)

    def animation(self, record: ImageRecord, max_side: int, cancel: CancelToken | None = None) -> Animation:
        """The frames of an animated original."""
        return self._viewing.animation(record, max_side, cancel)

    def facts(self, record: ImageRecord, cancel: CancelToken | None = None) -> PictureFacts:
        """What the original's header and EXIF say."""
        return self._viewing.facts(record, cancel)

    def download(
        self,
        record: ImageRecord,
        target: Path,
        progress: Progress = no_progress,
        cancel: CancelToken | None = None,
        *,
        overwrite: bool = False,
    ) -> Path:
        return download_image(self._objects, record, target, progress, cancel, overwrite=overwrite)

    def share(self, record: ImageRecord, lifetime: timedelta = DEFAULT_LIFETIME) -> PresignedLink:
        """Raises LinksNotOffered."""
        return self._objects.presign(record.key, record.filename, record.content_type, lifetime)

    def edit(self, seen: ImageRecord, metadata: Metadata | None, user_id: str | None = None) -> ImageRecord:
        """Replace the metadata of ``seen``, None or an empty object for none. Raises InvalidMetadata, NotFound,
        NotOwner, or EditConflict when somebody has changed it since it was seen."""
        return edit_image(self._records, seen, metadata, self._acting_user(user_id), self._now())

    def delete(self, image_id: str, user_id: str | None = None) -> ImageRecord:
        """Raises NotFound or NotOwner; ``user_id`` None means whoever the identity says."""
        return delete_image(self._objects, self._records, image_id, self._acting_user(user_id))

    def url(self, record: ImageRecord) -> str:
        return self._objects.url(record.key)

    def local_path(self, record: ImageRecord) -> Path | None:
        return self._objects.local_path(record.key)

    def _now(self) -> str:
        return timestamp(self._clock())

    def _acting_user(self, user_id: str | None) -> str:
        """The user in whose name to write: what the credentials say where they say it, else the given name."""
        if user_id is not None:
            checked_user_id(user_id)
        identity = self.identity()
        if user_id is None or user_id == identity.user_id:
            return identity.user_id
        if identity.verified:
            raise WrongUser(
                f"Your credentials are {plain(identity.user_id, 64)}'s, not {plain(user_id, 64)}'s: "
                "leave the name out, or use that person's credentials."
            )
        return user_id
