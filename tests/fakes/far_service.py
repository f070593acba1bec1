"""A storage service for the process of transfers: does what the name of the file asks for."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import NotOwner
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.ownership import Identity
from imagedesk.core.ports import Progress
from imagedesk.service.served_calls import Control, LogForwarding, ServedCalls
from imagedesk.service.storage_service import StorageService
from imagedesk.service.uploading import UploadRequest
from tests.fakes.sample_records import sample_record


@dataclass
class FakeThrottle:
    """Remembers what it heard; ``tell`` is whom it tells."""

    at_once: int = 7
    heard: list[str] = field(default_factory=list)
    tell: Callable[[str], None] = print

    def tell_complaints(self, tell: Callable[[str], None]) -> None:
        self.tell = tell

    def heed_complaint(self, service: str) -> None:
        self.heard.append(service)


class FarService:
    def __init__(self, throttle: FakeThrottle) -> None:
        self._throttle = throttle

    def identity(self) -> Identity:
        return Identity("ann", False, "typed")

    def upload(self, request: UploadRequest, progress: Progress, cancel: CancelToken) -> ImageRecord:
        assert isinstance(request.source, Path)
        word, _, rest = request.source.name.partition(" ")
        tasks = {
            "die": lambda: os._exit(3),
            "wait": lambda: cancel.wait(60),
            "count": lambda: [progress(done) for done in range(int(rest))],
            "slowly": lambda: [(progress(done), cancel.wait(0.03)) for done in range(int(rest))],
            "complain": lambda: self._throttle.tell(rest),
        }
        if word in tasks:
            tasks[word]()
        cancel.raise_if_cancelled()
        return sample_record(1, filename=str(self._throttle.heard) if word == "heard" else request.source.name)

    def show(self, image_id: str) -> ImageRecord:
        if image_id == "bug":
            raise ZeroDivisionError("of our own")
        raise NotOwner(f"{image_id} is somebody else's.")


def main(control_pipe: Connection, lines: Sequence[Connection]) -> None:
    import logging

    control, throttle = Control(control_pipe), FakeThrottle()
    logging.getLogger().addHandler(LogForwarding(control))
    ServedCalls(cast(StorageService, FarService(throttle)), throttle, control).serve(lines)
