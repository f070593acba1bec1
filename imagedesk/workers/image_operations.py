"""What a person does with chosen images, as operations for an OperationRunner.

Each runs the service off the GUI thread, applies what was committed to the catalogue, and answers with what happened.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.changes import LibraryChange
from imagedesk.core.errors import EditConflict, EnvironmentFault, ImageDeskError, NotFound, Refused
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.metadata import Metadata
from imagedesk.core.metadata_merge import Clash, clashes, merged
from imagedesk.core.pictures import PictureFacts
from imagedesk.core.ports import PresignedLink
from imagedesk.service.storage_service import StorageService
from imagedesk.workers.image_pixels import image_of

log = logging.getLogger(__name__)

ApplyChange = Callable[[LibraryChange], None]
EDIT_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class DeleteOutcome:
    """``refused`` pairs an image that stayed with the reason; ``fault`` is what ended the work early."""

    deleted: tuple[ImageRecord, ...]
    refused: tuple[tuple[ImageRecord, Refused], ...]
    fault: EnvironmentFault | None = None


def delete_images(
    service: StorageService, apply_change: ApplyChange, records: Sequence[ImageRecord], user_id: str
) -> Callable[[CancelToken], DeleteOutcome]:
    """Delete one after the other. What somebody else deleted meanwhile counts as deleted: it is gone."""

    def run(cancel: CancelToken) -> DeleteOutcome:
        deleted: list[ImageRecord] = []
        refused: list[tuple[ImageRecord, Refused]] = []
        try:
            for record in records:
                if cancel.is_cancelled:
                    break
                try:
                    _delete(service, record, user_id)
                    deleted.append(record)
                except Refused as error:
                    refused.append((record, error))
        except EnvironmentFault as fault:
            return DeleteOutcome(tuple(deleted), tuple(refused), fault)
        finally:  # whatever ended it: these are gone
            _show_deleted(apply_change, deleted)
        return DeleteOutcome(tuple(deleted), tuple(refused))

    return run


def _delete(service: StorageService, record: ImageRecord, user_id: str) -> None:
    with contextlib.suppress(NotFound):
        service.delete(record.image_id, user_id)


def _show_deleted(apply_change: ApplyChange, deleted: Sequence[ImageRecord]) -> None:
    """The images are gone, and stay so if the catalogue cannot be told; sync will find it."""
    change = LibraryChange(removed=tuple(record.image_id for record in deleted))
    _tell_catalogue(apply_change, change, f"{len(deleted)} deleted images")


def _tell_catalogue(apply_change: ApplyChange, change: LibraryChange, what: str) -> None:
    try:
        apply_change(change)
    except ImageDeskError as error:
        log.warning("the catalogue still shows %s: %s", what, error)


@dataclass(frozen=True, slots=True)
class EditOutcome:
    """``record`` is what the library holds now. With ``clashes`` nothing was written: ``record`` is what somebody else
    made of it, and a person decides."""

    record: ImageRecord
    clashes: tuple[Clash, ...] = ()


def edit_metadata(
    service: StorageService, apply_change: ApplyChange, seen: ImageRecord, metadata: Metadata | None, user_id: str
) -> Callable[[CancelToken], EditOutcome]:
    """Replace the metadata of ``seen``. What somebody else changed in other fields meanwhile is kept."""

    def run(cancel: CancelToken) -> EditOutcome:
        base, wanted = seen, metadata
        for _ in range(EDIT_ATTEMPTS):
            cancel.raise_if_cancelled()
            try:
                record = service.edit(base, wanted, user_id)
            except EditConflict:
                there = service.show(seen.image_id)
                if found := clashes(base.metadata, wanted, there.metadata):
                    _tell_catalogue(apply_change, LibraryChange(updated=(there,)), "older metadata")
                    return EditOutcome(there, found)
                base, wanted = there, merged(base.metadata, wanted, there.metadata, {})
            else:
                _tell_catalogue(apply_change, LibraryChange(updated=(record,)), "older metadata")
                return EditOutcome(record)
        raise EditConflict("The metadata is being changed elsewhere again and again: try again in a moment.")

    return run


def share_image(
    service: StorageService, record: ImageRecord, lifetime: timedelta
) -> Callable[[CancelToken], PresignedLink]:
    return lambda _cancel: service.share(record, lifetime)


def pack_bitmap(image: QImage) -> Callable[[CancelToken], bytes]:
    """A bitmap as PNG; takes seconds for a large one."""

    def run(_cancel: CancelToken) -> bytes:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(image)
        return bytes(buffer.data().data())

    return run


def image_facts(service: StorageService, record: ImageRecord) -> Callable[[CancelToken], PictureFacts]:
    return lambda cancel: service.facts(record, cancel)


@dataclass(frozen=True, slots=True)
class LoadedAnimation:
    """``durations`` in milliseconds; ``total`` frames are in the file."""

    images: tuple[QImage, ...]
    durations: tuple[int, ...]
    total: int


def load_animation(
    service: StorageService, record: ImageRecord, max_side: int
) -> Callable[[CancelToken], LoadedAnimation]:
    """The frames of an animated image, long side at most ``max_side`` device pixels."""

    def run(cancel: CancelToken) -> LoadedAnimation:
        animation = service.animation(record, max_side, cancel)
        return LoadedAnimation(tuple(map(image_of, animation.frames)), animation.durations, animation.total)

    return run
