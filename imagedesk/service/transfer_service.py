"""What transfers ask of the storage service, here or in a process of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.file_names import NameClash
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.ports import Progress
from imagedesk.service.uploading import UploadRequest


class TransferService(Protocol):
    """As in ``StorageService``, which is one. Thread-safe; all calls block."""

    def upload(self, request: UploadRequest, progress: Progress, cancel: CancelToken | None) -> ImageRecord: ...

    def download(
        self, record: ImageRecord, target: Path, progress: Progress, cancel: CancelToken | None, *, clash: NameClash
    ) -> Path: ...

    def download_zip(
        self,
        records: Sequence[ImageRecord],
        target: Path,
        progress: Progress,
        cancel: CancelToken | None,
        *,
        clash: NameClash,
    ) -> Path: ...

    def show(self, image_id: str) -> ImageRecord: ...


class Throttle(Protocol):
    """The limiters of a library's services; those of two processes tell each other what they hear."""

    @property
    def at_once(self) -> int:
        """How many transfers the services bear at once now."""

    def tell_complaints(self, tell: Callable[[str], None]) -> None:
        """Call ``tell`` with the name of a service each time it asks for fewer requests. It must not block."""

    def heed_complaint(self, service: str) -> None:
        """Another process was asked for fewer requests by that service."""
