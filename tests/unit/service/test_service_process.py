"""The storage service in a process of its own, as its caller sees it: a real process around a scripted service."""

from __future__ import annotations

import errno
import logging
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.context import SpawnProcess
from pathlib import Path

import pytest

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import Cancelled, NotOwner, StoreUnavailable
from imagedesk.core.ports import Progress, no_progress
from imagedesk.service.service_process import ServiceProcess
from imagedesk.service.uploading import UploadRequest
from tests.fakes.far_service import FakeThrottle, main


@pytest.fixture
def throttle() -> FakeThrottle:
    return FakeThrottle()


@pytest.fixture
def process(throttle: FakeThrottle) -> Iterator[ServiceProcess]:
    process = ServiceProcess(main, throttle)
    yield process
    process.close()


def upload(
    process: ServiceProcess, task: str, progress: Progress = no_progress, cancel: CancelToken | None = None
) -> str:
    return process.upload(UploadRequest(Path(task), "ann"), progress, cancel).filename


def test_what_it_does_comes_back_with_its_last_progress(process: ServiceProcess) -> None:
    seen: list[int] = []
    assert upload(process, "count 2000", seen.append) == "count 2000"
    assert seen[-1] == 1999
    assert seen == sorted(seen)
    assert len(seen) < 100, "what comes faster than a person sees is told together"


def test_a_transfer_waits_until_its_progress_was_heard(process: ServiceProcess) -> None:
    """So that a limit to the bandwidth, which waits there, holds it."""
    hears, may_go_on = threading.Event(), threading.Event()

    def hear(_done: int) -> None:
        hears.set()
        may_go_on.wait(30)

    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(upload, process, "slowly 4", hear)
        assert hears.wait(30)
        assert not running.done()
        may_go_on.set()
        assert running.result(30) == "slowly 4"


def test_each_progress_is_told_where_something_is_to_hold_it(process: ServiceProcess) -> None:
    seen: list[int] = []
    process.tell_closely(True)
    upload(process, "count 200", seen.append)
    assert seen == list(range(200))


def test_an_error_arrives_as_what_it_is(process: ServiceProcess) -> None:
    with pytest.raises(NotOwner, match=r"^bob!01 is somebody else's\.$"):
        process.show("bob!01")


def test_a_bug_is_summed_up_and_logged_here(process: ServiceProcess, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError: of our own"):
        process.show("bug")
    process.close()  # the log has come by then
    told = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "ZeroDivisionError" in told[0].getMessage()


def test_a_call_that_waits_is_cancelled(process: ServiceProcess) -> None:
    cancel = CancelToken()
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(upload, process, "wait", no_progress, cancel)
        assert upload(process, "another") == "another"
        cancel.cancel()
        with pytest.raises(Cancelled):
            running.result(30)


def test_a_call_that_was_cancelled_before_never_begins(process: ServiceProcess) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        upload(process, "wait", cancel=cancel)


def test_many_calls_run_at_once_and_none_gets_the_answer_of_another(process: ServiceProcess) -> None:
    names = [f"picture {number}" for number in range(200)]
    with ThreadPoolExecutor(40) as threads:
        assert list(threads.map(lambda name: upload(process, name), names)) == names


def test_a_process_that_dies_is_an_outage_and_the_next_call_starts_another(process: ServiceProcess) -> None:
    with ThreadPoolExecutor(1) as threads:
        other = threads.submit(upload, process, "wait")
        assert upload(process, "first") == "first"
        with pytest.raises(StoreUnavailable, match="begins anew"):
            upload(process, "die")
        with pytest.raises(StoreUnavailable, match="begins anew"):
            other.result(30)
    assert upload(process, "next") == "next"


def test_a_process_that_never_comes_up_is_an_outage(throttle: FakeThrottle) -> None:
    process = ServiceProcess(end_at_once, throttle)
    with pytest.raises(StoreUnavailable):
        upload(process, "first")
    process.close()


def end_at_once(_control: object, _lines: object) -> None:
    os._exit(1)


def test_a_system_that_gives_no_process_is_an_outage(process: ServiceProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_process: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    with monkeypatch.context() as full:
        full.setattr(SpawnProcess, "start", refuse)
        with pytest.raises(StoreUnavailable, match="close other programs"):
            upload(process, "first")
    assert upload(process, "first") == "first"


def test_closing_ends_what_runs_and_refuses_what_comes(process: ServiceProcess) -> None:
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(upload, process, "wait")
        assert upload(process, "another") == "another"
        process.close()
        with pytest.raises(Cancelled):
            running.result(30)
    with pytest.raises(Cancelled):
        upload(process, "late")


def test_at_rest_it_is_gone_until_the_next_call(process: ServiceProcess) -> None:
    upload(process, "first")
    (first,) = (child for child in multiprocessing.active_children() if child.name == "imagedesk-transfers")
    process.rest()
    deadline = time.monotonic() + 30
    while first.is_alive():
        assert time.monotonic() < deadline
    assert upload(process, "second") == "second"


def test_it_does_not_rest_while_something_runs(process: ServiceProcess) -> None:
    cancel = CancelToken()
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(upload, process, "wait", no_progress, cancel)
        upload(process, "another")
        process.rest()
        assert upload(process, "one more") == "one more"
        assert not running.done()
        cancel.cancel()


def test_complaints_of_a_service_are_heard_on_both_sides(process: ServiceProcess, throttle: FakeThrottle) -> None:
    upload(process, "complain s3")
    throttle.tell("dynamodb")
    while upload(process, "heard") != "['dynamodb']":
        pass  # the control and the line are two pipes
    process.close()
    assert throttle.heard == ["s3"]


def test_how_many_it_bears_and_what_it_used_are_told_with_the_answers(process: ServiceProcess) -> None:
    assert process.processor_seconds() == 0
    upload(process, "first")
    assert process.at_once == 7
    assert process.processor_seconds() > 0


@pytest.mark.skipif(sys.platform == "win32", reason="kills by a signal")
def test_it_ends_when_the_window_is_killed(tmp_path: Path) -> None:
    program = (
        "import multiprocessing, os, signal\n"
        "from tests.unit.service.test_service_process import FakeThrottle, ServiceProcess, main, upload\n"
        "process = ServiceProcess(main, FakeThrottle())\n"
        "upload(process, 'first')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    (tmp_path / "program.py").write_text(
        f"if __name__ == '__main__':\n    {program.replace(chr(10), chr(10) + '    ')}"
    )
    # The process that transfers holds the other end of this pipe, too: its end is the end of both.
    ended = subprocess.run(
        [sys.executable, str(tmp_path / "program.py")],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=60,
        check=False,
    )
    assert ended.returncode == -9
