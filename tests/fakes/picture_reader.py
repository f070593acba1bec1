"""A picture reader without a decoder: a picture is ``picture:WIDTHxHEIGHT:type:anything``, everything else is none."""

from __future__ import annotations

import re

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import NotAnImage
from imagedesk.core.pictures import Animation, PictureFacts, Pixels, PreparedPicture, Source

_FAKE = re.compile(rb"picture:(\d+)x(\d+):([a-z/]+):")


def fake_picture(width: int = 40, height: int = 30, content_type: str = "image/png", salt: str = "") -> bytes:
    return f"picture:{width}x{height}:{content_type}:{salt}".encode()


class FakePictureReader:
    """Counts what was asked in ``calls``."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def prepare(self, source: Source, cancel: CancelToken | None = None) -> PreparedPicture:
        self.calls.append("prepare")
        facts = self._read(source)
        return PreparedPicture(facts, fake_picture(facts.width, facts.height, "image/webp"), "#808080")

    def pixels(
        self, source: Source, max_side: int | None = None, cancel: CancelToken | None = None, page: int = 0
    ) -> Pixels:
        self.calls.append("pixels")
        facts = self._read(source)
        scale = min(1.0, max_side / max(facts.width, facts.height)) if max_side else 1.0
        width, height = max(1, round(facts.width * scale)), max(1, round(facts.height * scale))
        return Pixels(width, height, bytes(width * height * 4), False, facts.width, facts.height)

    def animation(self, source: Source, max_side: int, cancel: CancelToken | None = None) -> Animation:
        self.calls.append("animation")
        return Animation((self.pixels(source, max_side),) * 2, (100, 100), 2)

    def facts(self, source: Source, cancel: CancelToken | None = None) -> PictureFacts:
        self.calls.append("facts")
        return self._read(source)

    def _read(self, source: Source) -> PictureFacts:
        data = source if isinstance(source, bytes) else source.read_bytes()
        match = _FAKE.match(data)
        if match is None:
            raise NotAnImage("Not an image: the file holds text. Nothing was uploaded.")
        return PictureFacts(match[3].decode(), int(match[1]), int(match[2]))
