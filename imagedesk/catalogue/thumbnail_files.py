"""Thumbnails kept on this computer: files in a folder, bounded in bytes, the least recently used removed first.

A file is named by the digest of its key and begins with the digest of its bytes: a file torn by a power cut, or put
there by somebody else, is no thumbnail. Nothing here ever fails: a cache that cannot write forgets.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import threading
import uuid
from collections import OrderedDict
from pathlib import Path

DEFAULT_MAX_BYTES = 2_000_000_000
_NAME = re.compile(r"[0-9a-f]{40}")
_DIGEST_BYTES = 16


class ThumbnailFiles:
    """A ``ByteCache`` in ``folder``. Thread-safe; several processes may share the folder. ``max_bytes`` bounds what
    this process knows of: what the folder held when it was first written to, and what was put since."""

    def __init__(self, folder: Path, max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._sizes: OrderedDict[str, int] | None = None  # by name, the least recently used first
        self._total = 0

    def get(self, key: str) -> bytes | None:
        path = self._path(_name(key))
        try:
            content = path.read_bytes()
        except OSError:
            return None
        digest, data = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
        if digest != _digest(data):
            self._forget(path.name)
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # the order of use outlives the process
        with self._lock:
            if self._sizes is not None and path.name in self._sizes:
                self._sizes.move_to_end(path.name)
        return data

    def put(self, key: str, data: bytes) -> None:
        path = self._path(_name(key))
        content = _digest(data) + data
        if len(content) > self._max_bytes:
            return
        partial = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(content)
            partial.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
            return
        self._remember(path.name, len(content))

    def limit(self, max_bytes: int) -> None:
        """Another bound, from the next ``put`` or ``trim`` on. Does not block."""
        with self._lock:
            self._max_bytes = max_bytes

    def trim(self) -> int:
        """Remove now what is beyond the bound; returns the bytes that are kept. Blocks on the disk."""
        with self._lock:
            self._known_sizes()
            surplus, kept = self._surplus(), self._total
        for name in surplus:
            _remove(self._path(name))
        return kept

    def _remember(self, name: str, size: int) -> None:
        with self._lock:
            sizes = self._known_sizes()
            self._total += size - sizes.pop(name, 0)
            sizes[name] = size
            surplus = self._surplus()
        for oldest in surplus:
            _remove(self._path(oldest))

    def _surplus(self) -> list[str]:
        """Names that must go, the least recently used first; they are forgotten."""
        assert self._sizes is not None
        surplus = []
        while self._total > self._max_bytes:
            oldest, size = self._sizes.popitem(last=False)
            self._total -= size
            surplus.append(oldest)
        return surplus

    def _forget(self, name: str) -> None:
        _remove(self._path(name))
        with self._lock:
            if self._sizes is not None:
                self._total -= self._sizes.pop(name, 0)

    def _known_sizes(self) -> OrderedDict[str, int]:
        if self._sizes is None:
            found = sorted(_stored_files(self._folder))
            self._sizes = OrderedDict((name, size) for _, name, size in found)
            self._total = sum(self._sizes.values())
        return self._sizes

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name


def _stored_files(folder: Path) -> list[tuple[float, str, int]]:
    """Time of last use, name and size of each of our files; those of others and leftovers of a crash are passed over
    or removed."""
    found = []
    with contextlib.suppress(OSError):
        for file in folder.glob("??/*"):
            name, _, leftover = file.name.partition(".")
            if not _NAME.fullmatch(name) or name[:2] != file.parent.name:
                continue
            if leftover:
                _remove(file)
                continue
            with contextlib.suppress(OSError):
                status = file.stat()
                found.append((status.st_mtime, name, status.st_size))
    return found


def _name(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST_BYTES).digest()


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
