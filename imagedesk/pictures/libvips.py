"""libvips, of which one thing is used: its PNG reader, which takes half of Pillow's time. Without it Pillow reads them.

Loaded in a decoder process alone, when a picture that gains by it comes: that costs 30 ms and 7 MB once.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from typing import Any

STRIP_BYTES = 1024 * 1024
# Any warning is an error: what libpng has doubts of, Pillow decides.
_STRICTLY = {"fail_on": "warning", "access": "sequential"}  # sequential: no temporary file, no thread


@functools.cache
def library() -> Any | None:
    """pyvips, able to read PNG and nothing else; None where it is not installed or does not load."""
    os.environ["VIPS_CONCURRENCY"] = "1"
    try:
        import pyvips

        pyvips.cache_set_max(0)
        pyvips.operation_block_set("VipsForeign", True)
        pyvips.operation_block_set("VipsForeignLoadPng", False)
        pyvips.Image.pngload_buffer  # noqa: B018  an attribute that is made when asked for
    except Exception:  # noqa: BLE001  of whatever kind: a library that is absent, or too old, or of another processor
        return None
    return pyvips


def png_strips(data: bytes, size: tuple[int, int], bands: int, sample_bytes: int) -> Iterator[tuple[int, int, Any]]:
    """First row, row behind the last, and the samples between, as the file has them but in this computer's order.

    Alpha made of a transparent colour is left out. Raises ValueError when the picture is another than ``size`` and
    ``bands`` say, and whatever pyvips does, at any strip.
    """
    pyvips = library()
    if pyvips is None:
        raise ValueError("there is no libvips")
    image = pyvips.Image.pngload_buffer(data, **_STRICTLY)
    if image.bands == bands + 1:
        image = image.extract_band(0, n=bands)
    width, height = size
    if (image.width, image.height, image.bands) != (width, height, bands):
        raise ValueError("libvips understands the header otherwise")
    if image.format != ("uchar" if sample_bytes == 1 else "ushort"):
        raise ValueError("libvips understands the depth otherwise")
    # A region is computed by the thread that asks. A pool's threads would live on, with this thread's priority.
    region = pyvips.Region.new(image)
    rows = max(1, STRIP_BYTES // (width * bands * sample_bytes))
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        yield top, bottom, region.fetch(0, top, width, bottom - top)
