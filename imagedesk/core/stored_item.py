"""An item of the table as the library check sees it: also one that no listing shows, malformed or forged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from imagedesk.core.errors import MalformedRecord
from imagedesk.core.image_record import ImageRecord, record_from_fields
from imagedesk.core.ownership import owner_in_id, owner_of_key


@dataclass(frozen=True, slots=True)
class StoredItem:
    """``record`` is None for an item that cannot be read; ``keys`` are those that it names all the same, so that the
    check leaves their objects alone. ``forgery`` says in which way its owner is not who it claims, empty if he is."""

    image_id: str
    user_id: str | None
    keys: tuple[str, ...]
    record: ImageRecord | None
    fault: str = ""
    forgery: str = ""


def item_of_record(record: ImageRecord) -> StoredItem:
    keys = tuple(key for key in (record.key, record.thumbnail_key) if key)
    return StoredItem(record.image_id, record.user_id, keys, record, forgery=forgery_of(record.image_id, keys, record))


def item_of_fields(fields: Mapping[str, object]) -> StoredItem:
    """``fields`` are the plain attributes of an item that any client wrote."""
    image_id, user_id = str(fields.get("image_id", "")), fields.get("user_id")
    keys = tuple(key for name in ("s3_key", "thumbnail_key") if isinstance(key := fields.get(name), str) and key)
    owner = user_id if isinstance(user_id, str) else None
    try:
        record, fault = record_from_fields(fields), ""
    except MalformedRecord as error:
        record, fault = None, str(error)
    return StoredItem(image_id, owner, keys, record, fault, forgery_of(image_id, keys, record, owner))


def forgery_of(
    image_id: str, keys: tuple[str, ...], record: ImageRecord | None = None, user_id: str | None = None
) -> str:
    """In which way the id or a key names another owner than the item does; empty if none does."""
    owner = record.user_id if record is not None else user_id
    if owner is None:
        return ""
    if owner_in_id(image_id) not in {None, owner}:
        return "the id names another owner than the item"
    if any(owner_of_key(key) not in {None, owner} for key in keys):
        return "it names an object of another owner"
    return ""
