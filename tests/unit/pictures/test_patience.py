"""How long a decoder is waited for: its own time counts, not that of the programs which keep it from computing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import UnreadableImage
from imagedesk.pictures.decoder_child import DecoderChild
from imagedesk.pictures.decoder_reply import DecoderReply
from imagedesk.pictures.guarded_reader import GuardedPictureReader
from imagedesk.pictures.patience import Patience, TookTooLong
from tests.generated_pictures import make_picture, png_of_one_colour

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who waited for a processor")

COMPUTE = "while True: pass"
PICTURE = make_picture("png", 40, 30)
SLOW = png_of_one_colour(12_500, 12_500)  # most of a second to decode


@contextmanager
def program(code: str, *, on: int | None = None, lowest: bool = False) -> Iterator[int]:
    """The id of a process that runs ``code``, on the processor ``on`` alone, below all others if ``lowest``."""
    prelude = "" if on is None else f"os.sched_setaffinity(0, {{{on}}}); "
    prelude += "os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0)); " if lowest else ""
    command = [sys.executable, "-c", f"import os; {prelude}print(flush=True)\n{code}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process.pid
        process.kill()


def ends_after(patience: Patience) -> tuple[float, bool]:
    """Seconds, and whether the process starved."""
    began = time.monotonic()
    while True:
        try:
            patience.check()
        except TookTooLong as error:
            return time.monotonic() - began, error.starved
        os.sched_yield()


def processor() -> int:
    return min(os.sched_getaffinity(0))


def test_a_process_that_sleeps_has_its_seconds_and_no_more() -> None:
    with program("import time; time.sleep(60)") as pid:
        seconds, starved = ends_after(Patience(0.2, pid))
    assert 0.2 < seconds < 0.55
    assert not starved


def test_a_process_that_is_stopped_has_its_seconds_and_no_more() -> None:
    with program(COMPUTE) as pid:
        os.kill(pid, signal.SIGSTOP)
        assert not ends_after(Patience(0.2, pid))[1]


def test_a_process_that_is_gone_or_unknown_has_its_seconds() -> None:
    assert not ends_after(Patience(0.01, None))[1]
    assert not ends_after(Patience(0.01, 2**22 + 1))[1]


def test_the_clock_stands_still_while_others_compute_but_not_for_ever() -> None:
    with program(COMPUTE, on=processor()), program(COMPUTE, on=processor(), lowest=True) as pid:
        seconds, starved = ends_after(Patience(0.2, pid))
    assert seconds >= 0.6
    assert starved


def child_of(reader: GuardedPictureReader) -> DecoderChild:
    (child,) = reader._children
    return child


def decoder_of(reader: GuardedPictureReader) -> int:
    assert reader.facts(PICTURE).width == 40
    pid = child_of(reader).pid
    assert pid is not None
    return pid


def thread_classes(pid: int) -> set[int]:
    """The scheduling classes of a process's threads ("sched(7)")."""
    found = set()
    for task in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208
        with suppress(ProcessLookupError):
            found.add(os.sched_getscheduler(int(task)))
    return found


def test_an_upload_is_prepared_when_nobody_else_wants_to_compute_and_a_view_is_not_kept_waiting() -> None:
    with GuardedPictureReader(1) as reader, ThreadPoolExecutor(1) as thread:
        pid = decoder_of(reader)
        call = thread.submit(reader.prepare, SLOW)
        seen: set[int] = set()
        while not call.done():
            seen |= thread_classes(pid)
        assert seen == {os.SCHED_OTHER, os.SCHED_IDLE}
        assert call.result().facts.width == 12_500
        assert reader.pixels(PICTURE, 128).width == 40
        deadline = time.monotonic() + 30  # the thread of the upload may still be at its end
        while thread_classes(pid) != {os.SCHED_OTHER}:
            assert time.monotonic() < deadline


def test_a_picture_whose_decoder_starved_is_decoded_by_one_that_waits_for_less(monkeypatch: pytest.MonkeyPatch) -> None:
    with GuardedPictureReader(1) as reader, ThreadPoolExecutor(1) as thread:
        starving = decoder_of(reader)
        answer = DecoderReply.read
        starved = iter([True])

        def read(reply: DecoderReply, patience: Patience, cancel: CancelToken | None) -> tuple[dict[str, Any], bytes]:
            if next(starved, False):
                raise TookTooLong(starved=True)
            return answer(reply, patience, cancel)

        monkeypatch.setattr(DecoderReply, "read", read)
        assert reader.prepare(PICTURE).facts.width == 40
        follower = decoder_of(reader)
        assert follower != starving
        call = thread.submit(reader.prepare, SLOW)
        while not call.done():
            assert os.SCHED_IDLE not in thread_classes(follower)


def test_a_picture_on_a_computer_that_is_too_busy_is_not_called_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(_reply: DecoderReply, _patience: Patience, _cancel: CancelToken | None) -> tuple[dict[str, Any], bytes]:
        raise TookTooLong(starved=True)

    with GuardedPictureReader(1) as reader:
        decoder_of(reader)
        monkeypatch.setattr(DecoderReply, "read", read)
        with pytest.raises(UnreadableImage) as caught:
            reader.pixels(PICTURE, 128)
    assert "too busy" in caught.value.message
    assert "amaged" not in caught.value.message
