"""What the commands print: JSON objects for scripts, lines for people. Text from outside is shown plain."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from imagedesk.core.errors import CannotWrite, ImageDeskError
from imagedesk.core.image_record import ImageRecord
from imagedesk.core.media_types import label_for
from imagedesk.core.os_faults import reason
from imagedesk.core.plain_text import plain


def image_fields(record: ImageRecord, s3_url: str | None = None) -> dict[str, Any]:
    """An image as a JSON object. Absent values are left out."""
    fields: dict[str, Any] = {
        "image_id": record.image_id,
        "user_id": record.user_id,
        "filename": record.filename,
        "content_type": record.content_type,
        "size": record.size,
        "created_at": record.created_at,
        "s3_key": record.key,
        "s3_url": s3_url,
        "metadata": record.metadata,
        "sha256": record.sha256,
        "width": record.width,
        "height": record.height,
        "updated_at": record.updated_at,
        "thumbnail_key": record.thumbnail_key,
        "placeholder": record.placeholder,
        "removed": list(record.removed) or None,
        "source_sha256": record.source_sha256,
    }
    return {name: value for name, value in fields.items() if value is not None}


def print_json(value: object, stream: TextIO | None = None) -> None:
    """One object on one line. A lone surrogate in a name would end the run, so it is escaped."""
    out = stream or sys.stdout
    text = json.dumps(value, ensure_ascii=False)
    encoding = out.encoding or "utf-8"
    if text.encode(encoding, "ignore").decode(encoding) != text:
        text = json.dumps(value)
    _write(out, text + "\n")


def print_lines(lines: Iterable[str]) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    for line in lines:
        _write(sys.stdout, line.encode(encoding, "replace").decode(encoding) + "\n")


def print_note(text: str, *, as_json: bool) -> None:
    """What a person should know although the command is done; on standard error."""
    if as_json:
        print_json({"note": text}, sys.stderr)
    else:
        print(f"imagedesk: {text}", file=sys.stderr)


def _write(out: TextIO, text: str) -> None:
    """Written through at once, so that a fault is told here and not by the interpreter's end."""
    try:
        out.write(text)
        out.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CannotWrite(f"The answer cannot be written ({reason(error)}).") from error


def print_error(error: ImageDeskError, *, as_json: bool, file: str | None = None) -> None:
    """On standard error. ``file`` says which of several it was."""
    if as_json:
        body: dict[str, Any] = {"error": {"code": error.code, "message": error.message}}
        if file is not None:
            body["file"] = file
        print_json(body, sys.stderr)
        return
    where = f"{plain(file, 120)}: " if file is not None else ""
    print(f"imagedesk: {where}{error.message}".encode("utf-8", "replace").decode(), file=sys.stderr)


def table_lines(records: Sequence[ImageRecord]) -> list[str]:
    """A table for people, aligned, one image a line."""
    rows = [("ID", "PERSON", "TYPE", "SIZE", "UPLOADED", "NAME")]
    for record in records:
        moment = record.created.astimezone().strftime("%Y-%m-%d %H:%M")
        size = f"{record.size:,}"
        person, name = plain(record.user_id, 24), plain(record.filename, 60)
        kind = plain(label_for(record.content_type), 12)
        rows.append((plain(record.image_id, 100), person, kind, size, moment, name))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return [
        "  ".join(
            cell.rjust(width) if column == 3 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row[:5], widths, strict=True))
        )
        + "  "
        + row[5]
        for row in rows
    ]
