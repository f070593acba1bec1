"""A library on the moto server whose every call a test can disturb, and the model that it must agree with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from urllib3 import Timeout

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import ImageDeskError, NotFound
from imagedesk.core.findings import REPAIRABLE, Finding
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.profiles import AwsProfile
from imagedesk.core.query import StoreFilter
from imagedesk.service.library_check import CheckedStores, LibraryCheck
from imagedesk.service.storage_service import StorageService
from imagedesk.service.uploading import UploadRequest
from imagedesk.stores.aws.audit import BucketListing, TableListing
from imagedesk.stores.aws.lean_path import LeanPath
from imagedesk.stores.aws.lean_table import LeanTable
from imagedesk.stores.aws.limiter import StoreLimiter
from imagedesk.stores.aws.objects import S3Objects
from imagedesk.stores.aws.open_uploads import OpenUploads
from imagedesk.stores.aws.records import DynamoRecords
from imagedesk.stores.deletion_notes import FileDeletionNotes
from tests.end_to_end.call_faults import LATE, LATER, CallFaults, call_faults
from tests.end_to_end.plain_library import AT_ONCE, ME, QuickConnection
from tests.fakes.identity import FakeIdentity
from tests.fakes.picture_reader import FakePictureReader, fake_picture

PART = 1_000_000  # of a large upload here; S3 takes no smaller ones than 5 MiB, moto what it is told
SIZES = {"small": 0, "large": 1_500_000, "parted": 2_500_000}  # two chunks of a download; three parts
WAYS = ("lean", "botocore")


class UnheldLimiter(StoreLimiter):
    """Counts, and lets nobody wait for a server that wants to be left alone."""

    def hold(self, cancel: CancelToken | None = None) -> None:
        pass


class FaultyConnection(QuickConnection):
    """To the relay of the faults. ``way``: with the lean path, as the program is, or as where botocore does it all."""

    def __init__(self, profile: AwsProfile, faults: CallFaults, way: str = "lean") -> None:
        super().__init__(replace(profile, s3_endpoint_url=faults.url, dynamodb_endpoint_url=faults.url))
        self.limiters.update({service: UnheldLimiter() for service in self.limiters})
        self._way = way
        faults.wait = self.wait

    def wait(self, seconds: float) -> None:
        """For an answer, from the next request on."""
        for pool in self._pools():
            pool.timeout = Timeout(connect=5, read=seconds)

    def _forget(self) -> None:
        """The connections, too, which botocore leaves to the garbage collector."""
        pools = self._pools()
        super()._forget()
        for pool in pools:
            pool.close()

    def _pools(self) -> list[Any]:
        found = [client._endpoint.http_session._manager.pools for client in self._clients.values()]
        return [pools[key] for pools in found for key in pools.keys()]  # noqa: SIM118  a container, not a mapping

    def lean(self) -> LeanPath | None:
        return super().lean() if self._way == "lean" else None

    def lean_table(self) -> LeanTable | None:
        return super().lean_table() if self._way == "lean" else None

    def restart(self) -> None:
        """A new process has had no trouble with the lean path yet."""
        for _client, way in self._short.values():
            if way is not None:
                way.close()
        self._short.clear()


class FaultyLibrary:
    """``expected`` is the model: what must be in the library, by id, with the SHA-256 of its bytes."""

    def __init__(self, connection: FaultyConnection, faults: CallFaults, folder: Path) -> None:
        self.connection, self.faults, self.folder = connection, faults, folder
        self.expected: dict[str, str] = {}
        self._number = 0
        self.restart()

    def restart(self) -> None:
        """A new process: nothing is left of the old one but its files."""
        self.connection.restart()
        objects, records = S3Objects(self.connection), DynamoRecords(self.connection)
        notes = FileDeletionNotes(self.folder / "deletions")
        pictures, identity = FakePictureReader(), FakeIdentity(ME)
        self.service = StorageService(objects, records, pictures, identity, deletions=notes)
        sides = CheckedStores(objects, records, BucketListing(self.connection), TableListing(self.connection))
        self.check = LibraryCheck(
            sides, pictures, identity, deletions=notes, scratch=self.folder / "scratch", old_enough=AT_ONCE
        )

    def new_picture(self, size: str) -> bytes:
        self._number += 1
        return fake_picture(salt=f"{self._number}:") + bytes(SIZES[size])

    def add(self, size: str) -> ImageRecord:
        """An image, undisturbed."""
        data = self.new_picture(size)
        record = self.service.upload(UploadRequest(data, ME, f"{self._number}.png"))
        self.expected[record.image_id] = digest(data)
        return record

    def remove_object(self, key: str | None) -> None:
        self.connection.s3().delete_object(Bucket=self.connection.profile.bucket, Key=key or "")

    def listed(self) -> list[ImageRecord]:
        return list(self.service.list_images(StoreFilter(), 1000).records)

    def repair(self) -> list[Finding]:
        return list(self.check.run(REPAIRABLE))

    def retried(self, again: Any) -> None:
        """What a person or the journal does after a restart, with nothing in the way any more."""
        self.faults.begin()
        self.faults.deliver(LATE)
        self.restart()
        self.service.finish_deletions()
        again()
        self.faults.deliver(LATER)

    def verify(self) -> None:
        """Check and repair once; then the library is the model, whole, with nothing beside it."""
        self.faults.begin()
        self.restart()
        repaired = self.repair()
        assert {finding.state for finding in repaired} <= {"repaired"}, repaired
        assert list(self.check.run()) == [], "a second check found something"
        records = self.listed()
        assert sorted(record.image_id for record in records) == sorted(self.expected), "not what the model says"
        for record in records:
            self.verify_image(record)
        kept = {key for record in records for key in (record.key, record.thumbnail_key)}
        assert self.keys() == kept, "objects that nothing names"
        assert self.open_uploads() == [], "uploads that nobody remembers"

    def verify_image(self, record: ImageRecord) -> None:
        path = self.service.download(record, self.folder / "verified", overwrite=True)
        assert digest(path.read_bytes()) == self.expected[record.image_id], "broken"
        self.service.thumbnail(record, 100)

    def abort_uploads(self) -> None:
        uploads = OpenUploads(self.connection)
        for key, upload_id in list(uploads.below("")):
            uploads.abort(key, upload_id)

    def open_uploads(self) -> list[str]:
        return [key for key, _ in OpenUploads(self.connection).below("")]

    def keys(self) -> set[str]:
        answer = self.connection.s3().list_objects_v2(Bucket=self.connection.profile.bucket)
        return {found["Key"] for found in answer.get("Contents", [])}

    def clear(self) -> None:
        """Empty again for the next point."""
        self.faults.begin()
        for held in self.faults.held.values():
            held.clear()
        self.restart()
        for record in self.listed():
            self.service.delete(record.image_id)
        for key in self.keys():
            self.remove_object(key)
        self.abort_uploads()
        self.expected.clear()
        for file in (self.folder / "downloads").glob("*"):
            file.unlink()


@contextmanager
def faulty_library(profile: AwsProfile, folder: Path, way: str) -> Iterator[FaultyLibrary]:
    """Bucket and table without the versions and protections of set-up, which the server would only have to carry."""
    with call_faults() as faults, closing(FaultyConnection(profile, faults, way)) as connection:
        connection.s3().create_bucket(Bucket=profile.bucket)
        connection.dynamodb().create_table(
            TableName=profile.table,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "image_id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "image_id", "AttributeType": "S"}],
        )
        yield FaultyLibrary(connection, faults, folder)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def attempted(action: Any) -> Any:
    """What the action returned, or the error that a person was told."""
    try:
        return action()
    except ImageDeskError as error:
        return error


def is_there(service: StorageService, image_id: str) -> bool:
    try:
        service.show(image_id)
    except NotFound:
        return False
    return True
