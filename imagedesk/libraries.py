"""Opens library profiles: joins the stores with the service. Beside ``app`` the one place that knows the stores.

boto3 loads only when an AWS profile is opened.
"""

from __future__ import annotations

import contextlib
import getpass
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.catalogue.thumbnail_files import ThumbnailFiles
from imagedesk.core.ownership import Identity, checked_user_id
from imagedesk.core.ports import AccessCheck, LibrarySetup, PictureReader, RecordStore, SetupStep
from imagedesk.core.profiles import AwsProfile, EmbeddedProfile, LibraryProfile
from imagedesk.core.server_keys import ServerKeys
from imagedesk.library_choice import library_data_name
from imagedesk.pictures.stripping.remover import CameraDataRemover
from imagedesk.service.library_check import CheckedStores, LibraryCheck
from imagedesk.service.storage_service import StorageService
from imagedesk.service.transfer_service import Throttle
from imagedesk.stores.deletion_notes import DELETIONS_FOLDER, FileDeletionNotes
from imagedesk.stores.system_keyring import SystemKeyring

if TYPE_CHECKING:
    from imagedesk.stores.aws.connection import AwsConnection

_AT_ONCE_ON_DISK = 4
_MOST_AT_ONCE = 32


@dataclass(frozen=True)
class OpenLibrary:
    """``location`` says in the status line where the library is. ``catalogue`` is None for a remote library that was
    opened without a mirror (the headless commands); ``access`` is None where no permissions but the folder's count;
    ``thumbnail_files``, where thumbnails are kept on this computer besides; ``transfers_at_once`` tells how many the
    stores bear now; ``throttle`` is that of the services behind it, None of a folder's."""

    profile: LibraryProfile
    service: StorageService
    records: RecordStore
    catalogue: Catalogue | None
    check: LibraryCheck
    location: str
    is_embedded: bool
    on_close: tuple[Callable[[], None], ...]
    transfers_at_once: Callable[[], int]
    access: AccessCheck | None = None
    thumbnail_files: ThumbnailFiles | None = None
    throttle: Throttle | None = None

    @property
    def offers_links(self) -> bool:
        return not self.is_embedded

    def close(self) -> None:
        for close in self.on_close:
            close()


@dataclass(frozen=True)
class SignIn:
    """What the profile does not tell: ``keys`` of a server that is not Amazon's, typed and not kept yet; and who asks a
    person for the MFA code of a role (given botocore's prompt), None where nobody can be asked."""

    keys: ServerKeys | None = None
    ask_for_code: Callable[[str], str] | None = None


@dataclass(frozen=True)
class TypedIdentity:
    """A name that nothing verifies. ``user`` None means the login name; an empty one is MissingUser."""

    user: str | None

    def identity(self) -> Identity:
        user = login_name() if self.user is None else self.user
        return Identity(checked_user_id(user), False, "typed" if self.user is not None else "login name")


def open_library(
    profile: LibraryProfile,
    pictures: PictureReader,
    *,
    typed_user: str | None,
    preferred_user: str | None = None,
    with_catalogue: bool,
    cache_folder: Path | None = None,
    sign_in: SignIn = SignIn(),
) -> OpenLibrary:
    """``typed_user`` must be who acts; ``preferred_user`` is who acts where nothing else says it.

    Makes an embedded library's folder on first use. ``cache_folder`` holds a remote library's mirror, thumbnails and
    scratch files. Reaches no network yet.
    """
    if isinstance(profile, EmbeddedProfile):
        return _open_embedded(profile, pictures, preferred_user if typed_user is None else typed_user)
    users = typed_user, preferred_user
    return _open_aws(profile, pictures, users, sign_in, cache_folder, with_catalogue=with_catalogue)


def plan_library(
    profile: LibraryProfile, *, add_indexes: bool = False, sign_in: SignIn = SignIn()
) -> Iterator[SetupStep]:
    """What ``set_up_library`` would do, step by step; changes nothing."""
    with _setup_of(profile, sign_in, add_indexes=add_indexes) as setup:
        yield from setup.plan()


def set_up_library(
    profile: LibraryProfile, *, add_indexes: bool = False, sign_in: SignIn = SignIn()
) -> Iterator[SetupStep]:
    """Create or adopt what the profile names, step by step. ``add_indexes``: also to a table that others made."""
    with _setup_of(profile, sign_in, add_indexes=add_indexes) as setup:
        yield from setup.run()


def keep_keys(before: AwsProfile, profile: AwsProfile, keys: ServerKeys | None) -> None:
    """Keep typed keys in the system keyring under ``profile``; without any, those that ``before`` has go along to its
    new name. May wait for a person to unlock the keyring. Raises KeyringUnavailable, InvalidCredentials."""
    keyring = SystemKeyring()
    keyring.save(profile, keys or keyring.load(before))
    if before.keys_in_keyring and (before.name, before.own_servers) != (profile.name, profile.own_servers):
        keyring.forget(before)


def forget_keys(profile: AwsProfile) -> None:
    """Remove the library's keys from the system keyring. Raises KeyringUnavailable."""
    SystemKeyring().forget(profile)


@contextlib.contextmanager
def _setup_of(profile: LibraryProfile, sign_in: SignIn, *, add_indexes: bool) -> Iterator[LibrarySetup]:
    if isinstance(profile, EmbeddedProfile):
        from imagedesk.stores.embedded.setup import EmbeddedSetup

        yield EmbeddedSetup(profile.folder)
        return
    from imagedesk.stores.aws.setup import AwsSetup

    with contextlib.closing(_connection(profile, sign_in)) as connection:
        yield AwsSetup(connection, add_indexes=add_indexes)


def _connection(profile: AwsProfile, sign_in: SignIn) -> AwsConnection:
    from imagedesk.stores.aws.connection import AwsConnection

    ask, keys = sign_in.ask_for_code, sign_in.keys
    if keys is not None:
        return AwsConnection(profile, lambda: keys, ask_for_code=ask)
    if profile.keys_in_keyring:
        return AwsConnection(profile, lambda: SystemKeyring().load(profile), "in the system keyring", ask)
    return AwsConnection(profile, ask_for_code=ask)


def login_name() -> str:
    """The computer's login name in the alphabet of user ids; empty if there is none."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
    return re.sub(r"[^A-Za-z0-9._@+=,-]", "_", name)[:64]


def _open_embedded(profile: EmbeddedProfile, pictures: PictureReader, typed_user: str | None) -> OpenLibrary:
    from imagedesk.stores.embedded.audit import CatalogueListing, FolderListing
    from imagedesk.stores.embedded.objects import FolderObjects
    from imagedesk.stores.embedded.records import CatalogueRecords
    from imagedesk.stores.embedded.reserve import Reserve
    from imagedesk.stores.embedded.setup import DATABASE_NAME, EmbeddedSetup

    for _step in EmbeddedSetup(profile.folder).run():
        pass
    catalogue = Catalogue(profile.folder / DATABASE_NAME, durable=True)
    reserve = Reserve(profile.folder)
    reserve.keep()
    objects, records = FolderObjects(profile.folder), CatalogueRecords(catalogue, reserve)
    identity, notes = TypedIdentity(typed_user), FileDeletionNotes(profile.folder / DELETIONS_FOLDER)
    service = StorageService(
        objects, records, pictures, identity, deletions=notes, camera_data=CameraDataRemover(pictures)
    )
    stores = CheckedStores(objects, records, FolderListing(profile.folder), CatalogueListing(catalogue))
    return OpenLibrary(
        profile=profile,
        service=service,
        records=records,
        catalogue=catalogue,
        check=LibraryCheck(stores, pictures, identity, deletions=notes),
        location=f"Library folder: {_short(profile.folder)}",
        is_embedded=True,
        on_close=(catalogue.close,),
        transfers_at_once=lambda: _AT_ONCE_ON_DISK,
    )


def _open_aws(
    profile: AwsProfile,
    pictures: PictureReader,
    users: tuple[str | None, str | None],
    sign_in: SignIn,
    cache_folder: Path | None,
    *,
    with_catalogue: bool,
) -> OpenLibrary:
    from imagedesk.stores.aws.access_check import AwsAccessCheck
    from imagedesk.stores.aws.audit import BucketListing, TableListing
    from imagedesk.stores.aws.identity import AwsIdentity
    from imagedesk.stores.aws.objects import S3Objects
    from imagedesk.stores.aws.records import DynamoRecords

    connection = _connection(profile, sign_in)
    catalogue: Catalogue | None = None
    thumbnails: ThumbnailFiles | None = None
    if with_catalogue and cache_folder is not None:
        catalogue = Catalogue(cache_folder / "catalogue.sqlite", durable=False)
        thumbnails = ThumbnailFiles(cache_folder / "thumbnails")
    objects, records = S3Objects(connection), DynamoRecords(connection)
    identity = AwsIdentity(connection, users[0], users[1] or login_name())
    notes = FileDeletionNotes(_data_folder(profile) / "deletions")
    scratch = cache_folder / "scratch" if cache_folder is not None else None
    service = StorageService(
        objects,
        records,
        pictures,
        identity,
        thumbnails=thumbnails,
        scratch=scratch,
        deletions=notes,
        camera_data=CameraDataRemover(pictures),
    )
    stores = CheckedStores(objects, records, BucketListing(connection), TableListing(connection))
    closes: tuple[Callable[[], None], ...] = (service.close, connection.close)
    return OpenLibrary(
        profile=profile,
        service=service,
        records=records,
        catalogue=catalogue,
        check=LibraryCheck(stores, pictures, identity, deletions=notes, scratch=scratch),
        location=_aws_location(profile),
        is_embedded=False,
        on_close=closes if catalogue is None else (catalogue.close, *closes),
        transfers_at_once=lambda: min(_MOST_AT_ONCE, connection.limiters.at_once),
        access=AwsAccessCheck(connection),
        thumbnail_files=thumbnails,
        throttle=connection.limiters,
    )


def _aws_location(profile: AwsProfile) -> str:
    place = profile.s3_endpoint_url or profile.region
    names = f"{profile.bucket} / {profile.table}"
    return f"{place} · {names}" if place else names


def _data_folder(profile: LibraryProfile) -> Path:
    """Where this computer keeps what must not be lost of a remote library, the same for window and commands."""
    return platformdirs.user_data_path("ImageDesk", appauthor=False) / library_data_name(profile)


def _short(folder: Path) -> str:
    """``Pictures/ImageDesk`` for a folder at home, else the whole path."""
    with contextlib.suppress(ValueError, RuntimeError):
        return str(folder.relative_to(Path.home()))
    return str(folder)
