"""What goes beside an object's bytes: headers for a browser, and who and what it is for the library check."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from urllib.parse import quote, unquote

from imagedesk.core.file_names import safe_file_name
from imagedesk.core.media_types import ACCEPTED
from imagedesk.core.metadata import dump_metadata, read_metadata
from imagedesk.core.ports import ObjectDescription, ObjectOrigin

_LONGEST_NAME = 1000  # characters once encoded
# "Working with object metadata" (Amazon S3 User Guide): all names and values of an object's user metadata together.
# S3 does not count the prefix; some servers do.
_MOST_BYTES, _PREFIX = 2048, len("x-amz-meta-")
_METADATA = "metadata"
_SHOWN_IN_BROWSER = frozenset(media_type.mime for media_type in ACCEPTED)


def content_disposition(filename: str, content_type: str) -> str:
    """RFC 6266, with the safe name in ASCII for old clients and in UTF-8 (RFC 8187) for all others.

    Only a picture opens in the browser: a script in an SVG or an HTML page must not run where the bucket is.
    """
    name = safe_file_name(filename)
    kind = "inline" if content_type in _SHOWN_IN_BROWSER else "attachment"
    ascii_name = name if name.isascii() else "".join(c if " " <= c <= "~" else "_" for c in name)
    return f"{kind}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"


def object_metadata(description: ObjectDescription) -> dict[str, str]:
    """The ``x-amz-meta-*`` that let an orphan be finished: header values are ASCII, so they are percent-encoded. Free
    metadata goes along where there is room."""
    told = {
        "owner": description.user_id,
        "image-id": quote(description.image_id, safe="!@+=,"),
        "name": _encoded_name(description.filename),
        "sha256": description.sha256,
    }
    if description.metadata:
        told[_METADATA] = quote(dump_metadata(description.metadata), safe="{}[]:,")
        if sum(_PREFIX + len(name) + len(value) for name, value in told.items()) > _MOST_BYTES:
            del told[_METADATA]
    return told


def origin_of(told: Mapping[str, str], key: str) -> ObjectOrigin | None:
    """What ``object_metadata`` told, by names in lower case; None where it is too little to finish an orphan."""
    if not told.get("owner") or not told.get("image-id"):
        return None
    return ObjectOrigin(
        told["owner"],
        unquote(told["image-id"]),
        unquote(told.get("name", "")) or key.rpartition("/")[2],
        told.get("sha256") or None,
        read_metadata(unquote(told.get(_METADATA, ""))),
    )


def checksum_header(sha256: str) -> str:
    """The hexadecimal digest as S3 writes it: base64 of the bytes."""
    return base64.b64encode(bytes.fromhex(sha256)).decode("ascii")


def _encoded_name(filename: str) -> str:
    name = filename.encode("utf-8", "replace").decode()
    while len(encoded := quote(name, safe="")) > _LONGEST_NAME:
        name = name[: len(name) * 9 // 10]
    return encoded
