"""Download: into a temporary file beside the target, verified, synced, then renamed to a name that is free."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import AlreadyExists, CannotWrite, CorruptObject
from imagedesk.core.file_names import NameClash, free_name, safe_file_name
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.media_types import extension_for
from imagedesk.core.os_faults import shown, writing_faults
from imagedesk.core.plain_text import plain
from imagedesk.core.ports import ObjectStore, Progress


def download_image(
    objects: ObjectStore,
    record: ImageRecord,
    target: Path,
    progress: Progress,
    cancel: CancelToken | None,
    clash: NameClash = NameClash.KEEP_BOTH,
) -> Path:
    """Write the original to ``target``, a file's path or an existing folder; returns the path that it got.

    Raises AlreadyExists where the name is taken and ``clash`` says skip; CorruptObject when the bytes are not those
    that were uploaded; then, and after a cancellation, nothing is left behind.
    """
    target = target_path(record, target)
    if clash is NameClash.SKIP and os.path.lexists(target):
        raise AlreadyExists(f"{shown(Path(target.name))} is in the folder already: it was skipped.")
    partial = target.with_name(f".{secrets.token_hex(6)}.part")
    try:
        digest = objects.download(record.key, partial, progress, cancel)
        check_digest(record, digest)
        with writing_faults(target):
            return publish(partial, target, clash)
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def target_path(record: ImageRecord, target: Path) -> Path:
    """Where the file goes: below a folder under the image's own, harmless name. Raises CannotWrite."""
    with writing_faults(target):  # a name that is too long, a folder that may not be entered
        is_folder, has_parent = target.is_dir(), target.parent.is_dir()
    if is_folder:
        return target / file_name_of(record)
    if not has_parent:
        raise CannotWrite(f"There is no folder {shown(target.parent)}: make it first, or choose another.")
    return target


def file_name_of(record: ImageRecord) -> str:
    """The image's own name, made harmless for a folder of this computer."""
    return safe_file_name(record.filename, f"image{extension_for(record.content_type)}")


def check_digest(record: ImageRecord, sha256: str) -> None:
    """Raise CorruptObject if the record says that its bytes have another digest."""
    if record.sha256 is not None and sha256 != record.sha256:
        raise CorruptObject(
            f"{plain(record.filename, 80)} is not what was uploaded (its SHA-256 differs): "
            "download it again, and tell its owner if that does not help."
        )


def publish(partial: Path, target: Path, clash: NameClash) -> Path:
    """Give the finished file its name, durably. Raises OSError."""
    _sync(partial)
    if clash is NameClash.REPLACE:
        partial.replace(target)
    else:
        target = _rename_to_free_name(partial, target)
    _sync_folder(target.parent)
    return target


def _rename_to_free_name(partial: Path, target: Path) -> Path:
    """Another program may take a name between the look and the rename; a hard link refuses that."""
    folder = target.parent
    while True:
        free = folder / free_name(target.name, lambda name: os.path.lexists(folder / name))
        try:
            os.link(partial, free)
        except FileExistsError:
            continue
        except OSError:  # no hard links here (FAT, some network shares, Windows without the right)
            partial.rename(free)
        return free


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # cannot open folders; NTFS journals names by itself
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
