"""A picture that does not fit into the pipe, and a decoder that does not read it."""

from __future__ import annotations

import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import Cancelled, UnreadableImage
from imagedesk.pictures.guarded_reader import GuardedPictureReader
from imagedesk.pictures.limits import TimeLimits
from tests.generated_pictures import make_picture

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")

PICTURE = make_picture("png", 40, 30)
LARGE = PICTURE + bytes(3_000_000)


def stop_decoder(reader: GuardedPictureReader) -> None:
    assert reader.pixels(LARGE, 128).width == 40
    (child,) = reader._children
    assert child.pid is not None
    os.kill(child.pid, signal.SIGSTOP)


def test_a_decoder_that_reads_no_picture_is_ended_at_the_time_limit() -> None:
    with GuardedPictureReader(1, TimeLimits(full_view=0.4)) as reader:
        stop_decoder(reader)
        with pytest.raises(UnreadableImage) as caught:
            reader.pixels(LARGE)
        assert "took longer" in caught.value.message
        assert reader.pixels(LARGE, 128).width == 40


def test_a_picture_that_is_on_its_way_to_a_decoder_can_be_cancelled() -> None:
    with GuardedPictureReader(1) as reader, ThreadPoolExecutor(1) as thread:
        stop_decoder(reader)
        cancel = CancelToken()
        call = thread.submit(reader.prepare, LARGE, cancel)
        cancel.cancel()
        with pytest.raises(Cancelled):
            call.result(timeout=5)
        assert reader.pixels(LARGE, 128).width == 40


def test_closing_ends_the_sending() -> None:
    with GuardedPictureReader(1) as reader, ThreadPoolExecutor(1) as thread:
        stop_decoder(reader)
        call = thread.submit(reader.prepare, LARGE)
        reader.close()
        with pytest.raises(Cancelled):
            call.result(timeout=5)
