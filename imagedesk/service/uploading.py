"""Upload: read and check the picture, then object, thumbnail and, as the commit, the metadata item.

A crash before the commit leaves at worst orphan objects, which nobody sees and the library check finds.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from imagedesk.core.camera_data import CameraData
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import (
    DiskFull,
    EmptyFile,
    FileTooLarge,
    ImageDeskError,
    NotFound,
    Refused,
    StoreUnavailable,
    UnreadableFile,
)
from imagedesk.core.file_names import original_name
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.media_types import extension_for
from imagedesk.core.metadata import Metadata
from imagedesk.core.os_faults import shown, source_faults
from imagedesk.core.ownership import object_key, thumbnail_key
from imagedesk.core.pictures import MAX_FILE_BYTES, PreparedPicture, Source
from imagedesk.core.plain_text import is_invisible
from imagedesk.core.ports import (
    CameraDataRemover,
    ObjectDescription,
    ObjectStore,
    PictureReader,
    Progress,
    RecordStore,
)
from imagedesk.service.thumbnails import put_thumbnail

CHUNK = 1 << 20  # bytes hashed between two looks at the cancel token
MAX_NAME = 255
_LONGEST_ENDING = 16  # characters; what is longer is no extension


@dataclass(frozen=True, slots=True)
class UploadRequest:
    """``filename`` is the name shown to people, else the file's own. ``image_id`` is given by a journal that fixed it
    before; a repeated request with it succeeds once, and goes on where a large object stopped.
    ``sha256`` saves reading the source once more to hash it. ``camera_data`` is what is taken out before it is sent;
    ``scratch`` is where a large copy without it lies meanwhile, the system's place when None."""

    source: Source
    user_id: str | None
    filename: str | None = None
    metadata: Metadata | None = None
    image_id: str | None = None
    sha256: str | None = None
    camera_data: CameraData = CameraData.KEEP
    scratch: Path | None = None


@dataclass(frozen=True, slots=True)
class _Sent:
    """What goes to the store for a request: the source itself, or a copy without camera data."""

    source: Source
    sha256: str
    removed: tuple[str, ...] = ()
    source_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Uploading:
    """The upload of one request whose user and id are settled."""

    objects: ObjectStore
    records: RecordStore
    pictures: PictureReader
    now: Callable[[], str]
    remover: CameraDataRemover | None = None

    def run(
        self,
        request: UploadRequest,
        user_id: str,
        image_id: str,
        progress: Progress,
        cancel: CancelToken | None,
    ) -> ImageRecord:
        checked_size(request.source)
        with self._prepared(request, cancel) as sent:
            return self._send(request, sent, user_id, image_id, progress, cancel)

    @contextlib.contextmanager
    def _prepared(self, request: UploadRequest, cancel: CancelToken | None) -> Iterator[_Sent]:
        """Raises CameraDataStays where camera data should go and cannot."""
        sha256 = request.sha256 or content_hash(request.source, cancel)
        if request.camera_data is CameraData.KEEP:
            yield _Sent(request.source, sha256)
            return
        assert self.remover is not None, "this service was made without a remover of camera data"
        with self.remover.cleaned(request.source, request.camera_data, request.scratch, cancel) as clean:
            if clean.source is request.source:
                yield _Sent(request.source, sha256)
            else:
                yield _Sent(clean.source, content_hash(clean.source, cancel), clean.removed, sha256)

    def _send(
        self,
        request: UploadRequest,
        sent: _Sent,
        user_id: str,
        image_id: str,
        progress: Progress,
        cancel: CancelToken | None,
    ) -> ImageRecord:
        picture = self.pictures.prepare(sent.source, cancel)
        record = self._record(request, sent, user_id, image_id, picture)
        stored: list[str] = []
        try:
            journalled = request.image_id is not None
            self._put_objects(record, sent.source, picture.thumbnail, stored, progress, cancel, resumable=journalled)
            if cancel is not None:
                cancel.raise_if_cancelled()  # the last look: what follows is the commit
        except StoreUnavailable:
            # No rollback: a removal that arrives late would take what the retry has put by then.
            raise
        except BaseException:
            self._roll_back(image_id, stored)
            raise
        # A moment long before the commit would be one that others have already looked behind for news.
        return self._commit(replace(record, created_at=self.now()), stored)

    def _record(
        self,
        request: UploadRequest,
        sent: _Sent,
        user_id: str,
        image_id: str,
        picture: PreparedPicture,
    ) -> ImageRecord:
        facts = picture.facts
        name = shown_name(request, extension_for(facts.content_type))
        return ImageRecord(
            image_id=image_id,
            user_id=user_id,
            filename=name,
            key=object_key(image_id, user_id, name, extension_for(facts.content_type)),
            content_type=facts.content_type,
            size=checked_size(sent.source),
            created_at=self.now(),
            metadata=request.metadata,
            sha256=sent.sha256,
            width=facts.width,
            height=facts.height,
            thumbnail_key=thumbnail_key(image_id, user_id),
            placeholder=picture.placeholder,
            removed=sent.removed,
            source_sha256=sent.source_sha256,
        )

    def _put_objects(
        self,
        record: ImageRecord,
        source: Source,
        thumbnail: bytes,
        stored: list[str],
        progress: Progress,
        cancel: CancelToken | None,
        *,
        resumable: bool,
    ) -> None:
        """``stored`` names each key once its put is over, so that a rollback never removes another upload's object."""
        assert record.sha256 is not None
        assert record.thumbnail_key is not None
        description = ObjectDescription(
            content_type=record.content_type,
            size=record.size,
            sha256=record.sha256,
            user_id=record.user_id,
            image_id=record.image_id,
            filename=record.filename,
        )
        self.objects.put(record.key, source, description, progress, cancel, resumable=resumable)
        stored.append(record.key)
        if put_thumbnail(self.objects, record, record.thumbnail_key, thumbnail, cancel):
            stored.append(record.thumbnail_key)

    def _commit(self, record: ImageRecord, stored: list[str]) -> ImageRecord:
        try:
            self.records.add(record)
        except (Refused, DiskFull):  # a full disk of this computer: the item is surely not written, the room is needed
            self._roll_back(record.image_id, stored)
            raise
        except ImageDeskError:
            # The write may have arrived although no answer, or none that can be read, came back.
            committed = self._look_again(record)
            if committed is not None:
                return committed
            raise
        return record

    def _look_again(self, record: ImageRecord) -> ImageRecord | None:
        """The item if it is there after all. If not, a late write may still arrive: the objects stay, as an orphan that
        the library check finishes or removes; only that is safe."""
        with contextlib.suppress(ImageDeskError):
            there = self.records.get(record.image_id)
            if (there.key, there.sha256) == (record.key, record.sha256):
                return there
        return None

    def _roll_back(self, image_id: str, keys: list[str]) -> None:
        """Remove what this run put, but not what a committed image refers to: an earlier try of the same upload, whose
        answer was lost, put the same bytes under the same keys."""
        if not keys:
            return
        with contextlib.suppress(ImageDeskError):  # the fault that led here is the one to tell
            try:
                there = self.records.get(image_id)
                referred = {there.key, there.thumbnail_key}
            except NotFound:
                referred = set()
            # Any other fault leaves it open whether the image is there: orphans harm nobody, a lost original does.
            for key in keys:
                if key not in referred:
                    with contextlib.suppress(ImageDeskError):
                        self.objects.delete(key)


def checked_size(source: Source) -> int:
    """The size in bytes. Raises EmptyFile, FileTooLarge or UnreadableFile."""
    if isinstance(source, bytes):
        size, name = len(source), "The picture"
    else:
        with source_faults(source):
            status = source.stat()
        if not source.is_file():
            raise UnreadableFile(f"{shown(source)} is no file: choose pictures, or drop the folder on the window.")
        size, name = status.st_size, shown(Path(source.name))
    if size == 0:
        raise EmptyFile(f"{name} is empty: there is nothing to upload.")
    if size > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // 1_000_000_000
        raise FileTooLarge(f"{name} has {size / 1e9:.1f} GB: at most {limit} GB can be uploaded. Make it smaller.")
    return size


def content_hash(source: Source, cancel: CancelToken | None) -> str:
    """The SHA-256 in hexadecimal."""
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    digest = hashlib.sha256()
    with source_faults(source), source.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            if cancel is not None:
                cancel.raise_if_cancelled()
    return digest.hexdigest()


def shown_name(request: UploadRequest, extension: str) -> str:
    """The name as people see it: one line of visible text, at most 255 characters, never empty."""
    name = request.filename
    if not name and isinstance(request.source, os.PathLike):
        name = original_name(request.source)
    clean = "".join(c for c in name or "" if not is_invisible(c)).strip()
    ending = Path(clean).suffix
    if len(clean) > MAX_NAME and len(ending) <= _LONGEST_ENDING:
        return clean[: MAX_NAME - len(ending)].rstrip() + ending
    return clean[:MAX_NAME].rstrip() or f"image{extension}"
