"""The kinds of picture that a library accepts, by MIME type. Which bytes are which is decided in ``pictures``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class MediaType:
    """A MIME type, the label that people see, and its file extensions, the usual one first."""

    mime: str
    label: str
    extensions: tuple[str, ...]


ACCEPTED: tuple[MediaType, ...] = (
    MediaType("image/jpeg", "JPEG", (".jpg", ".jpeg", ".jpe", ".jfif")),
    MediaType("image/png", "PNG", (".png", ".apng")),
    MediaType("image/webp", "WebP", (".webp",)),
    MediaType("image/gif", "GIF", (".gif",)),
    MediaType("image/tiff", "TIFF", (".tif", ".tiff")),
    MediaType("image/bmp", "BMP", (".bmp", ".dib")),
    MediaType("image/avif", "AVIF", (".avif",)),
    MediaType("image/heic", "HEIC", (".heic", ".heif")),
)
ACCEPTED_LABELS = ", ".join(media_type.label for media_type in ACCEPTED)
_BY_MIME = {media_type.mime: media_type for media_type in ACCEPTED}

# What older clients wrote for pictures; listed beside the accepted types so that their images are found.
OTHER_KNOWN_MIMES: tuple[str, ...] = (
    "image/jpg", "image/pjpeg", "image/x-png", "image/apng", "image/tif", "image/x-tiff", "image/x-ms-bmp",
    "image/x-bmp", "image/heif", "image/svg+xml", "image/x-icon", "image/jxl", "image/jp2",
    "application/octet-stream",
)  # fmt: skip

_OTHER_EXTENSIONS = frozenset(
    (".svg", ".pdf", ".psd", ".ai", ".eps", ".ico", ".jp2", ".jxl", ".raw", ".dng", ".cr2", ".cr3", ".nef", ".arw",
     ".txt", ".html", ".doc", ".docx", ".zip", ".mp4", ".mov")
)  # fmt: skip
"""What people know as another kind of file; a name may end in anything after its last dot."""


def name_difference(filename: str, mime: str) -> str | None:
    """``named .png, is a JPEG`` where the name says another type than the bytes do; None where it does not."""
    ending, known = PurePosixPath(filename).suffix.lower(), _BY_MIME.get(mime)
    if known is None or ending in known.extensions:
        return None
    if ending not in _OTHER_EXTENSIONS and not any(ending in media_type.extensions for media_type in ACCEPTED):
        return None
    article = "an" if known.label[0] in "AEIOU" else "a"
    return f"named {ending}, is {article} {known.label}"


def label_for(mime: str) -> str:
    """What people call the type: ``JPEG`` for ``image/jpeg``; the last part in capitals for an unknown one."""
    known = _BY_MIME.get(mime)
    return known.label if known else mime.rpartition("/")[2].upper() or "?"


def extension_for(mime: str) -> str:
    """The usual extension with its dot, empty for an unknown type."""
    known = _BY_MIME.get(mime)
    return known.extensions[0] if known else ""


def mime_for_name(text: str) -> str:
    """The MIME type that a person means by ``jpeg``, ``JPG``, ``.jpg`` or ``image/jpeg``; unknown text unchanged."""
    wanted = text.strip().lower()
    for media_type in ACCEPTED:
        names = {media_type.mime, media_type.label.lower(), *(e.lstrip(".") for e in media_type.extensions)}
        if wanted.lstrip(".") in names:
            return media_type.mime
    return wanted
