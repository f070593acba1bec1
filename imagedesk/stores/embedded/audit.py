"""What the library check asks of an embedded library: its files and the rows of its catalogue, as values.

A file tells its owner and id by its place; what a crash left half-written lies in the folder of partial files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.changes import LibraryChange
from imagedesk.core.errors import NotFound
from imagedesk.core.os_faults import writing_faults
from imagedesk.core.ownership import ids_of_key, owner_of_key
from imagedesk.core.plain_text import plain
from imagedesk.core.ports import ObjectOrigin, StoredObject, UnfinishedUpload
from imagedesk.core.stored_item import StoredItem, item_of_record
from imagedesk.stores.embedded.faults import reading_faults
from imagedesk.stores.embedded.key_paths import path_of
from imagedesk.stores.embedded.objects import PARTIAL_FOLDER
from imagedesk.stores.embedded.records import CatalogueRecords


class FolderListing:
    """ObjectListing over the folder ``root``. Its clock is this computer's, which stamps the files too."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()

    def server_time(self) -> datetime:
        return datetime.now(UTC)

    def objects(self, prefix: str, cancel: CancelToken | None = None) -> Iterator[StoredObject]:
        """``prefix`` ends with a slash. Hidden files are the system's, not pictures of the library."""
        for folder, folders, names in os.walk(self._root / prefix):
            if cancel is not None:
                cancel.raise_if_cancelled()
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                path = Path(folder, name)
                key = path.relative_to(self._root).as_posix()
                if name.startswith(".") or path_of(self._root, key) is None:
                    continue
                try:
                    status = path.stat()
                except FileNotFoundError:  # deleted since the folder was read
                    continue
                yield StoredObject(key, status.st_size, _moment(status))

    def origin(self, key: str) -> ObjectOrigin | None:
        path = path_of(self._root, key)
        if path is None or not path.is_file():
            raise NotFound(f"There is no file {plain(key)} in the library folder: it may have been moved or deleted.")
        owner, ids = owner_of_key(key), ids_of_key(key)
        if owner is None or not ids:
            return None
        return ObjectOrigin(owner, ids[0], path.name, None)

    def unfinished(self) -> Iterator[UnfinishedUpload]:
        folder = self._root / PARTIAL_FOLDER
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            with reading_faults(path):
                if path.is_file():
                    key = path.relative_to(self._root).as_posix()
                    yield UnfinishedUpload(key, path.name, _moment(path.stat()), shared=True)

    def abort(self, upload: UnfinishedUpload) -> None:
        path = self._root / PARTIAL_FOLDER / Path(upload.upload_id).name
        with writing_faults(path):
            path.unlink(missing_ok=True)


class CatalogueListing:
    """ItemListing over a durable catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._records = CatalogueRecords(catalogue)

    def items(self, cancel: CancelToken | None = None) -> Iterator[StoredItem]:
        for page in self._records.scan(cancel):
            yield from map(item_of_record, page.records)

    def name_thumbnail(self, image_id: str, user_id: str, key: str) -> None:
        record = self._catalogue.get(image_id)
        if record is None or record.user_id != user_id or record.thumbnail_key not in {None, key}:
            raise NotFound(f"The image “{plain(image_id)}” was changed or deleted meanwhile.")
        self._catalogue.apply(LibraryChange(updated=(replace(record, thumbnail_key=key),)))


def _moment(status: os.stat_result) -> datetime:
    return datetime.fromtimestamp(status.st_mtime, UTC)
