"""The ports: what the use cases need of stores, decoder and identity. Adapters implement them; one contract suite runs
against every adapter.

All calls block and may come from any thread. They raise only errors of ``core.errors``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, TypeAlias

from imagedesk.core.access import MissingAction
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.ownership import Identity
from imagedesk.core.pictures import PictureFacts, Pixels, PreparedPicture, Source
from imagedesk.core.query import Position, RecordPage, StoreFilter

Progress: TypeAlias = Callable[[int], None]
"""Told the number of bytes done so far, from the thread that does the work. May go back when a request is retried."""


def no_progress(_done: int) -> None:
    """For callers that show none."""


@dataclass(frozen=True, slots=True)
class ObjectDescription:
    """What goes beside the bytes. ``sha256`` (hexadecimal) is checked against what was sent; the owner, the name and
    the id let the library check finish an orphan."""

    content_type: str
    size: int
    sha256: str
    user_id: str
    image_id: str
    filename: str


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
    ) -> None:
        """Store a new object. Raises AlreadyExists if the key holds other bytes (the same bytes are a success: a
        retried request whose response was lost), SourceChanged if the source is not what ``sha256`` says."""

    def read(self, key: str, limit: int) -> bytes:
        """A small object whole. Raises NotFound; CorruptObject beyond ``limit`` bytes."""

    def download(
        self, key: str, target: Path, progress: Progress = no_progress, cancel: CancelToken | None = None
    ) -> str:
        """Write the object's bytes into ``target`` (created or truncated) and return their SHA-256. Raises NotFound.
        The caller verifies, syncs and renames."""

    def delete(self, key: str) -> None:
        """Remove the object; one that is not there is no error."""

    def url(self, key: str) -> str:
        """Where the object is: ``s3://bucket/key``, or the file's URL on the embedded library."""

    def local_path(self, key: str) -> Path | None:
        """The file itself where the store is a folder of this computer, else None."""

    def presign(self, key: str, filename: str, content_type: str, lifetime: timedelta) -> PresignedLink:
        """A link to the object. Raises LinksNotOffered where there are none."""


class RecordStore(Protocol):
    """The metadata items. ``add`` and ``delete`` are the commits of upload and delete."""

    def add(self, record: ImageRecord) -> None:
        """Write the item if its id is free. Raises AlreadyExists if it holds another image; the same item (same
        object key and SHA-256) is a success: a retried request whose response was lost."""

    def get(self, image_id: str) -> ImageRecord:
        """Strongly consistent. Raises NotFound, also for a malformed item."""

    def get_many(self, image_ids: Sequence[str]) -> dict[str, ImageRecord]:
        """Those that are there, by id; for any number of ids."""

    def delete(self, image_id: str, user_id: str) -> ImageRecord:
        """Remove the item if ``user_id`` owns it, in one conditional write; return it. Raises NotFound, NotOwner."""

    def page(self, store_filter: StoreFilter, limit: int, after: Position | None = None) -> RecordPage:
        """Newest first; full unless the end is reached; nothing twice, nothing skipped while others write."""

    def added_since(self, created_at: str) -> Iterator[ImageRecord]:
        """Images whose ``created_at`` is at or after the given text, newest first: the cheap look for news."""

    def scan(self, cancel: CancelToken | None = None) -> Iterator[RecordPage]:
        """Everything, in any order, by pages (their ``next`` is not used): for the catalogue's first load."""


class PictureReader(Protocol):
    """The guarded decoder. Raises errors below BadPicture, whatever the bytes are."""

    def prepare(self, source: Source, cancel: CancelToken | None = None) -> PreparedPicture:
        """Read a picture to its end for an upload."""

    def pixels(self, source: Source, max_side: int | None = None, cancel: CancelToken | None = None) -> Pixels:
        """Pixels for the screen, scaled down so that the long side is at most ``max_side``."""

    def facts(self, source: Source, cancel: CancelToken | None = None) -> PictureFacts:
        """The header and EXIF alone."""


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
