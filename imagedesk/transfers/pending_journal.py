"""What the journal has yet to be told. Controls on the window's thread only note it here; a worker thread writes it."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from imagedesk.core.errors import EnvironmentFault, ImageDeskError
from imagedesk.core.ports import PARTS_FROM
from imagedesk.transfers.journal import TransferJournal
from imagedesk.transfers.transfer import Transfer, TransferKind

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unwritten:
    """Uploads that could not be journalled again and must therefore not run."""

    transfer_ids: tuple[int, ...]
    fault: EnvironmentFault


class PendingJournal:
    """Thread-safe. Downloads are passed over: they are not journalled."""

    def __init__(self, journal: TransferJournal) -> None:
        self._journal = journal
        self._lock = threading.Lock()
        self._due = False
        self._add: dict[int, Transfer] = {}
        self._forget: set[int] = set()
        self._spooled: set[Path] = set()
        self._given_up: dict[str, str] = {}
        self._leftovers = journal.given_up()

    def add(self, transfer: Transfer) -> None:
        """Write the upload again: it was forgotten, and a person wants it after all."""
        if transfer.kind is TransferKind.UPLOAD:
            with self._lock:
                self._forget.discard(transfer.transfer_id)
                self._add[transfer.transfer_id] = transfer
                self._given_up.pop(transfer.image_id, None)
                self._leftovers.pop(transfer.image_id, None)
                self._due = True

    def forget(self, transfer: Transfer, *, with_spooled_file: bool, is_done: bool) -> None:
        """Remove the upload's row and, where its file is ours and of no more use, that. Of a large one that is not
        done, parts may have been left in the store."""
        if transfer.kind is TransferKind.UPLOAD:
            with self._lock:
                self._add.pop(transfer.transfer_id, None)
                self._forget.add(transfer.transfer_id)
                if transfer.spooled and with_spooled_file and transfer.source is not None:
                    self._spooled.add(transfer.source)
                if transfer.total >= PARTS_FROM and not is_done:
                    self._given_up[transfer.image_id] = transfer.user_id
                self._due = True

    def discard_leftovers(self, discard: Callable[[str, str], None], goes_on: Callable[[], bool]) -> None:
        """Call ``discard`` with image id and user of each upload that was given up, once for each. Blocks on store and
        disk; what fails is tried at the next start."""
        while goes_on() and (leftover := self._next_leftover()):
            image_id, user_id = leftover
            try:
                discard(image_id, user_id)
                self._journal.discarded(image_id)
            except ImageDeskError as error:
                log.info("what %s left in the store is looked for at the next start: %s", image_id, error)

    def _next_leftover(self) -> tuple[str, str] | None:
        with self._lock:
            return self._leftovers.popitem() if self._leftovers else None

    def needs(self, transfer_id: int) -> bool:
        """Whether the upload is not in the journal yet."""
        with self._lock:
            return transfer_id in self._add

    def write(self) -> Unwritten | None:
        """Blocks on the disk. What cannot be removed is tried again with the next change: to upload it once more is
        harmless."""
        with self._lock:
            if not self._due:
                return None
            self._due = False
            add, forget, spooled = dict(self._add), set(self._forget), set(self._spooled)
            given_up = dict(self._given_up)
        try:
            if add:
                self._journal.add(list(add.values()))
            if forget:
                self._journal.forget(forget, given_up)
        except EnvironmentFault as fault:
            log.warning("the transfer journal cannot be written: %s", fault)
            self._written(add, set(), set())
            return Unwritten(tuple(add), fault)
        for path in spooled:  # after the row: a row without its file would fail, a file without its row is only litter
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        self._written(add, forget, spooled)
        self._note_leftovers(given_up)
        return None

    def _note_leftovers(self, given_up: dict[str, str]) -> None:
        with self._lock:
            for image_id in given_up.keys() & self._given_up.keys():  # unless a person took it up again meanwhile
                self._leftovers[image_id] = self._given_up.pop(image_id)

    def _written(self, add: dict[int, Transfer], forget: set[int], spooled: set[Path]) -> None:
        with self._lock:
            self._add = {key: transfer for key, transfer in self._add.items() if add.get(key) is not transfer}
            self._forget -= forget - self._add.keys()
            self._spooled -= spooled
