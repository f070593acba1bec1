"""A process that loads a library for the first time, for the tests to kill: ``python -m tests.faults.load_child FILE``.

Prints a line for each page that it reads, and ``finished`` at the end.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.catalogue.sync import LibrarySync
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.query import WHOLE, ScanPage, Segment
from tests.fakes.record_store import FakeRecordStore
from tests.fakes.sample_records import sample_record

IMAGES = 6000
PAGE_SECONDS = 0.01  # a server's answer takes its time


class ToldStore(FakeRecordStore):
    def newest(self, count: int) -> list[ImageRecord]:
        return []  # the load itself is to be seen

    def scan(
        self, cancel: CancelToken | None = None, segment: Segment = WHOLE, after: str | None = None
    ) -> Iterator[ScanPage]:
        for page in super().scan(cancel, segment, after):
            print("page", flush=True)  # noqa: T201
            time.sleep(PAGE_SECONDS)
            yield page


def stored() -> FakeRecordStore:
    store = ToldStore()
    for number in range(IMAGES):
        store.add(sample_record(number, "abc"[number % 3]))
    return store


def main() -> None:
    catalogue = Catalogue(Path(sys.argv[1]), durable=False)
    LibrarySync(stored(), catalogue).full(lambda _progress: None, CancelToken())
    catalogue.close()
    print("finished", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
