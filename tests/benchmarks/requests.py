"""Requests counted: calls for each upload, download and deletion, and items read for each that a listing returns.

    python -m tests.benchmarks.requests [--items 100000] [--limit 100] [--pages 2]
        [--s3-endpoint URL --dynamodb-endpoint URL]

Without endpoints everything runs on moto: calls over HTTP, and the table of the listings within this process, where a
hundred thousand items lie in memory. The calls are counted where they are sent, by botocore's own hooks and on the wire
of the lean path, so what is counted is what is sent to any server. The files are of 200 KB and of 40 MB, the second
large enough to go in parts.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import logging
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from imagedesk.core.image_record import ImageRecord, timestamp
from imagedesk.core.profiles import AwsProfile
from imagedesk.core.query import Position, StoreFilter
from imagedesk.service.storage_service import StorageService
from imagedesk.service.uploading import UploadRequest
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.items import item_of
from imagedesk.stores.aws.objects import S3Objects
from imagedesk.stores.aws.records import DynamoRecords
from imagedesk.stores.aws.setup import AwsSetup
from imagedesk.stores.aws.wire import Wire
from tests.fakes.identity import FakeIdentity
from tests.fakes.picture_reader import FakePictureReader, fake_picture

_LEAN = {"PUT": "PutObject", "GET": "GetObject"}
SMALL, LARGE = 200_000, 40_000_000
PEOPLE, TYPES = ("ann", "bo", "cy", "rare"), ("image/jpeg", "image/png", "image/webp", "image/tiff")
START = datetime(2026, 1, 1, tzinfo=UTC)
FILTERS = {
    "everything": StoreFilter(),
    "person": StoreFilter("ann"),
    "person, 1 in 100": StoreFilter("rare"),
    "type": StoreFilter(None, "image/jpeg"),
    "type, 1 in 100": StoreFilter(None, "image/tiff"),
    "person and type": StoreFilter("ann", "image/jpeg"),
    "person and type, 1 in 10,000": StoreFilter("rare", "image/tiff"),
}


@dataclass
class Counts:
    """``calls`` by operation; ``read`` is how many items DynamoDB looked at, filtered out or not."""

    calls: Counter[str] = field(default_factory=Counter)
    read: int = 0

    def watch(self, connection: AwsConnection) -> None:
        connection.lean(), connection.lean_table()  # they ask botocore for a request that is not sent
        Wire.request = self._counted(Wire.request)  # type: ignore[method-assign]
        for client in (connection.s3(), connection.dynamodb()):
            client.meta.events.register("before-send", self._on_sent)
        connection.dynamodb().meta.events.register("after-call", self._on_answer)

    def _on_sent(self, event_name: str, **_rest: object) -> None:
        self.calls[event_name.rpartition(".")[2]] += 1  # once more for each retry

    def _counted(self, send: Any) -> Any:
        def request(wire: Wire, method: str, target: str, headers: Mapping[str, str], *rest: Any) -> Any:
            called = headers.get("x-amz-target", "").rpartition(".")[2]
            self.calls[called or ("UploadPart" if "uploadId=" in target else _LEAN[method])] += 1
            return send(wire, method, target, headers, *rest)

        return request

    def _on_answer(self, parsed: Any, **_rest: object) -> None:
        self.read += int(parsed.get("ScannedCount", 0))

    def told(self) -> str:
        return " + ".join(f"{count} {name}" for name, count in sorted(self.calls.items())) or "none"


def main() -> None:
    options = _options()
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "testing")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "testing")
    with _server(options) as (s3, dynamodb), contextlib.closing(library(s3, dynamodb)) as connection:
        print("calls")
        _measure_calls(connection)
    with _table_server(options) as (s3_url, table_url), contextlib.closing(library(s3_url, table_url)) as connection:
        _fill(connection, options.items)
        _measure_listings(connection, options.limit, options.pages)


def _measure_calls(connection: AwsConnection) -> None:
    objects, records = S3Objects(connection), DynamoRecords(connection)
    service = StorageService(objects, records, FakePictureReader(), FakeIdentity("ann"))
    with tempfile.TemporaryDirectory() as folder:
        for size in (SMALL, LARGE):
            picture = fake_picture(400, 300, "image/png", str(size))
            source = Path(folder, f"{size}.png")
            source.write_bytes(picture + bytes(size - len(picture)))
            name = f"{size / 1e6:g} MB"
            with _counting(connection, f"upload of {name}"):
                record = service.upload(UploadRequest(source, "ann"))
            with _counting(connection, f"the same again, its answer lost ({name})"):
                service.upload(UploadRequest(source, "ann", image_id=record.image_id))
            with _counting(connection, f"download of {name}"):
                service.download(record, Path(folder))
            with _counting(connection, f"deletion of {name}"):
                service.delete(record.image_id)


def _measure_listings(connection: AwsConnection, limit: int, pages: int) -> None:
    print(f"\n{'listing by':<30}{'pages':>6}{'images':>8}{'requests':>10}{'items read':>12}{'read per image':>16}")
    store = DynamoRecords(connection)
    _page(store, StoreFilter(), limit, None)  # the first of a session also asks which indexes there are
    for name, wanted in FILTERS.items():
        counts, found, after, turned = Counts(), 0, None, 0
        counts.watch(connection)
        while turned < pages:
            records, after = _page(store, wanted, limit, after)
            found, turned = found + records, turned + 1
            if after is None:
                break
        connection.close()  # and its hooks with it
        ratio = f"{counts.read / found:.2f}" if found else "-"
        print(f"{name:<30}{turned:>6}{found:>8}{sum(counts.calls.values()):>10}{counts.read:>12}{ratio:>16}")


def _page(store: DynamoRecords, wanted: StoreFilter, limit: int, after: Position | None) -> tuple[int, Position | None]:
    page = store.page(wanted, limit, after)
    return len(page.records), page.next


@contextlib.contextmanager
def _counting(connection: AwsConnection, name: str) -> Iterator[None]:
    counts = Counts()
    counts.watch(connection)
    yield
    connection.close()
    print(f"  {name:<48} {sum(counts.calls.values()):>3} calls: {counts.told()}")


def _fill(connection: AwsConnection, count: int) -> None:
    """A hundredth of the images is of the rare person and of the rare type, independently; seconds apart."""
    began = time.monotonic()
    table: Any = connection.dynamodb()
    for start in range(0, count, 25):
        batch = [{"PutRequest": {"Item": item_of(_record(n))}} for n in range(start, min(start + 25, count))]
        table.batch_write_item(RequestItems={connection.profile.table: batch})
    print(f"\n{count:,} items written in {time.monotonic() - began:.0f} s")


def _record(number: int) -> ImageRecord:
    digest = hashlib.sha256(str(number).encode()).digest()
    person = "rare" if digest[0] * 256 + digest[1] < 655 else PEOPLE[digest[2] % 3]
    kind = "image/tiff" if digest[3] * 256 + digest[4] < 655 else TYPES[digest[5] % 3]
    image_id = f"{person}!{number:026}"
    created_at = timestamp(START + timedelta(seconds=number * 60))
    key = f"images/{person}/{number:026}/x.jpg"
    return ImageRecord(image_id, person, "x.jpg", key, kind, 1000, created_at, sha256=digest.hex())


def library(s3: str | None, dynamodb: str | None) -> AwsConnection:
    name = f"requests-{time.time_ns()}"
    profile = AwsProfile("bench", name, name, "us-east-1", s3_endpoint_url=s3, dynamodb_endpoint_url=dynamodb)
    connection = AwsConnection(profile)
    for _ in AwsSetup(connection).run():
        pass
    connection.close()
    return connection


@contextlib.contextmanager
def _server(options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    if options.s3_endpoint and options.dynamodb_endpoint:
        yield options.s3_endpoint, options.dynamodb_endpoint
        return
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}", f"http://{host}:{port}"
    server.stop()


@contextlib.contextmanager
def _table_server(options: argparse.Namespace) -> Iterator[tuple[str | None, str | None]]:
    """moto answers within the process, at Amazon's own addresses, where no server is named."""
    if options.s3_endpoint and options.dynamodb_endpoint:
        yield options.s3_endpoint, options.dynamodb_endpoint
        return
    from moto import mock_aws

    with mock_aws():
        yield None, None


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--limit", type=int, default=100)
    parser.add_argument("--pages", type=int, default=2)
    parser.add_argument("--s3-endpoint")
    parser.add_argument("--dynamodb-endpoint")
    return parser.parse_args()


if __name__ == "__main__":
    main()
