"""What an upload sends in place of a file whose camera data shall not leave the computer.

source → its first bytes tell the type → edits by the type's own module → bytes, or for a large one a file in
``scratch`` that goes when the upload is over. The same source and choice give the same bytes, always: an upload that
was interrupted goes on with them.
"""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import BinaryIO

from imagedesk.core.camera_data import CameraData, ordered
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import CameraDataStays
from imagedesk.core.os_faults import source_faults, writing_faults
from imagedesk.core.pictures import CleanedPicture, Source
from imagedesk.core.ports import PictureReader
from imagedesk.pictures.sniffing import HEAD_BYTES, sniff
from imagedesk.pictures.stripping.edits import Edits, FileBytes, Malformed

IN_MEMORY = 16_000_000  # bytes; a larger copy goes to the disk
PREFIX = "stripped-"

Cleaning = Callable[[FileBytes, CameraData, Edits], None]


@cache
def _cleanings() -> Mapping[str, Cleaning]:
    """By MIME type; BMP has no place for such data. Loaded with the first file that shall lose some: the window's first
    paint need not wait for it."""
    from imagedesk.pictures.stripping import gif, heif, jpeg, png, tiff, webp

    def clean_tiff(file: FileBytes, choice: CameraData, edits: Edits) -> None:
        tiff.TiffCleaning(file, choice, edits).run()

    return {
        "image/jpeg": jpeg.clean,
        "image/png": png.clean,
        "image/webp": webp.clean,
        "image/gif": gif.clean,
        "image/tiff": clean_tiff,
        "image/avif": heif.clean,
        "image/heic": heif.clean,
    }


class CameraDataRemover:
    """Implements ``core.ports.CameraDataRemover``; thread-safe. ``pictures`` decides on files that are not built as
    they should be: one that it refuses has its own reason, one that it reads would go out with its data."""

    def __init__(self, pictures: PictureReader) -> None:
        self._pictures = pictures

    @contextlib.contextmanager
    def cleaned(
        self, source: Source, choice: CameraData, scratch: Path | None, cancel: CancelToken | None = None
    ) -> Iterator[CleanedPicture]:
        """The source itself where nothing is to be removed. Raises CameraDataStays, BadPicture, DiskFull,
        CannotWrite, Cancelled."""
        with contextlib.ExitStack() as stack:
            try:
                picture = self._clean(source, choice, scratch, cancel, stack)
            except Malformed as error:
                self._pictures.prepare(source, cancel)
                raise CameraDataStays(
                    "The camera data cannot be removed: the file is not built as others of its type. Nothing was "
                    "uploaded. Export it again, or upload it with its camera data."
                ) from error
            yield picture

    def _clean(
        self,
        source: Source,
        choice: CameraData,
        scratch: Path | None,
        cancel: CancelToken | None,
        stack: contextlib.ExitStack,
    ) -> CleanedPicture:
        file, size = _opened(source, stack)
        edits = Edits()
        with _reading(source):
            file_bytes = FileBytes(file, size)
            mime = sniff(file_bytes.read(0, min(size, HEAD_BYTES)))
            if choice is not CameraData.KEEP and (clean := _cleanings().get(mime or "")) is not None:
                clean(file_bytes, choice, edits)
        if not edits:
            return CleanedPicture(source)
        chunks = _watched(source, edits.apply(file_bytes), cancel)
        if size <= IN_MEMORY:
            return CleanedPicture(b"".join(chunks), ordered(edits.removed))
        return CleanedPicture(_written(chunks, scratch, stack), ordered(edits.removed))


def _opened(source: Source, stack: contextlib.ExitStack) -> tuple[BinaryIO, int]:
    if isinstance(source, bytes):
        return io.BytesIO(source), len(source)
    with source_faults(source):
        file = stack.enter_context(source.open("rb"))
        return file, os.fstat(file.fileno()).st_size


def _reading(source: Source) -> contextlib.AbstractContextManager[None]:
    return contextlib.nullcontext() if isinstance(source, bytes) else source_faults(source)


def _watched(source: Source, chunks: Iterator[bytes], cancel: CancelToken | None) -> Iterator[bytes]:
    """The chunks, until somebody cancels. A fault in reading them is one of the source, whoever writes them."""
    while True:
        if cancel is not None:
            cancel.raise_if_cancelled()
        with _reading(source):
            chunk = next(chunks, None)
        if chunk is None:
            return
        yield chunk


def _written(chunks: Iterator[bytes], scratch: Path | None, stack: contextlib.ExitStack) -> Path:
    """Not synced: after a crash it is made anew."""
    folder = scratch or Path(tempfile.gettempdir())
    with writing_faults(folder):
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=folder, prefix=PREFIX)
        path = Path(name)
        stack.callback(_remove, path)
        with os.fdopen(descriptor, "wb", buffering=0) as file:  # nothing is left to write when it is closed
            for chunk in chunks:
                view = memoryview(chunk)
                while view:
                    view = view[file.write(view) :]
    return path


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
