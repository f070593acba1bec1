"""New rows of the queue: from a file that was found, from an image that is wanted, from many for one archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from imagedesk.core.camera_data import CameraData
from imagedesk.core.file_names import NameClash
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.metadata import Metadata
from imagedesk.transfers.intake import IntakeFile
from imagedesk.transfers.transfer import Transfer, TransferKind

NO_ANSWERS: Mapping[str, NameClash] = MappingProxyType({})


def upload_of(
    transfer_id: int,
    batch: int,
    file: IntakeFile,
    user_id: str,
    image_id: str,
    metadata: Metadata | None,
    camera_data: CameraData,
) -> Transfer:
    """The folder of a file becomes its metadata ``folder``."""
    return Transfer(
        transfer_id=transfer_id,
        kind=TransferKind.UPLOAD,
        name=file.name,
        total=file.size,
        image_id=image_id,
        user_id=user_id,
        batch=batch,
        metadata={"folder": file.folder, **(metadata or {})} if file.folder else metadata,
        source=file.path,
        modified_ns=file.modified_ns,
        spooled=file.spooled,
        camera_data=camera_data,
    )


def download_of(transfer_id: int, batch: int, record: ImageRecord, folder: Path, clash: NameClash) -> Transfer:
    return Transfer(
        transfer_id=transfer_id,
        kind=TransferKind.DOWNLOAD,
        name=record.filename,
        total=record.size,
        image_id=record.image_id,
        user_id=record.user_id,
        batch=batch,
        record=record,
        target=folder,
        clash=clash,
    )


def zip_of(transfer_id: int, batch: int, records: Sequence[ImageRecord], archive: Path, clash: NameClash) -> Transfer:
    """``total`` counts the originals alone, as its progress does."""
    return Transfer(
        transfer_id=transfer_id,
        kind=TransferKind.DOWNLOAD,
        name=archive.name,
        total=sum(record.size for record in records),
        image_id="",
        user_id="",
        batch=batch,
        records=tuple(records),
        target=archive,
        clash=clash,
    )
