"""The ports: what the use cases need of stores, decoder and identity. Adapters implement them; one contract suite runs
against every adapter.

All calls block and may come from any thread. They raise only errors of ``core.errors``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, TypeAlias

from imagedesk.core.access import MissingAction
from imagedesk.core.camera_data import CameraData
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.metadata import Metadata
from imagedesk.core.ownership import Identity
from imagedesk.core.pictures import Animation, CleanedPicture, PictureFacts, Pixels, PreparedPicture, Source
from imagedesk.core.query import WHOLE, Position, RecordPage, ScanPage, Segment, StoreFilter
from imagedesk.core.stored_item import StoredItem

Progress: TypeAlias = Callable[[int], None]
"""Told the number of bytes done so far, from the thread that does the work. May go back when a request is retried."""


PARTS_FROM = 32 * 1024 * 1024
"""Bytes from which a store may send an object in parts, which can be continued."""


def no_progress(_done: int) -> None:
    """For callers that show none."""


Noting: TypeAlias = Callable[[ImageRecord], None]


def no_note(_record: ImageRecord) -> None:
    """For callers that keep no notes."""


@dataclass(frozen=True, slots=True)
class ObjectDescription:
    """What goes beside the bytes. ``sha256`` (hexadecimal) is checked against what was sent; the owner, the name and
    the id let the library check finish an orphan, with the ``metadata`` that a thumbnail tells. (Whoever has a link to
    an original is told what goes beside it, so it tells none.)"""

    content_type: str
    size: int
    sha256: str
    user_id: str
    image_id: str
    filename: str
    metadata: Metadata | None = None


@dataclass(frozen=True, slots=True)
class PresignedLink:
    """A URL that works for anybody until ``expires_at`` (aware, UTC). ``warning`` is what a person must know."""

    url: str
    expires_at: datetime
    warning: str | None = None


class ObjectStore(Protocol):
    """Bytes under keys. A put is atomic: the whole object or nothing is visible."""

    def put(
        self,
        key: str,
        source: Source,
        description: ObjectDescription,
        progress: Progress = no_progress,
        cancel: CancelToken | None = None,
        *,
        resumable: bool = False,
    ) -> None:
        """Store a new object. Raises AlreadyExists if the key holds other bytes (the same bytes are a success: a
        retried request whose response was lost), SourceChanged if the source is not what ``sha256`` says.

        ``resumable``: somebody remembers the key. After a fault, a cancellation or a crash the parts of a large object
        may then stay for the next put of the same; whoever gives it up calls ``discard_unfinished``."""

    def discard_unfinished(self, prefix: str) -> None:
        """Remove what puts that did not end have left of keys that begin with ``prefix``. Idempotent."""

    def read(self, key: str, limit: int) -> bytes:
        """A small object whole. Raises NotFound; CorruptObject beyond ``limit`` bytes."""

    def download(
        self, key: str, target: Path, progress: Progress = no_progress, cancel: CancelToken | None = None
    ) -> str:
        """Write the object's bytes into ``target`` (created or truncated) and return their SHA-256. Raises NotFound.
        The caller verifies, syncs and renames."""

    def chunks(self, key: str, cancel: CancelToken | None = None) -> Iterator[bytes | bytearray]:
        """The object's bytes from first to last, for one who checks and keeps them elsewhere. Raises NotFound."""

    def delete(self, key: str) -> None:
        """Remove the object; one that is not there is no error."""

    def url(self, key: str) -> str:
        """Where the object is: ``s3://bucket/key``, or the file's URL on the embedded library."""

    def local_path(self, key: str) -> Path | None:
        """The file itself where the store is a folder of this computer, else None."""

    def presign(self, key: str, filename: str, content_type: str, lifetime: timedelta) -> PresignedLink:
        """A link to the object. Raises LinksNotOffered where there are none."""


class RecordStore(Protocol):
    """The metadata items. ``add``, ``edit`` and ``delete`` are the commits of upload, edit and delete."""

    def add(self, record: ImageRecord) -> None:
        """Write the item if its id is free. Raises AlreadyExists if it holds another image; the same item (same
        object key and SHA-256) is a success: a retried request whose response was lost."""

    def get(self, image_id: str) -> ImageRecord:
        """Strongly consistent. Raises NotFound, also for a malformed item."""

    def get_many(self, image_ids: Sequence[str]) -> dict[str, ImageRecord]:
        """Those that are there, by id; for any number of ids."""

    def edit(self, seen: ImageRecord, metadata: Metadata | None, updated_at: str, user_id: str) -> ImageRecord:
        """Put ``metadata`` in place of that of ``seen``, in one conditional write: if ``user_id`` owns the item, and
        its metadata and ``updated_at`` are those that were seen. All else of the item stays. Returns the record as it
        is then. Raises NotFound, NotOwner, or EditConflict when it has changed since; the same edit again (same
        metadata and ``updated_at``) is a success: a retried request whose response was lost."""

    def delete(self, image_id: str, user_id: str, noting: Noting = no_note) -> ImageRecord:
        """Remove the item if ``user_id`` owns it, in one conditional write; return it. ``noting`` is told the record
        just before the write. Raises NotFound, NotOwner."""

    def page(self, store_filter: StoreFilter, limit: int, after: Position | None = None) -> RecordPage:
        """Newest first; full unless the end is reached; nothing twice, nothing skipped while others write."""

    def added_since(self, created_at: str) -> Iterator[ImageRecord]:
        """Images whose ``created_at`` is at or after the given text, newest first: the cheap look for news."""

    def newest(self, count: int) -> list[ImageRecord]:
        """The newest images, at most ``count``, newest first, where an index tells them; none where that would mean to
        read everything. What somebody should see first, and no promise of completeness."""

    def estimated_count(self) -> int | None:
        """Roughly how many images there are, None where nobody knows without reading them."""

    def scan(
        self, cancel: CancelToken | None = None, segment: Segment = WHOLE, after: str | None = None
    ) -> Iterator[ScanPage]:
        """Everything in the segment once, in any order, by pages; segments can be read at the same time. ``after`` is
        the cursor of a page, behind which it goes on, also in another process, and whatever was added or deleted
        meanwhile. Consistent: an image that was there before the page was asked for is in it."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object in a listing; ``modified`` (aware) is the moment of its put by the server's clock."""

    key: str
    size: int
    modified: datetime


@dataclass(frozen=True, slots=True)
class ObjectOrigin:
    """What an object tells of itself: enough to finish an orphan. ``sha256`` is None where nobody noted it."""

    user_id: str
    image_id: str
    filename: str
    sha256: str | None
    metadata: Metadata | None = None


@dataclass(frozen=True, slots=True)
class UnfinishedUpload:
    """A multipart upload or a temporary file that never became an object. ``shared``: anybody may remove it."""

    key: str
    upload_id: str
    begun: datetime
    shared: bool = False


class ObjectListing(Protocol):
    """The objects' side of the library check."""

    def server_time(self) -> datetime:
        """Now, by the clock that stamps ``modified`` and ``begun``; aware."""

    def objects(self, prefix: str, cancel: CancelToken | None = None) -> Iterator[StoredObject]:
        """All objects whose key begins with ``prefix``, in any order, without holding them in memory."""

    def origin(self, key: str) -> ObjectOrigin | None:
        """None for an object that tells nothing. Raises NotFound."""

    def unfinished(self) -> Iterator[UnfinishedUpload]:
        """Nothing where a server has no such thing."""

    def abort(self, upload: UnfinishedUpload) -> None:
        """Remove an unfinished upload; one that is not there is no error."""


class ItemListing(Protocol):
    """The items' side of the library check."""

    def items(self, cancel: CancelToken | None = None) -> Iterator[StoredItem]:
        """Every item, readable or not, consistently read, in any order."""

    def name_thumbnail(self, image_id: str, user_id: str, key: str) -> None:
        """Write the thumbnail's key into the user's own item that names none. Raises NotFound, also when it is
        somebody else's or names one by now."""


class DeletionNotes(Protocol):
    """Deletions that have begun on this computer: written before the item goes, forgotten once the objects have gone,
    so that a crash or a lost connection in between does not leave a picture that somebody deleted."""

    def note(self, record: ImageRecord) -> None: ...

    def forget(self, image_id: str) -> None: ...

    def pending(self) -> Iterator[ImageRecord]: ...


class PictureReader(Protocol):
    """The guarded decoder. Raises errors below BadPicture, whatever the bytes are."""

    def prepare(self, source: Source, cancel: CancelToken | None = None) -> PreparedPicture:
        """Read a picture to its end for an upload."""

    def pixels(
        self, source: Source, max_side: int | None = None, cancel: CancelToken | None = None, page: int = 0
    ) -> Pixels:
        """Pixels for the screen, scaled down so that the long side is at most ``max_side``; of a page, from 0 on."""

    def animation(self, source: Source, max_side: int, cancel: CancelToken | None = None) -> Animation:
        """The frames, in at most MAX_ANIMATION_BYTES: smaller than ``max_side``, or only the first, where they would
        not fit."""

    def facts(self, source: Source, cancel: CancelToken | None = None) -> PictureFacts:
        """The header and EXIF alone."""


class CameraDataRemover(Protocol):
    """Takes what cameras wrote into a file out of it, without touching a pixel."""

    def cleaned(
        self, source: Source, choice: CameraData, scratch: Path | None, cancel: CancelToken | None = None
    ) -> AbstractContextManager[CleanedPicture]:
        """What to send instead, the same bytes each time; the source itself where nothing is to be removed. A large
        copy is a file in ``scratch`` (the system's place for None) until the context ends. Raises CameraDataStays
        where a file is built in a way that leaves no certainty, an error below BadPicture for what is no picture."""


class ByteCache(Protocol):
    """Small blobs kept on this computer, bounded in bytes; may forget any of them at any time."""

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, data: bytes) -> None: ...


class IdentitySource(Protocol):
    def identity(self) -> Identity:
        """Who acts on this library. Raises MissingUser, InvalidUser, WrongUser or an EnvironmentFault."""


class AccessCheck(Protocol):
    def missing(self, user_id: str) -> tuple[MissingAction, ...]:
        """The actions that the credentials lack for what ``user_id`` does; asks the servers and changes nothing."""


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One thing that set-up does. ``state`` is ``made``, ``kept``, ``not offered`` (the server has no such thing),
    ``making`` (told again while it goes on; another state of the same name follows) or ``missing`` (could be added,
    which was not asked for). In a plan, ``to make`` stands for what would be made."""

    name: str
    state: str
    detail: str = ""


class LibrarySetup(Protocol):
    def plan(self) -> Iterable[SetupStep]:
        """What ``run`` would do, found by looking; changes nothing."""

    def run(self) -> Iterable[SetupStep]:
        """Create or adopt what the library needs, step by step; idempotent. Leave off iterating to cancel."""
