"""One library and several people on it, each with a computer of their own that may go down at the worst moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias
from uuid import uuid4

from imagedesk.core.image_record import ImageRecord
from imagedesk.core.ports import ObjectStore, RecordStore
from imagedesk.core.profiles import AwsProfile
from imagedesk.service.library_check import CheckedStores, LibraryCheck
from imagedesk.service.storage_service import StorageService
from imagedesk.stores.aws.audit import BucketListing, TableListing
from imagedesk.stores.aws.objects import S3Objects
from imagedesk.stores.aws.records import DynamoRecords
from imagedesk.stores.aws.setup import AwsSetup
from tests.end_to_end.call_faults import call_faults
from tests.end_to_end.faulty_library import FaultyConnection
from tests.end_to_end.plain_library import AT_ONCE
from tests.fakes.audit import FakeItemListing, FakeObjectListing
from tests.fakes.deletion_notes import FakeDeletionNotes
from tests.fakes.identity import FakeIdentity
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.picture_reader import FakePictureReader
from tests.fakes.record_store import FakeRecordStore

START = datetime(2026, 5, 31, 23, 50, tzinfo=UTC)  # uploads cross a month


class WentDown(BaseException):
    """The computer: nothing is caught, nothing is tidied up."""


class _Doomed:
    """A store whose method of that name ends the computer once."""

    def __init__(self, store: object, method: str) -> None:
        self._store, self._method, self.armed = store, method, False

    def __getattr__(self, name: str) -> Any:
        if name == self._method and self.armed:
            self.armed = False
            raise WentDown
        return getattr(self._store, name)


class Client:
    """A person. ``goes_down_at_commit`` and ``goes_down_at_removal`` arm the next upload and the next deletion."""

    def __init__(self, name: str, sides: CheckedStores, clock: Callable[[], datetime], scratch: Path) -> None:
        self._records, self._objects = _Doomed(sides.records, "add"), _Doomed(sides.objects, "delete")
        records: RecordStore = self._records  # type: ignore[assignment]
        objects: ObjectStore = self._objects  # type: ignore[assignment]
        notes, pictures, identity = FakeDeletionNotes(), FakePictureReader(), FakeIdentity(name)
        self.name = name
        self.service = StorageService(objects, records, pictures, identity, clock=clock, deletions=notes)
        self.check = LibraryCheck(sides, pictures, identity, deletions=notes, scratch=scratch, old_enough=AT_ONCE)

    def goes_down_at_commit(self) -> None:
        self._records.armed = True

    def goes_down_at_removal(self) -> None:
        self._objects.armed = True


@dataclass
class SharedLibrary:
    sides: CheckedStores
    scratch: Path
    _ticks: int = 0

    def client(self, name: str) -> Client:
        return Client(name, self.sides, self.now, self.scratch)

    def now(self) -> datetime:
        """Two uploads share each moment."""
        self._ticks += 1
        return START + timedelta(seconds=self._ticks // 2)

    def keys(self) -> set[str]:
        return {found.key for prefix in ("images/", "thumbnails/") for found in self.sides.listing.objects(prefix)}


LibraryMaker: TypeAlias = Callable[[], SharedLibrary]


def fake_library(scratch: Path) -> SharedLibrary:
    objects, records = FakeObjectStore(), FakeRecordStore()
    return SharedLibrary(CheckedStores(objects, records, FakeObjectListing(objects), FakeItemListing(records)), scratch)


@contextmanager
def aws_libraries(profile: AwsProfile, scratch: Path) -> Iterator[LibraryMaker]:
    """Each call gives a new bucket and a new table, set up with their indexes, on one connection."""

    def make() -> SharedLibrary:
        unique = uuid4().hex[:12]
        connection.profile = replace(connection.profile, bucket=f"images-{unique}", table=f"metadata-{unique}")
        connection.restart()
        list(AwsSetup(connection).run())
        objects, records = S3Objects(connection), DynamoRecords(connection)
        return SharedLibrary(
            CheckedStores(objects, records, BucketListing(connection), TableListing(connection)), scratch
        )

    with call_faults() as faults, closing(FaultyConnection(profile, faults)) as connection:
        yield make


def key_order(record: ImageRecord) -> tuple[str, str]:
    return record.created_at, record.image_id
