"""The pool of decoder processes: crashes, hangs, cancels, closing, and what it must not leave behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import Cancelled, UnreadableImage
from imagedesk.pictures.guarded_reader import GuardedPictureReader
from imagedesk.pictures.limits import TimeLimits
from tests.generated_pictures import make_picture, png_of_one_colour

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals, and /proc")

PICTURE = make_picture("png", 40, 30)
SLOW = png_of_one_colour(12_500, 12_500)  # most of a second to decode
PATIENCE = 15.0  # seconds, for a busy machine: what is not cancelled ends otherwise, or never


@pytest.fixture
def others() -> set[int]:
    return decoders(set())


@pytest.fixture
def one(others: set[int]) -> Iterator[GuardedPictureReader]:
    """A reader with a single process, so that the next picture meets whatever the last one did to it."""
    with GuardedPictureReader(processes=1) as reader:
        yield reader


def decoders(others: set[int]) -> set[int]:
    """Ids of the living decoder processes of this one besides ``others``."""
    found = {child.pid for child in multiprocessing.active_children() if child.name == "imagedesk-decoder"}
    return {pid for pid in found if pid is not None} - others


def running_decoder(reader: GuardedPictureReader, others: set[int]) -> int:
    assert reader.facts(PICTURE).width == 40
    (pid,) = decoders(others)
    return pid


def wait_until(condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    deadline, never = time.monotonic() + seconds, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        never.wait(0.005)


def processor_ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until_decoding(pid: int) -> None:
    before = processor_ticks(pid)
    wait_until(lambda: processor_ticks(pid) > before + 3)


def test_no_process_runs_before_the_first_picture(one: GuardedPictureReader, others: set[int]) -> None:
    assert not decoders(others)
    one.facts(PICTURE)
    assert len(decoders(others)) == 1


def test_start_launches_all_processes_without_waiting_for_them(others: set[int]) -> None:
    with GuardedPictureReader(processes=2) as reader:
        reader.start()
        reader.start()
        assert len(decoders(others)) == 2
        assert reader.facts(PICTURE).width == 40
    assert not decoders(others)


def test_a_decoder_gives_way_to_the_window(one: GuardedPictureReader, others: set[int]) -> None:
    one.pixels(PICTURE)
    pid = running_decoder(one, others)
    assert os.getpriority(os.PRIO_PROCESS, pid) > os.getpriority(os.PRIO_PROCESS, 0)


def test_a_decoder_killed_in_mid_decode_costs_one_picture(one: GuardedPictureReader, others: set[int]) -> None:
    pid = running_decoder(one, others)
    with ThreadPoolExecutor(1) as thread:
        call = thread.submit(one.prepare, SLOW)
        wait_until_decoding(pid)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(UnreadableImage) as caught:
            call.result(timeout=PATIENCE)
    assert caught.value.message.startswith("Damaged image: it ended the decoder.")
    assert running_decoder(one, others) != pid


def test_a_decoder_killed_between_pictures_costs_none(one: GuardedPictureReader, others: set[int]) -> None:
    os.kill(running_decoder(one, others), signal.SIGKILL)
    wait_until(lambda: not decoders(others))
    assert one.facts(PICTURE).width == 40


def test_a_crash_inside_the_decoder_costs_one_picture(one: GuardedPictureReader, others: set[int]) -> None:
    pid = running_decoder(one, others)
    os.kill(pid, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as thread:
        call = thread.submit(one.facts, PICTURE)
        os.kill(pid, signal.SIGSEGV)
        os.kill(pid, signal.SIGCONT)
        with pytest.raises(UnreadableImage):
            call.result(timeout=PATIENCE)
    assert one.facts(PICTURE).width == 40


def test_a_decoder_that_hangs_is_ended_at_the_time_limit(others: set[int]) -> None:
    with GuardedPictureReader(1, TimeLimits(thumbnail=0.2)) as reader:
        pid = running_decoder(reader, others)
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(UnreadableImage) as caught:
            reader.pixels(PICTURE, 128)
        assert "took longer" in caught.value.message
        assert running_decoder(reader, others) != pid


def test_a_picture_that_takes_too_long_is_given_up(others: set[int]) -> None:
    with GuardedPictureReader(1, TimeLimits(thumbnail=0.1)) as reader:
        running_decoder(reader, others)
        with pytest.raises(UnreadableImage) as caught:
            reader.pixels(SLOW, 128)
        assert "took longer" in caught.value.message
        assert reader.facts(PICTURE).width == 40


def test_a_cancelled_decode_returns_at_once_and_a_stuck_one_is_replaced(
    one: GuardedPictureReader, others: set[int]
) -> None:
    pid = running_decoder(one, others)
    os.kill(pid, signal.SIGSTOP)
    cancel = CancelToken()
    with ThreadPoolExecutor(1) as thread:
        call = thread.submit(one.pixels, PICTURE, 128, cancel)
        cancel.cancel()
        with pytest.raises(Cancelled):
            call.result(timeout=PATIENCE)
    assert running_decoder(one, others) != pid


def test_a_cancelled_decode_that_ends_soon_keeps_its_process(others: set[int]) -> None:
    with GuardedPictureReader(1, TimeLimits(drain=20)) as reader:
        pid = running_decoder(reader, others)
        os.kill(pid, signal.SIGSTOP)
        cancel = CancelToken()
        with ThreadPoolExecutor(1) as thread:
            call = thread.submit(reader.pixels, make_picture("jpeg", 1200, 900), None, cancel)
            cancel.cancel()
            with pytest.raises(Cancelled):
                call.result(timeout=PATIENCE)
        os.kill(pid, signal.SIGCONT)
        assert running_decoder(reader, others) == pid


def test_who_waits_for_a_free_process_can_cancel(one: GuardedPictureReader, others: set[int]) -> None:
    pid = running_decoder(one, others)
    os.kill(pid, signal.SIGSTOP)
    first, second = CancelToken(), CancelToken()
    with ThreadPoolExecutor(2) as threads:
        calls = [threads.submit(one.facts, PICTURE, token) for token in (first, second)]
        second.cancel()
        first.cancel()
        for call in calls:
            with pytest.raises(Cancelled):
                call.result(timeout=PATIENCE)


def test_an_already_cancelled_call_starts_nothing(one: GuardedPictureReader, others: set[int]) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        one.facts(PICTURE, cancel)
    assert not decoders(others)


def test_close_ends_the_calls_under_way_and_every_process(others: set[int]) -> None:
    reader = GuardedPictureReader(processes=2)
    reader.start()
    with ThreadPoolExecutor(6) as threads:
        calls = [threads.submit(reader.pixels, SLOW, 64) for _ in range(6)]
        wait_until(lambda: len(decoders(others)) == 2)
        began = time.monotonic()
        reader.close()
        for call in calls:
            with pytest.raises(Cancelled):
                call.result(timeout=PATIENCE)
        assert time.monotonic() - began < PATIENCE
    assert not decoders(others)
    with pytest.raises(Cancelled):
        reader.facts(PICTURE)
    reader.start()
    reader.close()
    assert not decoders(others)


def test_many_threads_share_the_processes_and_get_their_own_pictures(reader: GuardedPictureReader) -> None:
    sizes = [(20 + number, 100 - number) for number in range(60)]
    with ThreadPoolExecutor(12) as threads:
        facts = list(threads.map(lambda size: reader.facts(make_picture("png", *size)), sizes))
    assert [(fact.width, fact.height) for fact in facts] == sizes


def test_an_interrupt_from_the_terminal_does_not_reach_the_decoder(one: GuardedPictureReader, others: set[int]) -> None:
    pid = running_decoder(one, others)
    os.kill(pid, signal.SIGINT)
    assert running_decoder(one, others) == pid


def test_no_file_descriptor_is_left_behind(one: GuardedPictureReader, others: set[int]) -> None:
    running_decoder(one, others)  # whatever multiprocessing keeps for itself is open from here on
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208  a Path would open one itself
    for _ in range(3):
        with GuardedPictureReader(processes=2) as reader:
            reader.start()
            reader.facts(PICTURE)
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


PARENT = """
    import multiprocessing, threading
    from imagedesk.pictures.guarded_reader import GuardedPictureReader
    from tests.generated_pictures import png_of_one_colour

    if __name__ == "__main__":
        reader = GuardedPictureReader(processes=2)
        reader.start()
        picture = png_of_one_colour(12_500, 12_500)
        reader.facts(picture)
        threading.Thread(target=reader.pixels, args=(picture, 64)).start()
        print(*(child.pid for child in multiprocessing.active_children()), flush=True)
        {ending}
"""


def parent_script(folder: Path, ending: str) -> list[str]:
    script = folder / "parent.py"
    script.write_text(textwrap.dedent(PARENT).replace("{ending}", ending), encoding="utf-8")
    return [sys.executable, str(script)]


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}


def test_the_decoders_die_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    command = parent_script(tmp_path, "threading.Event().wait()")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(pids) == 2
        parent.kill()
    wait_until(lambda: not any(is_running(pid) for pid in pids), seconds=3)


def test_a_program_that_forgets_to_close_ends_without_a_word(tmp_path: Path) -> None:
    command = parent_script(tmp_path, "reader.facts(picture)")
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=30, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert not any(is_running(int(pid)) for pid in done.stdout.split())


def test_the_parent_does_not_import_pillow() -> None:
    code = (
        "import sys, imagedesk.pictures.guarded_reader; print(*sorted(m for m in sys.modules if m.startswith('PIL')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True)
    assert done.stdout.strip() == ""


def test_the_decoder_imports_neither_qt_nor_boto3(one: GuardedPictureReader, others: set[int]) -> None:
    mapped = Path(f"/proc/{running_decoder(one, others)}/maps").read_text(encoding="utf-8")
    assert "PIL" in mapped
    assert "PySide6" not in mapped
    code = "import sys, imagedesk.pictures.decoding; print(*{m.split('.')[0] for m in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True)
    assert not {"boto3", "botocore", "PySide6", "sqlite3"} & set(done.stdout.split())
