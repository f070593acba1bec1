"""A large object in parts, several at once, continued where an earlier try has got to.

The source is read once from its start: each part is hashed for the server to check, the whole for us, and a part that
the server already holds with the same digest is passed over. The upload id is not remembered here: what is open under
the key is found by asking (ListMultipartUploads, ListParts), and a key is the journal's own. Only when every byte is
what was described is the object completed, under a not-exists condition.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from botocore.exceptions import BotoCoreError, ClientError

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import SourceChanged, StoreUnavailable
from imagedesk.core.ports import ObjectDescription, Progress
from imagedesk.core.processors import on_all
from imagedesk.stores.aws.answers import code_of, status_of
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.object_headers import checksum_header
from imagedesk.stores.aws.open_uploads import OpenUploads, Part
from imagedesk.stores.aws.part_put import PartPut
from imagedesk.stores.aws.part_room import PART, PartRoom
from imagedesk.stores.aws.single_put import SinglePut
from imagedesk.stores.aws.upload_body import UploadBody

MOST_PARTS = 9000  # S3 takes 10,000 ("Multipart upload limits", Amazon S3 User Guide)
PARALLEL = 4  # parts of one object, and as many in memory


@dataclass
class PartedUpload:
    """One put. ``part_size`` follows from the size alone, so that a later try cuts the source the same way."""

    key: str
    stream: BinaryIO
    description: ObjectDescription
    progress: Progress
    cancel: CancelToken
    resumable: bool
    done: dict[int, Part] = field(default_factory=dict)

    @property
    def part_size(self) -> int:
        needed = -(-self.description.size // MOST_PARTS)
        return max(PART, -(-needed // PART) * PART)

    def parts(self) -> Iterator[tuple[int, bytes]]:
        """The source in parts from number 1 on. Raises Abandoned: cancelled, unreadable, too short, or not what was
        described, which shows with the last part and before it is given."""
        body = UploadBody(self.stream, self.description.size, lambda _done: None, self.cancel)
        yield from enumerate(body.verified_chunks(self.description.sha256, self.part_size), 1)


class PartedPut:
    """Thread-safe. Raises botocore's errors untranslated, and Abandoned."""

    def __init__(self, connection: AwsConnection, single: SinglePut, room: PartRoom) -> None:
        self._room = room
        self._connection = connection
        self._single = single
        self._open = OpenUploads(connection)

    def run(self, upload: PartedUpload) -> None:
        if self._single.stands(upload.key, upload.description):  # an earlier try got to its end unnoticed
            upload.progress(upload.description.size)
            return
        upload_id = self._open.find(upload.key) if upload.resumable else None
        try:
            if upload_id is None:
                upload_id = self._open.begin(upload.key, upload.description)
            else:
                upload.done = self._open.parts(upload.key, upload_id)
            sent = self._send_parts(upload, upload_id)
            self._complete(upload, upload_id, sent)
        except BaseException as error:
            reason = getattr(error, "reason", error)
            if upload_id is not None and (not upload.resumable or isinstance(reason, SourceChanged)):
                with contextlib.suppress(BotoCoreError, ClientError):  # what led here is to be told
                    self._open.abort(upload.key, upload_id)
            if isinstance(error, ClientError) and code_of(error) == "NoSuchUpload":
                raise StoreUnavailable("The server has given the begun upload up: it begins anew.") from error
            raise
        with contextlib.suppress(BotoCoreError, ClientError):  # the object is there; the bucket's rule tidies up, too
            self._tidy(upload.key)

    def discard(self, prefix: str) -> None:
        """Abort every upload whose key begins with ``prefix``."""
        for key, upload_id in self._open.below(prefix):
            self._open.abort(key, upload_id)

    def _tidy(self, key: str) -> None:
        """A begin whose answer was lost was asked for again, and left a second upload open."""
        for name, upload_id in list(self._open.below(key)):
            if name == key:
                self._open.abort(key, upload_id)

    def _send_parts(self, upload: PartedUpload, upload_id: str) -> dict[int, Part]:
        sender = PartPut(self._connection, upload.key, upload_id, upload.cancel)
        places, told = threading.Semaphore(PARALLEL), _Told(upload.progress)
        sent: dict[int, Part] = {}
        running: list[Future[Part]] = []

        def send(number: int, data: bytes, sha256: str, has_place: bool) -> Part:
            try:
                part = sender.run(number, data, sha256)
                told.add(len(data))
                return part
            finally:
                places.release()
                if has_place:
                    self._room.give_back()

        with on_all(), ThreadPoolExecutor(PARALLEL, thread_name_prefix="parts") as threads:
            for number, data in upload.parts():
                digest = hashlib.sha256(data).hexdigest()
                if (there := upload.done.get(number)) is not None and there.holds(data, checksum_header(digest)):
                    sent[number] = replace(there, sha256=checksum_header(digest))
                    told.add(len(data))
                    continue
                places.acquire()
                if any(future.done() and future.exception() for future in running):
                    break
                if not (has_place := self._room.take()):
                    wait(running)  # other transfers fill the memory: one part at a time
                running.append(threads.submit(send, number, data, digest, has_place))
            wait(running, return_when=FIRST_EXCEPTION)
        fresh = [future.result() for future in running]
        sent |= {part.number: part for part in fresh}
        if any(part.sha256 is None for part in fresh):  # this server keeps no digests, and all must be named alike
            return {number: replace(part, sha256=None) for number, part in sent.items()}
        return sent

    def _complete(self, upload: PartedUpload, upload_id: str, sent: dict[int, Part]) -> None:
        upload.cancel.raise_if_cancelled()
        try:
            self._open.complete(upload.key, upload_id, [sent[number] for number in sorted(sent)])
        except ClientError as error:
            # Its answer may have been lost, and it asked again: it is gone then, or its own object is in its way.
            if status_of(error) not in {404, 409, 412} or not self._single.stands(upload.key, upload.description):
                raise
            if status_of(error) != 404:
                self._open.abort(upload.key, upload_id)


class _Told:
    """Adds up what several threads have done."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._lock = threading.Lock()
        self._done = 0

    def add(self, count: int) -> None:
        with self._lock:
            self._done += count
            self._progress(self._done)
