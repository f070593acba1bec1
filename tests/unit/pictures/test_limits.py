"""The decoder's limits on time and memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from imagedesk.core.errors import TooManyPixels, UnreadableImage
from imagedesk.pictures.decoder_protocol import Request
from imagedesk.pictures.decoding import answer, as_bad_picture
from imagedesk.pictures.guarded_reader import GuardedPictureReader
from imagedesk.pictures.limits import MemoryLimit, TimeLimits
from tests.generated_pictures import make_picture


def run(code: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)


def test_a_thumbnail_has_less_time_than_a_full_view_and_a_large_file_more() -> None:
    limits = TimeLimits()
    assert (limits.for_pixels(256), limits.for_pixels(4000), limits.for_pixels(None)) == (5.0, 20.0, 20.0)
    assert limits.for_prepare(0) == 20.0
    assert limits.for_prepare(1_000_000_000) == 70.0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts a process's data exactly")
def test_memory_beyond_the_limit_is_refused_and_the_process_lives_on() -> None:
    done = run(
        "from imagedesk.pictures.limits import MemoryLimit, MEBIBYTE\n"
        "limit = MemoryLimit()\n"
        "limit.allow(0)\n"
        "bytearray(450 * MEBIBYTE)\n"
        "try:\n    bytearray(600 * MEBIBYTE)\n"
        "except MemoryError:\n    print('refused')\n"
        "limit.allow_pixels(60_000_000)\n"
        "bytearray(600 * MEBIBYTE)\n"
        "limit.allow(0)\n"
        "try:\n    bytearray(600 * MEBIBYTE)\n"
        "except MemoryError:\n    print('refused again')\n"
    )
    assert (done.stdout.split("\n")[:2], done.stderr) == (["refused", "refused again"], "")


class Unlimited(MemoryLimit):
    """So that a job may run in the process of the tests."""

    def allow(self, job_bytes: int) -> None:
        pass


def test_thumbnails_are_decoded_in_few_threads_and_full_views_in_all(tmp_path: Path) -> None:
    from PIL import AvifImagePlugin

    path = tmp_path / "picture.avif"
    path.write_bytes(make_picture("avif", 40, 30))
    for threads in (3, 0):
        request = Request("pixels", by_path=True, payload_size=0, seconds=5.0, threads=threads)
        assert answer(request, os.fsencode(path), b"", Unlimited()).facts["width"] == 40
        assert threads == AvifImagePlugin.DEFAULT_MAX_THREADS


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")
def test_a_decode_that_nobody_waits_for_ends_by_its_processor_time() -> None:
    done = run("from imagedesk.pictures.limits import limit_processor_time as limit\nlimit(0)\nwhile True: pass")
    assert done.returncode < 0


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_pictures_leave_no_memory_behind() -> None:
    """Else the memory of large uploads would count against the next one, and call that damaged."""
    pictures = [make_picture("tiff", side, side) for side in (2500, 3500, 1500)]
    with GuardedPictureReader(1) as reader:
        for _ in range(3):
            for picture in pictures:
                reader.prepare(picture)
        (child,) = reader._children
        status = Path(f"/proc/{child.pid}/status").read_text("utf-8")
        assert int(status.split("VmData:")[1].split()[0]) < 110_000, "kilobytes"


def test_what_a_decoder_raises_becomes_a_sentence() -> None:
    from PIL import Image, UnidentifiedImageError

    assert "of a rare kind" in as_bad_picture(UnidentifiedImageError("x")).message
    memory, early = as_bad_picture(MemoryError()), as_bad_picture(OSError("image file is truncated (3 bytes)"))
    other, bomb = as_bad_picture(SyntaxError("broken")), as_bad_picture(Image.DecompressionBombError("x"))
    assert isinstance(memory, UnreadableImage)
    assert "more memory" in memory.message
    assert "ends early" in early.message
    assert "cannot be decoded" in other.message
    assert isinstance(bomb, TooManyPixels)
