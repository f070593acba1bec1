"""The body of a PutObject: reads the source, hashes and counts what goes out, and stops when somebody cancels.

botocore reads a body several times: to sign it over plain http, and again for each retry. Only what is read after
``begin`` (called by the client just before it sends) is progress; each rewind starts the hash and the count anew.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from botocore.awsrequest import AWSPreparedRequest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import Cancelled, ImageDeskError, SourceChanged, UnreadableFile
from imagedesk.core.plain_text import plain
from imagedesk.core.ports import Progress


class Abandoned(BaseException):
    """Stops a request from inside its body. botocore retries every Exception that a body raises, after a wait."""

    def __init__(self, reason: ImageDeskError) -> None:
        super().__init__(reason)
        self.reason = reason


class UploadBody(io.RawIOBase):
    """Exactly ``size`` bytes of ``stream`` from its start."""

    def __init__(self, stream: BinaryIO, size: int, progress: Progress, cancel: CancelToken | None) -> None:
        super().__init__()
        self._stream = stream
        self._size = size
        self._progress = progress
        self._cancel = cancel
        self._sending = False
        self._place = 0
        self._hash = hashlib.sha256()

    def begin(self) -> None:
        """The request goes out now: what is read from here on is progress."""
        self._sending = True

    def verified_chunks(self, sha256: str, size: int = 256 * 1024) -> Iterator[bytes]:
        """From the start, for a client that sends what it is given. The last chunk comes only if the whole is what
        ``sha256`` says, so that no server ever has other bytes complete; Abandoned otherwise."""
        self.seek(0)
        self.begin()
        while self._place < self._size:
            data = self.read(size)
            if self._place == self._size and self._hash.hexdigest() != sha256:
                raise Abandoned(source_changed())
            yield data

    def has_sent(self, sha256: str) -> bool:
        """Whether everything was read and is what ``sha256`` says."""
        return self._place == self._size and self._hash.hexdigest() == sha256

    def has_sent_other_than(self, sha256: str) -> bool:
        """Whether everything was read, and is something else."""
        return self._place == self._size and self._hash.hexdigest() != sha256

    def read(self, size: int | None = -1, /) -> bytes:
        if self._cancel is not None and self._cancel.is_cancelled:
            raise Abandoned(Cancelled())
        left = self._size - self._place
        wanted = left if size is None or size < 0 else min(size, left)
        data = self._read_source(wanted) if wanted else b""
        self._hash.update(data)
        self._place += len(data)
        if self._sending and data:
            self._progress(self._place)
        return data

    def _read_source(self, wanted: int) -> bytes:
        try:
            data = self._stream.read(wanted)
            while data and len(data) < wanted and (more := self._stream.read(wanted - len(data))):
                data += more  # a file without a buffer may give less than there is
        except OSError as error:
            raise Abandoned(UnreadableFile(f"The file could not be read to its end: {plain(str(error))}.")) from error
        if not data:
            # The server would wait for the bytes that were promised until it gives up.
            raise Abandoned(SourceChanged("The file became shorter while it was read: upload it again."))
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """To the start, or to the end to learn the size, as botocore does; the hash can follow nowhere else."""
        if whence == io.SEEK_END and offset == 0:
            self._place = self._size
            return self._size
        target = offset if whence == io.SEEK_SET else self._place + offset
        if target == self._place:
            return target
        if target != 0:
            raise io.UnsupportedOperation("an upload is read from its start")
        self._stream.seek(0)
        self._place = 0
        self._sending = False
        self._hash = hashlib.sha256()
        return 0

    def tell(self) -> int:
        return self._place

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True


def begin_upload(request: AWSPreparedRequest, **_context: object) -> None:
    """botocore's ``before-send`` event: tells the body that it goes out now."""
    if isinstance(request.body, UploadBody):
        request.body.begin()


def source_changed() -> SourceChanged:
    return SourceChanged("The file changed while it was uploaded: nothing was stored. Upload it again.")


@contextmanager
def opened_source(source: Path | bytes, size: int) -> Iterator[BinaryIO]:
    """The source as a stream. Raises UnreadableFile; SourceChanged if it is no longer ``size`` bytes long."""
    if isinstance(source, bytes):
        stream: BinaryIO = io.BytesIO(source)
    else:
        try:
            stream = source.open("rb", buffering=0)
        except OSError as error:
            raise UnreadableFile(f"“{plain(source.name)}” cannot be read: {plain(error.strerror or '')}.") from error
    with stream:
        found = len(source) if isinstance(source, bytes) else os.fstat(stream.fileno()).st_size
        if found != size:
            raise SourceChanged("The file changed since it was looked at: upload it again.")
        yield stream
