"""Who an image belongs to, and the ids and object keys in which that can be read.

An id is ``{user_id}!{time-ordered part}``, so that IAM can compare it with the caller ("Using IAM policy conditions
for fine-grained access control", Amazon DynamoDB Developer Guide). ``!`` is no character of a user id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from imagedesk.core.errors import InvalidUser, MissingUser
from imagedesk.core.file_names import safe_file_name
from imagedesk.core.plain_text import plain

_USER_ID = re.compile(r"[A-Za-z0-9._@+=,-]{1,64}")
OWNER_MARK = "!"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who acts. ``verified`` says that the credentials prove it; ``source`` tells a person where it comes from."""

    user_id: str
    verified: bool
    source: str


def checked_user_id(user_id: str | None) -> str:
    """``user_id`` if it can be used; raises MissingUser or InvalidUser."""
    if user_id is None or not user_id.strip():
        raise MissingUser
    # "." and ".." fit the pattern but would climb out of a folder.
    if not _USER_ID.fullmatch(user_id) or user_id in {".", ".."}:
        raise InvalidUser(f"“{plain(user_id, 80)}” cannot be a user name: use 1 to 64 letters, digits or . _ @ + = , -")
    return user_id


def new_image_id(user_id: str, unique_part: str) -> str:
    return f"{user_id}{OWNER_MARK}{unique_part}"


def owner_in_id(image_id: str) -> str | None:
    """The owner that the id itself names, or None for an id of an older client (a bare UUID, say)."""
    owner, mark, _ = image_id.partition(OWNER_MARK)
    return owner if mark else None


def unique_part(image_id: str) -> str:
    return image_id.rpartition(OWNER_MARK)[2]


def object_key(image_id: str, user_id: str, filename: str, extension: str = "") -> str:
    """``images/{user_id}/{id part}/{safe filename}``; ``extension`` names a file that has no usable name."""
    return object_prefix(image_id, user_id) + safe_file_name(filename, f"image{extension}")


def object_prefix(image_id: str, user_id: str) -> str:
    """What the key of the image's object begins with, whatever its name."""
    return f"images/{user_id}/{unique_part(image_id)}/"


def thumbnail_key(image_id: str, user_id: str) -> str:
    return f"thumbnails/{user_id}/{unique_part(image_id)}.webp"


def owns_key(user_id: str, key: str) -> bool:
    """Whether the key lies below the user's own prefixes, the only objects that the user's actions may remove."""
    return key.startswith((f"images/{user_id}/", f"thumbnails/{user_id}/"))


def owner_of_key(key: str) -> str | None:
    """Whose prefix the key lies below; None for a key of no such form."""
    parts = key.split("/")
    return parts[1] if len(parts) > 2 and parts[0] in {"images", "thumbnails"} and parts[1] else None


def ids_of_key(key: str) -> tuple[str, ...]:
    """The ids that an image with this key, or this thumbnail, can have: one with its owner, and an older client's."""
    parts = key.split("/")
    if len(parts) < 3:
        return ()
    part = parts[2] if parts[0] == "images" else parts[2].rpartition(".")[0]
    return (new_image_id(parts[1], part), part) if part else ()
