"""The last few large pictures, ready to show: bounded in bytes, the least recently used go first."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtGui import QImage

PictureKey = tuple[str, int | None, int]
"""Image id, the side asked for (None for full size), and the page from 0 on."""


@dataclass(frozen=True, slots=True)
class LoadedPicture:
    """Full width and height are the picture's own size in pixels, whatever the image was scaled down to."""

    image: QImage
    full_width: int
    full_height: int


class PictureCache:
    """Used on one thread."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._pictures: OrderedDict[PictureKey, LoadedPicture] = OrderedDict()

    def get(self, key: PictureKey) -> LoadedPicture | None:
        picture = self._pictures.get(key)
        if picture is not None:
            self._pictures.move_to_end(key)
        return picture

    def put(self, key: PictureKey, picture: LoadedPicture) -> None:
        """One that would fill the cache alone is not kept."""
        size = picture.image.sizeInBytes()
        if size > self._max_bytes:
            return
        if (old := self._pictures.pop(key, None)) is not None:
            self._bytes -= old.image.sizeInBytes()
        self._pictures[key] = picture
        self._bytes += size
        while self._bytes > self._max_bytes:
            _, gone = self._pictures.popitem(last=False)
            self._bytes -= gone.image.sizeInBytes()
