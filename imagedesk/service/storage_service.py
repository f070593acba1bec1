"""The storage service: the operations of DESIGN section 2, the same over every store. Thread-safe; all calls block."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import WrongUser
from imagedesk.core.file_names import NameClash
from imagedesk.core.image_record import ImageRecord, timestamp
from imagedesk.core.metadata import Metadata
from imagedesk.core.ownership import Identity, checked_user_id, new_image_id, object_prefix
from imagedesk.core.pictures import Animation, PictureFacts, Pixels
from imagedesk.core.plain_text import plain
from imagedesk.core.ports import (
    ByteCache,
    CameraDataRemover,
    DeletionNotes,
    IdentitySource,
    ObjectStore,
    PictureReader,
    PresignedLink,
    Progress,
    RecordStore,
    no_progress,
)
from imagedesk.core.query import DEFAULT_LIMIT, StoreFilter
from imagedesk.service.deleting import Deleting
from imagedesk.service.downloading import download_image
from imagedesk.service.editing import edit_image
from imagedesk.service.listing import Listing, list_page
from imagedesk.service.originals import Originals
from imagedesk.service.uploading import Uploading, UploadRequest
from imagedesk.service.viewing import Viewing
from imagedesk.service.zipping import download_zip

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
        deletions: DeletionNotes | None = None,
        camera_data: CameraDataRemover | None = None,
    ) -> None:
        self._objects = objects
        self._records = records
        self._identity = identity
        self._clock = clock
        self._uploading = Uploading(objects, records, pictures, self._now, camera_data)
        self._deleting = Deleting(objects, records, deletions)
        self._originals = Originals(objects, scratch)
        self._viewing = Viewing(objects, pictures, thumbnails, self._originals)

    def close(self) -> None:
        """Remove the copies of originals that were looked at."""
        self._originals.close()

    def identity(self) -> Identity:
        return self._identity.identity()

    def new_image_id(self, user_id: str) -> str:
        """A fresh id of this owner; later ones sort behind earlier ones."""
        from ulid import ULID  # loads importlib.metadata: 18 ms that the first paint need not wait

        return new_image_id(user_id, str(ULID()))

    def upload(
        self, request: UploadRequest, progress: Progress = no_progress, cancel: CancelToken | None = None
    ) -> ImageRecord:
        """Raises InvalidRequest and its kinds, with nothing stored; EnvironmentFault when a store fails."""
        user_id = self._acting_user(request.user_id)
        image_id = request.image_id or self.new_image_id(user_id)
        return self._uploading.run(request, user_id, image_id, progress, cancel)

    def discard_unfinished(self, image_id: str, user_id: str) -> None:
        """Remove what an upload that is given up has left of its original: the parts of a large one."""
        self._objects.discard_unfinished(object_prefix(image_id, user_id))

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
        clash: NameClash = NameClash.KEEP_BOTH,
    ) -> Path:
        """``overwrite`` is short for the clash ``replace``. Raises AlreadyExists for one that is skipped."""
        clash = NameClash.REPLACE if overwrite else clash
        return download_image(self._objects, record, target, progress, cancel, clash)

    def download_zip(
        self,
        records: Sequence[ImageRecord],
        target: Path,
        progress: Progress = no_progress,
        cancel: CancelToken | None = None,
        *,
        clash: NameClash = NameClash.KEEP_BOTH,
    ) -> Path:
        """The originals in one archive."""
        return download_zip(self._objects, records, target, progress, cancel, clash)

    def share(self, record: ImageRecord, lifetime: timedelta = DEFAULT_LIFETIME) -> PresignedLink:
        """Raises LinksNotOffered."""
        return self._objects.presign(record.key, record.filename, record.content_type, lifetime)

    def edit(self, seen: ImageRecord, metadata: Metadata | None, user_id: str | None = None) -> ImageRecord:
        """Replace the metadata of ``seen``, None or an empty object for none. Raises InvalidMetadata, NotFound,
        NotOwner, or EditConflict when somebody has changed it since it was seen."""
        return edit_image(self._records, seen, metadata, self._acting_user(user_id), self._now())

    def delete(self, image_id: str, user_id: str | None = None) -> ImageRecord:
        """Raises NotFound or NotOwner; ``user_id`` None means whoever the identity says."""
        return self._deleting.run(image_id, self._acting_user(user_id))

    def finish_deletions(self) -> int:
        """Remove what deletions of this computer left when they were interrupted; call it after opening. Returns how
        many remain to be done. Raises EnvironmentFault."""
        return self._deleting.finish_pending()

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
