"""Each headless command as one function over an open library. Errors leave as ``core.errors``; ``run`` prints them."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
from datetime import UTC, timedelta
from pathlib import Path

from imagedesk.commands.answers import image_fields, print_error, print_json, print_lines, print_note, table_lines
from imagedesk.commands.check_command import check
from imagedesk.commands.picture_files import picture_files
from imagedesk.core.camera_data import CameraData, removed_text
from imagedesk.core.errors import (
    AlreadyExists,
    CannotWrite,
    EnvironmentFault,
    ImageDeskError,
    InvalidLimit,
    InvalidRequest,
    LinksNotOffered,
)
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.media_types import ACCEPTED_LABELS, mime_for_name
from imagedesk.core.metadata import dump_metadata, parse_metadata
from imagedesk.core.os_faults import shown, writing_faults
from imagedesk.core.ownership import checked_user_id
from imagedesk.core.plain_text import plain
from imagedesk.core.query import StoreFilter
from imagedesk.libraries import OpenLibrary
from imagedesk.service.uploading import UploadRequest

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def upload(library: OpenLibrary, arguments: argparse.Namespace) -> int:
    """Each file by itself: one that cannot be uploaded is told on standard error and the rest goes on."""
    metadata = parse_metadata(arguments.metadata)
    user_id = library.service.identity().user_id
    found = picture_files(arguments.files)
    for path, fault in found.faults:
        print_error(fault, as_json=arguments.json, file=str(path) if found.count > 1 else None)
    failed = len(found.faults)
    for file in found.files:
        request = UploadRequest(
            file, user_id, arguments.filename, metadata, camera_data=CameraData(arguments.camera_data)
        )
        try:
            record = library.service.upload(request)
        except ImageDeskError as error:
            print_error(error, as_json=arguments.json, file=str(file) if found.count > 1 else None)
            failed += 1
            continue
        _print_uploaded(library, record, as_json=arguments.json)
    if found.skipped:
        files = "other or hidden file" if found.skipped == 1 else "other or hidden files"
        print_note(f"Passed over in the folders: {found.skipped} {files}.", as_json=arguments.json)
    if failed and found.count > 1 and not arguments.json:  # a script counts the errors itself
        print_note(f"{failed} of {found.count} could not be uploaded.", as_json=False)
    return 1 if failed else 0


def _print_uploaded(library: OpenLibrary, record: ImageRecord, *, as_json: bool) -> None:
    url = library.service.url(record)
    if as_json:
        print_json(
            {
                "image_id": record.image_id,
                "user_id": record.user_id,
                "filename": record.filename,
                "s3_url": url,
                "size": record.size,
                **({"removed": list(record.removed)} if record.removed else {}),
            }
        )
    else:
        removed = f"  (removed: {removed_text(record.removed)})" if record.removed else ""
        print_lines([f"{record.image_id}  {plain(record.filename)}{removed}"])


def list_images(library: OpenLibrary, arguments: argparse.Namespace) -> int:
    user_id = getattr(arguments, "user", None)
    store_filter = StoreFilter(
        checked_user_id(user_id) if user_id is not None else None,
        wanted_type(arguments.type),
    )
    listing = library.service.list_images(store_filter, arguments.limit, arguments.cursor)
    if arguments.json:
        images = [image_fields(record, library.service.url(record)) for record in listing.records]
        answer = {"count": len(images), "images": images, "next_cursor": listing.next_cursor}
        print_json(answer if not listing.skipped else {**answer, "skipped": listing.skipped})
        return 0
    print_lines(table_lines(listing.records) if listing.records else ["No images."])
    if listing.skipped:
        print_note(f"Damaged items that were passed over: {listing.skipped}.", as_json=False)
    if listing.next_cursor:
        print_lines([f"More: --cursor {listing.next_cursor}"])
    return 0


def show(library: OpenLibrary, arguments: argparse.Namespace) -> int:
    record = library.service.show(arguments.image_id)
    fields = image_fields(record, library.service.url(record))
    if arguments.json:
        print_json(fields)
    else:
        if record.metadata is not None:
            fields["metadata"] = dump_metadata(record.metadata)
        if record.removed:
            fields["removed"] = removed_text(record.removed)
        print_lines(f"{name + ':':<15}{plain(str(value), 2000)}" for name, value in fields.items())
    return 0


def download(library: OpenLibrary, arguments: argparse.Namespace) -> int:
    output = output_path(arguments.output)
    if os.path.lexists(output) and not os.path.isdir(output) and not arguments.overwrite:  # noqa: PTH112
        raise AlreadyExists(f"{shown(output)} is there already: choose another --output, or add --overwrite.")
    record = library.service.show(arguments.image_id)
    path = library.service.download(record, output, overwrite=arguments.overwrite)
    if arguments.json:
        print_json({"image_id": record.image_id, "path": str(path), "size": record.size})
    else:
        print_lines([shown(path)])
    return 0


def share(library: OpenLibrary, arguments: argparse.Namespace) -> int:
    lifetime = parse_lifetime(arguments.expires)
    record = library.service.show(arguments.image_id)
    if not library.offers_links:
        path = library.service.local_path(record)
        raise LinksNotOffered(
            f"A library on this computer has no links; they need S3. The file is {shown(path) if path else 'here'}."
        )
    link = library.service.share(record, lifetime)
    expires = link.expires_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if link.warning:
        print_note(link.warning, as_json=arguments.json)
    if arguments.json:
        print_json(
            {
                "image_id": record.image_id,
                "presigned_url": link.url,
                "expires_at": expires,
                "metadata": record.metadata or {},
            }
        )
    else:
        print_lines([link.url, f"Works until {link.expires_at.astimezone():%Y-%m-%d %H:%M}."])
    return 0


def edit(library: OpenLibrary, arguments: argparse.Namespace) -> int:
    """The fields that are given, as JSON Merge Patch (RFC 7396) on the outermost level; null removes a field."""
    changes = parse_metadata(arguments.metadata) or {}
    seen = library.service.show(arguments.image_id)
    fields = {**(seen.metadata or {}), **changes}
    record = library.service.edit(
        seen, {name: value for name, value in fields.items() if changes.get(name, 0) is not None}
    )
    if arguments.json:
        print_json({"image_id": record.image_id, "metadata": record.metadata or {}, "updated_at": record.updated_at})
    else:
        print_lines([f"{plain(record.filename)}  {plain(dump_metadata(record.metadata or {}), 2000)}"])
    return 0


def delete(library: OpenLibrary, arguments: argparse.Namespace) -> int:
    record = library.service.delete(arguments.image_id)
    with contextlib.suppress(EnvironmentFault):  # this image is gone; what another deletion left can wait
        library.service.finish_deletions()
    if arguments.json:
        print_json({"message": "Image deleted successfully", "image_id": record.image_id})
    else:
        print_lines([f"Deleted {plain(record.filename)}."])
    return 0


def output_path(text: str | None) -> Path:
    """Where a download goes; this folder for None. Raises CannotWrite for ``new/``, which would become a file."""
    if text is None:
        with writing_faults(Path()):
            return Path.cwd()
    path = Path(text)
    if text.endswith(("/", os.sep)) and not os.path.isdir(path):  # noqa: PTH112  Path.is_dir raises for a long name
        raise CannotWrite(f"There is no folder {shown(path)}: make it first, or choose another.")
    return path


def wanted_type(text: str | None) -> str | None:
    """The MIME type to list by. Raises InvalidRequest for what can be none: nothing would ever be found."""
    if not text:
        return None
    mime = mime_for_name(text)
    if "/" not in mime:
        raise InvalidRequest(f"“{plain(text, 40)}” is no type: use one of {ACCEPTED_LABELS}, or a MIME type.")
    return mime


def parse_lifetime(text: str) -> timedelta:
    """``3600``, ``30m``, ``12h`` or ``7d``. Raises InvalidLimit outside one second to seven days."""
    match = re.fullmatch(r"(\d{1,9})([smhd]?)", text.strip())
    seconds = int(match[1]) * _UNITS[match[2]] if match else 0
    if not 1 <= seconds <= 7 * 86400:
        raise InvalidLimit(f"“{plain(text, 40)}” is no lifetime of a link: use seconds, or 30m, 12h, at most 7d.")
    return timedelta(seconds=seconds)


HANDLERS = {
    "upload": upload,
    "list": list_images,
    "show": show,
    "download": download,
    "share": share,
    "edit": edit,
    "delete": delete,
    "check": check,
}
