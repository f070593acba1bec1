"""One open library in the window: its workers and models, built together and closed together, in order.

``open_library`` (off the GUI thread) → ``LibrarySession`` (on it) → ``LibraryContext`` for the widgets.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path
from PySide6.QtCore import QObject, Signal

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.catalogue.known_identity import known_identity, remember_identity
from imagedesk.catalogue.sync import LibrarySync
from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import EnvironmentFault
from imagedesk.core.ownership import Identity
from imagedesk.core.ports import PictureReader
from imagedesk.core.profiles import LibraryProfile
from imagedesk.garbage import set_apart_what_stays
from imagedesk.libraries import OpenLibrary, open_library
from imagedesk.models.access_state import AccessState
from imagedesk.models.browse_state import BrowseState
from imagedesk.models.facet_state import FacetState
from imagedesk.models.gallery_model import GalleryModel
from imagedesk.models.metadata_edits import MetadataEdits
from imagedesk.models.thumbnail_store import ThumbnailStore
from imagedesk.models.transfer_model import TransferModel
from imagedesk.service.library_check import LibraryCheck
from imagedesk.service.running_process import LINES
from imagedesk.service.service_process import ServiceProcess
from imagedesk.settings import Preferences
from imagedesk.transfer_process import apart
from imagedesk.transfers.concurrency import Concurrency
from imagedesk.transfers.journal import TransferJournal
from imagedesk.transfers.queue import TransferQueue
from imagedesk.ui.library_context import LibraryContext
from imagedesk.workers.catalogue_watch import CatalogueWatch
from imagedesk.workers.dragged_files import DraggedFiles
from imagedesk.workers.operation_runner import OperationRunner
from imagedesk.workers.picture_loader import PictureLoader
from imagedesk.workers.sync_worker import SyncWorker
from imagedesk.workers.thumbnail_loader import ThumbnailLoader
from imagedesk.workers.transfer_worker import TransferWorker

MEGABYTE = 1_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Who:
    """``typed`` must be who acts (an option, say); ``preferred`` is who acts where nothing else says it."""

    typed: str | None
    preferred: str | None


@dataclass(frozen=True)
class OpenedLibrary:
    """What opening yields off the GUI thread. The identity is known, so that nothing later waits for it; ``fault`` says
    why the library could not be reached, while its catalogue is shown all the same."""

    library: OpenLibrary
    catalogue: Catalogue
    identity: Identity
    journal: TransferJournal
    fault: EnvironmentFault | None = None
    transfers: ServiceProcess | None = None  # where they run, unless in this process


def open_for_window(
    profile: LibraryProfile, pictures: PictureReader, who: Who, data_folder: Path, cache_folder: Path
) -> OpenedLibrary:
    """Blocks on disk and, on AWS, on the question who we are. Raises only errors of ``core.errors``."""
    library = open_library(
        profile,
        pictures,
        typed_user=who.typed,
        preferred_user=who.preferred,
        with_catalogue=True,
        cache_folder=cache_folder,
    )
    try:
        assert library.catalogue is not None
        identity, fault = _identity(library, cache_folder)
        journal = TransferJournal(data_folder / "transfers.sqlite")
    except BaseException:
        library.close()
        raise
    transfers = apart(library, who.typed, who.preferred)
    return OpenedLibrary(library, library.catalogue, identity, journal, fault, transfers)


def _identity(library: OpenLibrary, cache_folder: Path) -> tuple[Identity, EnvironmentFault | None]:
    """Who acts. Of a library that cannot be asked now: who it was the last time, and why it cannot."""
    if library.is_embedded:
        return library.service.identity(), None
    try:
        identity = library.service.identity()
    except EnvironmentFault as fault:
        if (known := known_identity(cache_folder)) is None:
            raise
        return known, fault
    remember_identity(cache_folder, identity)
    return identity, None


class LibrarySession(QObject):
    """Owns the threads of one library. ``close`` ends them all, within its bound, before the stores close.

    Signal: ``bug_found(str)``, a summary of an exception that is our own fault.
    """

    bug_found = Signal(str)

    def __init__(self, opened: OpenedLibrary, parent: QObject) -> None:
        super().__init__(parent)
        self._opened = opened
        self._was_offline = opened.fault is not None
        library, catalogue = opened.library, opened.catalogue
        self._operations = OperationRunner("operations", threads=2, parent=self)
        self._reader = OperationRunner("catalogue", threads=1, newest_first=True, parent=self)
        # On a thread of its own: counting what a letter matches takes longer than finding the rows to show for it.
        self._counter = OperationRunner("facets", threads=1, parent=self)
        drag_folder = user_cache_path("ImageDesk", appauthor=False) / "dragged"
        self._dragged = DraggedFiles(library.service, self._operations, drag_folder, parent=self)
        self._thumbnail_loader = ThumbnailLoader(library.service, parent=self)
        self._runners = (self._operations, self._reader, self._counter)
        self._pictures = PictureLoader(library.service, parent=self)
        self._watch = CatalogueWatch(catalogue, parent=self)
        self._queue = TransferQueue(opened.journal, concurrency=_concurrency(opened))
        self._transfers = TransferWorker(
            self._queue,
            library.service,
            catalogue.apply,
            find_by_sha256=catalogue.find_by_sha256,
            transfers=opened.transfers,
            parent=self,
        )
        self._sync = None if library.is_embedded else SyncWorker(LibrarySync(library.records, catalogue), parent=self)
        self.context = self._build_context()
        self._wire()

    def _build_context(self) -> LibraryContext:
        library, catalogue = self._opened.library, self._opened.catalogue
        browse = BrowseState(parent=self)
        thumbnails = ThumbnailStore(self._thumbnail_loader, parent=self)
        return LibraryContext(
            profile=library.profile,
            location=library.location,
            identity=self._opened.identity,
            offers_links=library.offers_links,
            service=library.service,
            apply_change=catalogue.apply,
            access=AccessState(library.access, self._operations, self._opened.identity.user_id, parent=self),
            browse=browse,
            gallery=GalleryModel(catalogue, self._reader, me=self._opened.identity.user_id, parent=self),
            facets=FacetState(catalogue, self._counter, me=self._opened.identity.user_id, parent=self),
            thumbnails=thumbnails,
            transfers=self._transfers,
            transfer_model=TransferModel(parent=self),
            pictures=self._pictures,
            operations=self._operations,
            edits=MetadataEdits(
                library.service, catalogue.apply, self._operations, self._opened.identity.user_id, parent=self
            ),
            dragged=self._dragged,
            sync=self._sync,
        )

    def _wire(self) -> None:
        context = self.context
        context.browse.query_changed.connect(context.gallery.set_query)
        context.browse.query_changed.connect(context.facets.set_query)
        self._watch.catalogue_changed.connect(context.gallery.refresh)
        self._watch.catalogue_changed.connect(context.facets.refresh)
        self._transfers.changed.connect(context.transfer_model.apply)
        for worker in (*self._runners, self._thumbnail_loader, self._pictures, self._transfers):
            worker.bug_found.connect(self.bug_found)
        if self._sync is not None:
            self._sync.bug_found.connect(self.bug_found)
            self._sync.sync_finished.connect(self._on_synced)
            self._sync.sync_failed.connect(self._on_sync_failed)

    def use(self, preferences: Preferences) -> None:
        """What a person prefers that concerns this library's work; at any time."""
        limit = preferences.bandwidth_limit
        self._transfers.limit_bandwidth(limit * MEGABYTE if limit is not None else None)
        if (cache := self._opened.library.thumbnail_files) is not None:
            cache.limit(preferences.thumbnail_cache_mb * MEGABYTE)

    def measure_thumbnails(self, use: Callable[[int | None], object]) -> None:
        """Trim the cache to its bound, then tell its bytes; None where the library needs none."""
        if (cache := self._opened.library.thumbnail_files) is None:
            use(None)
        else:
            self._operations.start(lambda _cancel: cache.trim(), use, _ignore)

    @property
    def check(self) -> LibraryCheck:
        """Compares the two sides of the library; blocks, for a worker."""
        return self._opened.library.check

    @property
    def fault(self) -> EnvironmentFault | None:
        """Why the library could not be reached when it was opened."""
        return self._opened.fault

    def start(self) -> None:
        """Begin: show what is in the catalogue, go on with the journalled transfers, look for news."""
        self.context.gallery.set_query(self.context.browse.query)
        self.context.facets.set_query(self.context.browse.query)
        self._transfers.start()
        self.context.access.refresh()
        self._operations.start(self._finish_deletions, _ignore, _ignore)
        if self._sync is not None:
            self._sync.start()
        set_apart_what_stays()

    def _finish_deletions(self, _cancel: CancelToken) -> int:
        """What deletions left when they were interrupted; what cannot be done now is done at another start."""
        return self._opened.library.service.finish_deletions()

    def _on_sync_failed(self, _error: object) -> None:
        self._was_offline = True

    def _on_synced(self, _report: object) -> None:
        """The library answers again: what failed for the network's sake is tried anew."""
        if self._was_offline:
            self._was_offline = False
            self._queue.end_outage()
            self.context.thumbnails.retry_failed()
            self.context.access.refresh()

    def close(self, timeout_ms: int = 2000) -> None:
        """Refuse new work, cancel, wait with a bound, close the stores. Unfinished uploads stay in the journal."""
        if self._sync is not None:
            self._sync.stop()
        self._transfers.shutdown(timeout_ms)
        for worker in (*self._runners, self._thumbnail_loader, self._pictures, self._watch):
            worker.shutdown(timeout_ms)
        self._dragged.close()
        close_unused(self._opened)


def _concurrency(opened: OpenedLibrary) -> Concurrency:
    """What is busy is the process that transfers."""
    if (transfers := opened.transfers) is None:
        return Concurrency(opened.library.transfers_at_once)
    return Concurrency(lambda: min(LINES, transfers.at_once), processor=transfers.processor_seconds)


def _ignore(_outcome: object) -> None:
    """Nobody waits for it."""


def close_unused(opened: OpenedLibrary, _cancel: CancelToken | None = None) -> None:
    """Close what was opened, once nothing uses it any more, or for a window that went away meanwhile."""
    if opened.transfers is not None:
        opened.transfers.close()
    opened.journal.close()
    opened.library.close()
