"""A process that does one operation and ends, without any farewell, at a step that the test names by its number.

Steps are what reaches the world: calls of files, database and sockets, of whatever thread (the parts of a large upload
have threads of their own), each once before and once after. Run as a module
it reads an order a line from standard input, forks for each (imports take longer than all the rest), and answers with
the names of the steps it came through.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import Any

from imagedesk.core.profiles import AwsProfile
from imagedesk.service.uploading import UploadRequest
from imagedesk.stores.aws import objects, parted_put
from tests.end_to_end.plain_library import ME, PlainLibrary, QuickConnection, opened

KILLED = 9
_FILES = frozenset(
    ["open", "fsync", "link", "unlink", "remove", "mkdir", "rename", "replace", "rmdir", "write", "flush", "close"]
)
_DATABASE = frozenset(["execute", "executemany"])
_SOCKETS = frozenset(["connect", "send", "sendall", "recv", "recv_into"])


class Steps:
    """Counts the steps of this thread, and of those that it starts, while it watches; ends the process at number
    ``last``."""

    def __init__(self, last: int | None) -> None:
        self.names: list[str] = []
        self._last = last
        self._lock = threading.Lock()

    def watch(self, action: Callable[[], object]) -> None:
        threading.setprofile(self._on_event)
        sys.setprofile(self._on_event)
        try:
            action()
        finally:
            sys.setprofile(None)
            threading.setprofile(None)

    def _on_event(self, _frame: FrameType, event: str, function: Any) -> None:
        if event not in {"c_call", "c_return"} or not _is_step(function):
            return
        with self._lock:
            if len(self.names) == self._last:
                os._exit(KILLED)
            self.names.append(f"{'before' if event == 'c_call' else 'after'} {function.__name__}")


def _is_step(function: Any) -> bool:
    owner = getattr(function, "__self__", None)
    module = getattr(owner, "__name__", "") or type(owner).__module__
    names = {
        "posix": _FILES,
        "_io": _FILES,
        "io": _FILES,
        "sqlite3": _DATABASE,
        "_socket": _SOCKETS,
        "socket": _SOCKETS,
    }
    return function.__name__ in names.get(module, ())


def do(library: PlainLibrary, order: dict[str, Any]) -> None:
    if order["operation"].startswith("upload"):
        library.service.upload(UploadRequest(Path(order["source"]), ME, "x.png", {"n": 1}, order["image_id"]))
    else:
        library.service.delete(order["image_id"])


def obey(order: dict[str, Any]) -> list[str]:
    steps = Steps(order["last"])
    if order["part"] is not None:
        objects.PARTS_FROM = parted_put.PART = order["part"]
    profile = AwsProfile(**order["profile"]) if order["profile"] else None
    with opened(Path(order["folder"]), profile) as library:
        steps.watch(lambda: do(library, order))
    return steps.names


def main() -> None:
    """Reads botocore's descriptions of the services once, for all children."""
    nowhere = "http://127.0.0.1:1"
    profile = AwsProfile("aws", region="us-east-1", s3_endpoint_url=nowhere, dynamodb_endpoint_url=nowhere)
    with closing(QuickConnection(profile)) as connection:
        connection.s3()
        connection.dynamodb()
    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            with os.fdopen(writing, "w") as out:
                json.dump(obey(json.loads(line)), out)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as answer:
            names = answer.read()
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        sys.stdout.write(json.dumps({"code": code, "steps": json.loads(names or "[]")}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
