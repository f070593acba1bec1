"""How ImageDesk transfers the same files: through its object store, with every check, on threads as in the window."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty, SimpleQueue
from unittest import mock

from imagedesk.core.heaps import share_one_heap
from imagedesk.core.ports import ObjectDescription
from imagedesk.core.processors import keep_to_one
from imagedesk.core.profiles import AwsProfile
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.objects import S3Objects
from tests.benchmarks.null_server import file_name
from tests.benchmarks.other_clients import BUCKET, Batch

LARGE = 100_000_000  # bytes from which on a file is a hole: it takes no room, and is read all the same


def send_all(batch: Batch, _folder: Path, *, lean: bool = True, bound: bool = True) -> None:
    def send(objects: S3Objects, name: str) -> None:
        path = batch.source / name
        data = path.stat().st_size
        digest = DIGESTS[name]
        objects.put(name, path, ObjectDescription("image/jpeg", data, digest, "ann", "ann!01", name))

    _with_threads(batch, send, lean=lean, bound=bound)


def fetch_all(batch: Batch, folder: Path, *, lean: bool = True, bound: bool = True) -> None:
    def fetch(objects: S3Objects, name: str) -> None:
        assert len(objects.download(name, folder / name)) == 64

    _with_threads(batch, fetch, lean=lean, bound=bound)


DIGESTS: dict[str, str] = {}
"""Known before an upload starts: the service has read each file by then."""


def _with_threads(batch: Batch, work: Callable[[S3Objects, str], None], *, lean: bool, bound: bool) -> None:
    connection = opened_connection(batch.url)
    with contextlib.ExitStack() as stack:
        if not lean:
            stack.enter_context(mock.patch.object(AwsConnection, "lean", return_value=None))
        objects = S3Objects(connection)
        names = SimpleQueue[str]()
        for name in batch.names:
            names.put(name)

        def take_turns(_thread: int) -> None:  # as the window's threads do: a future for each file costs, too
            with contextlib.suppress(Empty):
                while True:
                    work(objects, names.get_nowait())

        for _ in running_threads(batch.threads, bound=bound).map(take_turns, range(batch.threads)):
            pass


@functools.cache
def running_threads(count: int, *, bound: bool = True) -> ThreadPoolExecutor:
    """Like the lines of the process that transfers, which live as long as it does: they run before a batch begins,
    share one heap, and are ``bound`` to one processor."""
    share_one_heap()
    pool = ThreadPoolExecutor(count, initializer=keep_to_one if bound else None)
    all_there = threading.Barrier(count)
    for _ in pool.map(lambda _thread: all_there.wait(), range(count)):
        pass
    return pool


@functools.cache
def opened_connection(url: str) -> AwsConnection:
    """Made once, as in the window: importing boto3 and making its client cost half a second CPU, at the start."""
    profile = AwsProfile(
        name="b", bucket=BUCKET, table="t", region="us-east-1", s3_endpoint_url=url, dynamodb_endpoint_url=url
    )
    connection = AwsConnection(profile)
    connection.lean()
    return connection


def make_files(folder: Path, files: int, size: int) -> None:
    """Their digests are in ``DIGESTS`` then."""
    hole = ""
    for number in range(files):
        path = folder / file_name(number)
        if size >= LARGE:
            with path.open("wb") as file:
                file.truncate(size)
            hole = DIGESTS[path.name] = hole or _digest_of_zeros(size)
        else:
            data = os.urandom(size)
            path.write_bytes(data)
            DIGESTS[path.name] = hashlib.sha256(data).hexdigest()


def _digest_of_zeros(size: int) -> str:
    digest, block = hashlib.sha256(), bytes(1024 * 1024)
    for _ in range(size // len(block)):
        digest.update(block)
    digest.update(bytes(size % len(block)))
    return digest.hexdigest()
