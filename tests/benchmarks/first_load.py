"""A first load from a DynamoDB server, beside ``Table.scan`` and ``Table.query`` of boto3 on the same table.

    python -m tests.benchmarks.first_load --endpoint http://127.0.0.1:8000 [--items 100000] [--pages 40]

Any server will do; DynamoDB Local is the quickest that holds so much. The table is filled first and left behind. CPU is
that of this process, so the server's own does not count. A page holds a thousand items; ours are records in the end,
boto3's are dictionaries. ``a wait for the interpreter`` is what a window's thread would feel: how late a thread that
wants to run every five milliseconds comes to it.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import boto3

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.catalogue.sync import LibrarySync
from imagedesk.catalogue.sync_report import SyncProgress
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.image_record import ImageRecord, timestamp
from imagedesk.core.profiles import AwsProfile
from imagedesk.garbage import set_apart_what_stays
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.items import BY_TYPE, item_of
from imagedesk.stores.aws.library_table import LibraryTable
from imagedesk.stores.aws.partition import Partition
from imagedesk.stores.aws.records import DynamoRecords
from tests.benchmarks.requests import START
from tests.benchmarks.requests import _record as plain_record
from tests.benchmarks.timing import median, percentile

PAGE = 1000
TICK = 0.005  # seconds


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading pages one after the other cost."""

    items: int
    seconds: float
    cpu_ms: float
    """A page, the median."""


def read(pages: Iterator[int]) -> Reading:
    """``pages`` yields how many items each had."""
    began, items, costs = time.perf_counter(), 0, []
    while True:
        cpu = time.process_time()
        count = next(pages, 0)
        if not count:
            break
        costs.append((time.process_time() - cpu) * 1000)
        items += count
    return Reading(items, time.perf_counter() - began, median(costs))


def boto3_pages(ask: Callable[..., Any], limit: int) -> Iterator[int]:
    start: dict[str, Any] = {}
    for _ in range(limit):
        answer = ask(Limit=PAGE, **start)
        yield len(answer["Items"])
        if not answer.get("LastEvaluatedKey"):
            return
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def record(number: int) -> ImageRecord:
    """With everything that ImageDesk writes of an image."""
    plain = plain_record(number)
    return replace(
        plain,
        filename=f"IMG_{number:06}.jpg",
        created_at=timestamp(START.replace(year=2026) + (plain.created - START) / 20),
        metadata={"campaign": "autumn", "place": f"Oslo {number % 100}"},
        width=4000,
        height=3000,
        thumbnail_key=plain.key.replace("images/", "thumbnails/"),
        placeholder="#8aa0b8",
    )


def fill(connection: AwsConnection, count: int) -> None:
    client: Any = connection.dynamodb()

    def write(start: int) -> None:
        batch = [{"PutRequest": {"Item": item_of(record(n))}} for n in range(start, min(start + 25, count))]
        left = {connection.profile.table: batch}
        while left:
            left = client.batch_write_item(RequestItems=left).get("UnprocessedItems")

    began = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(0, count, 25)))
    print(f"{count:,} items written in {time.monotonic() - began:.0f} s\n")


@contextlib.contextmanager
def waits() -> Iterator[list[float]]:
    """Milliseconds by which a thread that wants to run every ``TICK`` is late."""
    late, over = list[float](), threading.Event()

    def tick() -> None:
        due = time.perf_counter()
        while not over.is_set():
            due = max(due + TICK, time.perf_counter())
            time.sleep(max(0.0, due - time.perf_counter()))
            late.append((time.perf_counter() - due) * 1000)

    thread = threading.Thread(target=tick)
    thread.start()
    try:
        yield late
    finally:
        over.set()
        thread.join()


def measure_pages(connection: AwsConnection, limit: int) -> None:
    table = boto3.resource("dynamodb", region_name="us-east-1", endpoint_url=connection.endpoint("dynamodb")).Table(
        connection.profile.table
    )
    kind = "image/jpeg"

    def query(**options: Any) -> Any:
        values = {":type": kind}
        return table.query(
            IndexName=BY_TYPE,
            KeyConditionExpression="content_type = :type",
            ExpressionAttributeValues=values,
            **options,
        )

    partition = Partition(connection, BY_TYPE, kind, PAGE)
    records = DynamoRecords(connection)
    client: Any = connection.dynamodb()
    lines = {
        "Table.scan": read(boto3_pages(table.scan, limit)),
        "Table.query": read(boto3_pages(query, limit)),
        "ours, items": read(boto3_pages(lambda **o: client.scan(TableName=table.name, **o), limit)),
        "ours, items of an index": read(len(items) for items, _ in chunks(partition, limit)),
        "ours, records": read(len(page.records) for page in islice(records.scan(), limit)),
    }
    print(f"{'a page of 1,000':<26}{'items/s':>10}{'CPU ms':>9}{'of Table.query':>16}")
    for name, found in lines.items():
        share = lines["Table.query"].cpu_ms / found.cpu_ms
        print(f"{name:<26}{found.items / found.seconds:>10,.0f}{found.cpu_ms:>9.2f}{f'1 / {share:.1f}':>16}")


def chunks(partition: Partition, limit: int) -> Iterator[tuple[list[Any], bool]]:
    for _ in range(limit):
        items, more = partition._next_chunk()
        yield items, more
        if not more:
            return


def measure_load(connection: AwsConnection, items: int, folder: Path) -> None:
    catalogue = Catalogue(folder / "catalogue.sqlite", durable=False)
    sync, shown, began = LibrarySync(DynamoRecords(connection), catalogue), list[float](), time.perf_counter()

    def note_first(_progress: SyncProgress) -> None:
        if not shown and catalogue.version:
            shown.append(time.perf_counter() - began)

    for name in ("first load", "comparison behind it"):
        began, cpu = time.perf_counter(), time.process_time()
        with waits() as late:
            report = sync.full(note_first, CancelToken())
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        assert report.seen == items, report
        print(
            f"\n{name}: {items / seconds:,.0f} items/s ({seconds:.1f} s), CPU {cpu / items * PAGE * 1000:.0f} ms a page"
        )
        print(f"  a wait for the interpreter: p99 {percentile(late, 0.99):.1f} ms, longest {max(late):.1f} ms")
        if name == "first load":
            print(f"  something to see after {shown[0] * 1000:.0f} ms")
    catalogue.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--pages", type=int, default=40, help="pages read for the first table")
    options = parser.parse_args()
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "testing")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "testing")
    name = f"load-{time.time_ns()}"
    profile = AwsProfile(
        "bench", name, name, "us-east-1", s3_endpoint_url=options.endpoint, dynamodb_endpoint_url=options.endpoint
    )
    with contextlib.closing(AwsConnection(profile)) as connection, tempfile.TemporaryDirectory() as folder:
        LibraryTable(connection).create()
        fill(connection, options.items)
        set_apart_what_stays()  # as the window does
        measure_pages(connection, options.pages)
        measure_load(connection, options.items, Path(folder))


if __name__ == "__main__":
    main()
