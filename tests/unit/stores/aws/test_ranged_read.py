"""Large downloads over several connections, from a server that serves ranges well or badly."""

from __future__ import annotations

import hashlib
import random
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import Cancelled, CorruptObject, DiskFull
from imagedesk.core.profiles import AwsProfile
from imagedesk.stores.aws import objects as objects_module
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.objects import S3Objects
from imagedesk.stores.aws.part_room import MOST, PART, PartRoom
from imagedesk.stores.aws.ranged_read import RANGES_FROM
from tests.contract.aws_servers import AwsProfileFactory

DATA = random.Random(3).randbytes(1024 * 1024) * (RANGES_FROM // 1024 // 1024) + b"and a little more"
DIGEST = hashlib.sha256(DATA).hexdigest()


@dataclass
class Manner:
    """How the server serves: from which answered range on it gives the whole object, cuts an answer in half, or has
    another object."""

    ignores_from: int = 1000
    cuts: set[int] = field(default_factory=set)
    changes_from: int = 1000
    accepts: bool = True
    asked: list[tuple[int, int | None]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    manner: Manner

    def do_GET(self) -> None:
        manner, found = self.manner, re.match(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        with manner.lock:
            number = len(manner.asked)
            first, last = (int(found[1]), int(found[2]) if found[2] else None) if found else (0, None)
            manner.asked.append((first, last))
            manner.at_once += 1
            manner.most_at_once = max(manner.at_once, manner.most_at_once)
        try:
            self._serve(number, first, last, is_range=found is not None)
        except OSError:
            self.close_connection = True
        finally:
            with manner.lock:
                manner.at_once -= 1

    def _serve(self, number: int, first: int, last: int | None, *, is_range: bool) -> None:
        manner = self.manner
        if number >= manner.changes_from and self.headers.get("If-Match") == '"one"':
            self.send_response(412)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if number >= manner.ignores_from:
            first, last, is_range = 0, None, False
        body = memoryview(DATA)[first : None if last is None else last + 1]
        self.send_response(206 if is_range else 200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"one"')
        if manner.accepts:
            self.send_header("Accept-Ranges", "bytes")
        if is_range:
            self.send_header("Content-Range", f"bytes {first}-{first + len(body) - 1}/{len(DATA)}")
        self.end_headers()
        if number in manner.cuts:
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
        else:
            self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Not on the console."""


class Server(ThreadingHTTPServer):
    def handle_error(self, *_arguments: object) -> None:
        """A client that leaves early is no news."""


Serve = Callable[[Manner], S3Objects]


@pytest.fixture
def serve(blank_aws_profile: AwsProfileFactory) -> Iterator[Serve]:
    opened: list[AwsConnection] = []
    servers: list[tuple[Server, threading.Thread]] = []

    def start(manner: Manner) -> S3Objects:
        server = Server(("127.0.0.1", 0), type("Served", (Handler,), {"manner": manner}))
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        servers.append((server, thread))
        url = f"http://127.0.0.1:{server.server_address[1]}"
        profile = AwsProfile(name="a", bucket="b", table="t", s3_endpoint_url=url, dynamodb_endpoint_url=url)
        opened.append(AwsConnection(profile))
        return S3Objects(opened[-1])

    yield start
    for connection in opened:
        connection.close()
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


def downloaded(objects: S3Objects, folder: Path) -> list[int]:
    """The progress that was told; the file is as it should be."""
    told: list[int] = []
    assert objects.download("k", folder / "x", told.append) == DIGEST
    assert hashlib.sha256((folder / "x").read_bytes()).hexdigest() == DIGEST
    assert told == sorted(told)
    assert told[-1] == len(DATA)
    return told


def test_the_rest_of_a_large_object_comes_in_ranges_several_at_once(serve: Serve, tmp_path: Path) -> None:
    manner = Manner()
    downloaded(serve(manner), tmp_path)
    assert len(manner.asked) > RANGES_FROM // PART
    assert manner.most_at_once > 1


def test_a_range_that_breaks_off_is_continued(serve: Serve, tmp_path: Path) -> None:
    manner = Manner(cuts={0, 2, 3, 5})
    downloaded(serve(manner), tmp_path)


@pytest.mark.parametrize("number", [1, 4])
def test_a_server_that_ignores_ranges_after_all_is_read_by_one_connection(
    serve: Serve, tmp_path: Path, number: int
) -> None:
    downloaded(serve(Manner(ignores_from=number)), tmp_path)


def test_a_server_that_promises_no_ranges_is_not_asked_for_any(serve: Serve, tmp_path: Path) -> None:
    manner = Manner(accepts=False)
    downloaded(serve(manner), tmp_path)
    assert manner.asked == [(0, None)]


def test_an_object_that_changes_meanwhile_is_refused(serve: Serve, tmp_path: Path) -> None:
    with pytest.raises(CorruptObject, match="changed while"):
        serve(Manner(changes_from=4)).download("k", tmp_path / "x")


def test_a_cancellation_ends_all_ranges(serve: Serve, tmp_path: Path) -> None:
    manner, cancel = Manner(), CancelToken()

    def stop(done: int) -> None:
        if done > 2 * PART:
            cancel.cancel()

    with pytest.raises(Cancelled):
        serve(manner).download("k", tmp_path / "x", stop, cancel)
    assert len(manner.asked) < RANGES_FROM // PART


def test_a_full_disk_ends_all_ranges(serve: Serve, tmp_path: Path) -> None:
    def full(done: int) -> None:
        if done > 2 * PART:
            raise DiskFull("There is no room left.")

    with pytest.raises(DiskFull):
        serve(Manner()).download("k", tmp_path / "x", full)


def test_what_other_transfers_leave_no_memory_for_comes_one_by_one(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects_module, "PartRoom", lambda: PartRoom(0))
    manner = Manner()
    downloaded(serve(manner), tmp_path)
    assert manner.asked[1:] == sorted(manner.asked[1:])


def test_a_place_in_memory_comes_back_however_it_ends(serve: Serve, tmp_path: Path) -> None:
    def full(done: int) -> None:
        if done > 2 * PART:
            raise DiskFull("There is no room left.")

    objects = serve(Manner())
    for _ in range(3):
        with pytest.raises(DiskFull):
            objects.download("k", tmp_path / "x", full)
    taken = 0
    while objects._room.take():
        taken += 1
    assert taken == MOST
