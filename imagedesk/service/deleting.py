"""Delete: the conditional delete of the item is the commit; the objects follow.

A note on this computer, written before the commit, survives a crash in between: ``finish_deletions`` then removes the
objects, so that what somebody deleted is never taken for an upload that did not finish.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from imagedesk.core.errors import EnvironmentFault, NotFound, Refused
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.ownership import owns_key
from imagedesk.core.ports import DeletionNotes, ObjectStore, RecordStore


@dataclass(frozen=True, slots=True)
class Deleting:
    """``notes`` None: a crash between item and objects leaves orphans to the library check."""

    objects: ObjectStore
    records: RecordStore
    notes: DeletionNotes | None

    def run(self, image_id: str, user_id: str) -> ImageRecord:
        """Raises NotFound or NotOwner, from the write itself. What fails after the commit is finished later, and is no
        failure to the person: the image is gone."""
        noted: list[ImageRecord] = []

        def note(record: ImageRecord) -> None:
            if record.user_id == user_id:
                noted.append(record)
                self._note(record)

        try:
            record = self.records.delete(image_id, user_id, note)
        except NotFound:
            # It was there a moment ago: a delete of ours may have been done twice, its first answer lost.
            for record in noted:
                self._remove_objects(record)
            raise
        except Refused:
            self._forget(image_id)
            raise
        self._remove_objects(record)
        return record

    def finish_pending(self) -> int:
        """Remove the objects of deletions that did not get so far; returns how many remain. Raises
        EnvironmentFault."""
        left = 0
        for record in self.notes.pending() if self.notes is not None else ():
            try:
                self.records.get(record.image_id)
            except NotFound:
                left += not self._remove_objects(record)
            else:
                left += 1  # not deleted, or not yet: its request may still be on its way
        return left

    def _remove_objects(self, record: ImageRecord) -> bool:
        for key in (record.key, record.thumbnail_key):
            # The key comes from an item that anybody with write access may have forged.
            if key is not None and owns_key(record.user_id, key):
                try:
                    self.objects.delete(key)
                except EnvironmentFault:
                    return False
        self._forget(record.image_id)
        return True

    def _note(self, record: ImageRecord) -> None:
        with contextlib.suppress(EnvironmentFault):  # a full disk must not keep anybody from deleting
            if self.notes is not None:
                self.notes.note(record)

    def _forget(self, image_id: str) -> None:
        if self.notes is not None:
            self.notes.forget(image_id)
