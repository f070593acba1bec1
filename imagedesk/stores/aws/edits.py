"""An edit of an item's metadata as one conditional UpdateItem, and what an item says of how it went.

The condition compares what is stored, byte for byte: another client may have written the same metadata in other words,
or as a map. UpdateItem leaves the attributes of other clients alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from imagedesk.core.errors import EditConflict, MalformedRecord, NotFound, NotOwner
from imagedesk.core.image_record import ImageRecord, is_version
from imagedesk.core.metadata import Metadata, dump_metadata
from imagedesk.core.plain_text import plain
from imagedesk.stores.aws.items import record_of

_VERSION = ("metadata", "updated_at")


@dataclass(frozen=True, slots=True)
class Edit:
    """``metadata`` in place of what was ``seen``; None leaves the item without any."""

    seen: ImageRecord
    metadata: Metadata | None
    updated_at: str
    user_id: str

    def request(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of the write, which demands that the item's version is still that of ``item``."""
        conditions, values = ["user_id = :me"], {":me": {"S": self.user_id}, ":now": {"S": self.updated_at}}
        for name in _VERSION:
            if name in item:
                conditions.append(f"#{name} = :old_{name}")
                values[f":old_{name}"] = item[name]
            else:
                conditions.append(f"attribute_not_exists(#{name})")
        change = "SET #updated_at = :now" + (" REMOVE #metadata" if self.metadata is None else ", #metadata = :new")
        if self.metadata is not None:
            values[":new"] = {"S": dump_metadata(self.metadata)}
        return {
            "UpdateExpression": change,
            "ConditionExpression": " AND ".join(conditions),
            "ExpressionAttributeNames": {f"#{name}": name for name in _VERSION},
            "ExpressionAttributeValues": values,
            "ReturnValues": "ALL_NEW",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }

    def done_in(self, item: Mapping[str, Any]) -> ImageRecord | None:
        """The record if the item holds the edit already (an answer was lost), None if it can still be made. Raises
        NotFound, NotOwner, EditConflict."""
        try:
            there = record_of(item)
        except MalformedRecord as error:
            raise NotFound(f"There is no image “{plain(self.seen.image_id)}”: it may have been deleted.") from error
        name = plain(there.filename)
        if there.user_id != self.user_id:
            raise NotOwner(f"“{name}” belongs to {plain(there.user_id)}: only its owner can change it.")
        if (there.metadata, there.updated_at) == (self.metadata, self.updated_at):
            return there
        if not is_version(there, self.seen):
            raise EditConflict(f"The metadata of “{name}” was changed elsewhere meanwhile.")
        return None
