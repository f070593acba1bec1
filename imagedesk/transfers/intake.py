"""Taking in what was dropped: files and folders become a list of files to upload, chunk by chunk as they are found.

A file that a person named is always listed, so that its row can say what is wrong with it. Inside a folder, hidden
files and files that are no pictures are only counted. Links to folders are not followed: one may lead round in a circle
or out to the whole disk.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import SourceChanged, UnreadableFile
from imagedesk.core.file_names import original_name
from imagedesk.core.media_types import ACCEPTED
from imagedesk.core.plain_text import plain
from imagedesk.transfers.transfer import Transfer

CHUNK = 250
_PICTURE_EXTENSIONS = frozenset(extension for media_type in ACCEPTED for extension in media_type.extensions)
# How the accepted types begin. Only for files whose name does not tell: ``pictures`` decides on all of them later.
_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"II*\0", b"MM\0*")


@dataclass(frozen=True, slots=True)
class IntakeFile:
    """A file to upload as it was found: bytes and time of change tell later whether it is still the same. ``folder``
    is where it lay in the dropped folder (``Holiday/Day 1``), empty for a single file."""

    path: Path
    size: int
    modified_ns: int
    folder: str = ""
    spooled: bool = False

    @property
    def name(self) -> str:
        return original_name(self.path)


@dataclass(frozen=True, slots=True)
class IntakeChunk:
    """Part of what was found. ``skipped`` counts files of folders that are hidden or no pictures; ``notes`` are
    sentences about folders that could not be read."""

    files: tuple[IntakeFile, ...] = ()
    skipped: int = 0
    notes: tuple[str, ...] = ()


def walk(paths: Sequence[Path], cancel: CancelToken, chunk: int = CHUNK) -> Iterator[IntakeChunk]:
    """Find the files in ``paths``, at most ``chunk`` at a time, nothing twice. Raises Cancelled, nothing else."""
    walker = _Walker()
    for path in paths:
        for _ in walker.visit(Path(os.path.abspath(path))):  # noqa: PTH100  # resolve() would follow links
            cancel.raise_if_cancelled()
            if len(walker.files) >= chunk:
                yield walker.hand_over()
    yield walker.hand_over()


def check_unchanged(transfer: Transfer) -> None:
    """Whether the source is still the file of the intake. Raises UnreadableFile, SourceChanged."""
    assert transfer.source is not None
    found = find_file(transfer.source)
    if (found.size, found.modified_ns) != (transfer.total, transfer.modified_ns):
        raise SourceChanged(
            f"“{plain(transfer.name)}” has changed since it was added: press Retry to upload it as it is now."
        )


def find_file(path: Path) -> IntakeFile:
    """A regular file as it is now. Raises UnreadableFile."""
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UnreadableFile(
            f"“{plain(original_name(path))}” cannot be read ({reason}): it may have been moved or deleted."
        ) from error
    if not stat.S_ISREG(status.st_mode):  # to open a pipe would wait for whoever fills it
        raise UnreadableFile(f"“{plain(original_name(path))}” is no ordinary file: choose a picture file.")
    return IntakeFile(path, status.st_size, status.st_mtime_ns)


class _Walker:
    """Gathers files until they are handed over. Its generators yield after each entry, for cancellation and chunks."""

    def __init__(self) -> None:
        self.files: list[IntakeFile] = []
        self._skipped = 0
        self._notes: list[str] = []
        self._seen: set[Path] = set()

    def hand_over(self) -> IntakeChunk:
        chunk = IntakeChunk(tuple(self.files), self._skipped, tuple(self._notes))
        self.files, self._skipped, self._notes = [], 0, []
        return chunk

    def visit(self, path: Path) -> Iterator[None]:
        """What a person named: a folder with all that is in it, or a file whatever it is."""
        if _is_folder(path):
            yield from self._visit_folder(path)
        elif path not in self._seen:
            self._seen.add(path)
            try:
                self.files.append(find_file(path))
            except UnreadableFile:
                self.files.append(IntakeFile(path, 0, 0))  # its row will say why
            yield

    def _visit_folder(self, top: Path) -> Iterator[None]:
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            if folder in self._seen:
                continue
            self._seen.add(folder)
            label = _folder_label(top, folder)
            inner: list[Path] = []
            for entry in self._entries(folder):
                if self._is_inner_folder(entry):
                    inner.append(Path(entry.path))
                else:
                    self._add_found(entry, label)
                yield
            waiting.extend(reversed(inner))

    def _entries(self, folder: Path) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            shown = plain(original_name(folder) or str(folder))
            self._notes.append(f"The folder “{shown}” cannot be read ({error.strerror}): check its permissions.")
            return []

    def _is_inner_folder(self, entry: os.DirEntry[str]) -> bool:
        try:
            return entry.is_dir(follow_symlinks=False) and not _is_hidden(entry)
        except OSError:
            return False

    def _add_found(self, entry: os.DirEntry[str], label: str) -> None:
        path = Path(entry.path)
        if path in self._seen:
            return
        self._seen.add(path)
        try:
            found = find_file(path)
        except UnreadableFile:
            found = None
        if found is None or _is_hidden(entry) or not _may_be_picture(path):
            self._skipped += 1
        else:
            self.files.append(IntakeFile(path, found.size, found.modified_ns, label))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _is_hidden(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith("."):
        return True
    if os.name != "nt":
        return False
    attributes = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0)  # known from the listing itself
    return bool(attributes & stat.FILE_ATTRIBUTE_HIDDEN)


def _may_be_picture(path: Path) -> bool:
    return path.suffix.lower() in _PICTURE_EXTENSIONS or _begins_like_a_picture(path)


def _begins_like_a_picture(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError:
        return False
    return (
        head.startswith(_BEGINNINGS)
        or (head[:4], head[8:]) == (b"RIFF", b"WEBP")
        or head[4:] in (b"ftypavif", b"ftypheic")
    )


def _folder_label(top: Path, folder: Path) -> str:
    parts = (top.name, *folder.relative_to(top).parts)
    return "/".join(plain(original_name(Path(part))) for part in parts if part)
