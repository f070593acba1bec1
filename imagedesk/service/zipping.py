"""Many originals in one ZIP, streamed: no original lies on this computer but inside it.

The archive is written beside its target, each picture's digest checked as it passes; only a whole and sound archive
gets the name. Pictures are stored as they are, for they do not shrink.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.file_names import NameClash, free_name
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.os_faults import writing_faults
from imagedesk.core.ports import ObjectStore, Progress
from imagedesk.service.downloading import check_digest, file_name_of, publish

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # what a ZIP can hold


def download_zip(
    objects: ObjectStore,
    records: Sequence[ImageRecord],
    target: Path,
    progress: Progress,
    cancel: CancelToken | None,
    clash: NameClash = NameClash.KEEP_BOTH,
) -> Path:
    """Write the originals of ``records`` to the archive ``target``; returns the path that it got. Equal names get
    numbers. Raises CorruptObject, NotFound, DiskFull, CannotWrite, Cancelled; then nothing is left behind."""
    partial = target.with_name(f".{secrets.token_hex(6)}.part")
    done, names = 0, set[str]()
    try:
        with writing_faults(target), zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as archive:
            for record in records:
                name = free_name(file_name_of(record), lambda name: name.casefold() in names)
                names.add(name.casefold())
                with archive.open(_entry(record, name), "w", force_zip64=True) as out:
                    digest = hashlib.sha256()
                    for chunk in objects.chunks(record.key, cancel):
                        out.write(chunk)
                        digest.update(chunk)
                        done += len(chunk)
                        progress(done)
                    check_digest(record, digest.hexdigest())
        with writing_faults(target):
            return publish(partial, target, clash)
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def _entry(record: ImageRecord, name: str) -> zipfile.ZipInfo:
    moment = _EARLIEST
    with contextlib.suppress(ValueError):
        moment = max(_EARLIEST, datetime.fromisoformat(record.created_at).timetuple()[:6])
    entry = zipfile.ZipInfo(name, moment)
    entry.external_attr = 0o644 << 16
    return entry
