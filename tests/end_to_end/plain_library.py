"""A library opened as a process of its own would: nothing shared with another but the folder or the servers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import boto3

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.core.profiles import AwsProfile
from imagedesk.service.library_check import CheckedStores, LibraryCheck
from imagedesk.service.storage_service import StorageService
from imagedesk.stores.aws.audit import BucketListing, TableListing
from imagedesk.stores.aws.connection import AwsConnection
from imagedesk.stores.aws.objects import S3Objects
from imagedesk.stores.aws.records import DynamoRecords
from imagedesk.stores.deletion_notes import FileDeletionNotes
from imagedesk.stores.embedded.audit import CatalogueListing, FolderListing
from imagedesk.stores.embedded.objects import FolderObjects
from imagedesk.stores.embedded.records import CatalogueRecords
from tests.fakes.identity import FakeIdentity
from tests.fakes.picture_reader import FakePictureReader

ME = "ann"
AT_ONCE = timedelta(hours=-1)


class QuickConnection(AwsConnection):
    """On one boto3 session for the whole process, which takes longest to make, and outlives faults of credentials."""

    _kept: ClassVar[boto3.Session | None] = None

    def _opened_session(self) -> boto3.Session:
        if QuickConnection._kept is None:
            QuickConnection._kept = boto3.Session()
        return QuickConnection._kept


@dataclass(frozen=True)
class PlainLibrary:
    sides: CheckedStores
    service: StorageService
    check: LibraryCheck

    def keys(self) -> set[str]:
        return {found.key for prefix in ("images/", "thumbnails/") for found in self.sides.listing.objects(prefix)}


@contextmanager
def opened(folder: Path, profile: AwsProfile | None) -> Iterator[PlainLibrary]:
    """Embedded in ``folder`` without a profile; else only the notes are there."""
    if profile is None:
        with closing(Catalogue(folder / "library.sqlite", durable=True)) as catalogue:
            yield _joined(
                folder,
                CheckedStores(
                    FolderObjects(folder),
                    CatalogueRecords(catalogue),
                    FolderListing(folder),
                    CatalogueListing(catalogue),
                ),
            )
        return
    with closing(QuickConnection(profile)) as connection:
        yield _joined(
            folder,
            CheckedStores(
                S3Objects(connection), DynamoRecords(connection), BucketListing(connection), TableListing(connection)
            ),
        )


def _joined(folder: Path, sides: CheckedStores) -> PlainLibrary:
    notes, pictures, identity = FileDeletionNotes(folder / ".deletions"), FakePictureReader(), FakeIdentity(ME)
    return PlainLibrary(
        sides,
        StorageService(sides.objects, sides.records, pictures, identity, deletions=notes),
        LibraryCheck(sides, pictures, identity, deletions=notes, old_enough=AT_ONCE),
    )
