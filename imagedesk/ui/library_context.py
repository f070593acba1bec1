"""What the window is given of an open library. Built and closed by ``session``; widgets only use it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from imagedesk.core.changes import LibraryChange
from imagedesk.core.ownership import Identity
from imagedesk.core.profiles import LibraryProfile
from imagedesk.models.access_state import AccessState
from imagedesk.models.browse_state import BrowseState
from imagedesk.models.facet_state import FacetState
from imagedesk.models.gallery_model import GalleryModel
from imagedesk.models.metadata_edits import MetadataEdits
from imagedesk.models.thumbnail_store import ThumbnailStore
from imagedesk.models.transfer_model import TransferModel
from imagedesk.service.storage_service import StorageService
from imagedesk.workers.dragged_files import DraggedFiles
from imagedesk.workers.operation_runner import OperationRunner
from imagedesk.workers.picture_loader import PictureLoader
from imagedesk.workers.sync_worker import SyncWorker
from imagedesk.workers.transfer_worker import TransferWorker


@dataclass(frozen=True)
class LibraryContext:
    """``sync`` is None on an embedded library, which has nothing to be mirrored."""

    profile: LibraryProfile
    location: str
    identity: Identity
    offers_links: bool
    service: StorageService
    apply_change: Callable[[LibraryChange], None]
    access: AccessState
    browse: BrowseState
    gallery: GalleryModel
    facets: FacetState
    thumbnails: ThumbnailStore
    transfers: TransferWorker
    transfer_model: TransferModel
    pictures: PictureLoader
    operations: OperationRunner
    edits: MetadataEdits
    dragged: DraggedFiles
    sync: SyncWorker | None

    @property
    def me(self) -> str:
        return self.identity.user_id
