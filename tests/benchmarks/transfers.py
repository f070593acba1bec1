"""Transfers measured: files a second and CPU a file, up and down, beside s5cmd and the AWS CLI on the same server.

    python -m tests.benchmarks.transfers [--preset small|middle|large|all] [--files 1000] [--bytes 200000]
        [--latency-ms 30] [--rounds 3] [--threads N] [--tools FOLDER] [--null-server-source FILE.c] [--steps]

The presets are 10,000 files of 20 KB, 1,000 of 200 KB and 5 of 1 GB. ``--tools`` is the folder of the programs
``s5cmd`` and ``aws`` (packages s5cmd and awscli). The server keeps nothing: a small one of our own, or the C program
that is named (which knows no uploads in parts). Files lie in memory where the system has such a folder: a disk that is
busy hides all else; files of 100 MB and more are holes, which take no room. Ways take turns within each round; the
median counts. Ours runs in this process as in the one that transfers for the window, on connections and threads that
are there, with all checks, into files that it hashes; the start of the other programs is part of theirs. ``--steps``
shows what each step wins: boto3's own ways, ours by botocore alone, the lean path by number of threads, and with its
threads on every processor; and how late a thread that stands for the window wakes meanwhile.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.local_server import null_server
from tests.benchmarks.other_clients import Batch, Way, aws_cli, boto3_files, s5cmd
from tests.benchmarks.our_transfers import fetch_all, make_files, opened_connection, running_threads, send_all

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None

PRESETS = {"small": (10_000, 20_000, 192), "middle": (1000, 200_000, 96), "large": (5, 1_000_000_000, 5)}


@dataclass(frozen=True)
class Figures:
    files_a_second: float
    cpu_ms: float


def measured(way: Way, batch: Batch) -> Figures:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        before, began = _cpu(), time.perf_counter()
        way(batch, Path(folder))
        seconds, cpu = time.perf_counter() - began, _cpu() - before
    return Figures(batch.files / seconds, cpu * 1000 / batch.files)


window_cpu = 0.0  # what the thread that stands for the window used: no part of a way's cost


def _cpu() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages) - window_cpu


# The run


def _server(chosen: argparse.Namespace) -> contextlib.AbstractContextManager[str]:
    return null_server(chosen.bytes, chosen.files, chosen.latency_ms, chosen.null_server_source)


def ways(chosen: argparse.Namespace) -> dict[str, tuple[Way, Way]]:
    found: dict[str, tuple[Way, Way]] = {"ImageDesk": (send_all, fetch_all)}
    for name, make in (("s5cmd", s5cmd), ("aws", aws_cli)):
        tool = shutil.which(name, path=chosen.tools) if chosen.tools else shutil.which(name)
        if tool:
            found[name] = make(tool)
        else:
            print(f"{name} is not there: name its folder by --tools")
    return found


def compare(chosen: argparse.Namespace, batch: Batch) -> None:
    found = ways(chosen)
    figures: dict[tuple[str, int], list[Figures]] = {}
    for _ in range(chosen.rounds):
        for direction in (0, 1):
            for name, pair in found.items():
                figures.setdefault((name, direction), []).append(measured(pair[direction], batch))
    middle = {key: _median(values) for key, values in figures.items()}
    for direction, word in enumerate(("up", "down")):
        ours = middle["ImageDesk", direction]
        for name in found:
            theirs = middle[name, direction]
            ratio = f"{ours.files_a_second / theirs.files_a_second:5.2f}× the files a second of {name}, "
            ratio += f"{ours.cpu_ms / theirs.cpu_ms:4.2f}× its CPU"
            line = f"{word:5}{name:10}{theirs.files_a_second:8.1f} files/s {theirs.cpu_ms:8.3f} ms CPU a file"
            print(line if name == "ImageDesk" else f"{line}   ours: {ratio}")


def _median(values: list[Figures]) -> Figures:
    return Figures(
        statistics.median(value.files_a_second for value in values), statistics.median(value.cpu_ms for value in values)
    )


def steps(batch: Batch) -> None:
    print(f"{'step':44}{'up/s':>8}{'ms CPU':>8}{'down/s':>8}{'ms CPU':>8}   window's thread late, p99 ms")
    print(f"{'nothing runs':76}   {_lateness(lambda: time.sleep(1)):5.1f}")
    _step("boto3 upload_file, download_file, 16 threads", batch, boto3_files(16, managed=True))
    _step("boto3 put_object, get_object, 16 threads", batch, boto3_files(16, managed=False))

    def by_botocore(way: Callable[..., None]) -> Way:
        return lambda given, folder: way(given, folder, lean=False)

    def by_unbound(way: Callable[..., None]) -> Way:
        return lambda given, folder: way(given, folder, bound=False)

    slow = Batch(batch.source, batch.files, batch.url, 16)
    _step("ours with every check, botocore, 16 threads", slow, (by_botocore(send_all), by_botocore(fetch_all)))
    for threads in (8, 16, 24, 32, 64, 96):
        given = Batch(batch.source, batch.files, batch.url, threads)
        _step(f"the lean path, {threads} threads", given, (send_all, fetch_all))
    _step(f"the same, {threads} threads on every processor", given, (by_unbound(send_all), by_unbound(fetch_all)))


def _step(name: str, batch: Batch, pair: tuple[Way, Way]) -> None:
    found: list[Figures] = []
    late = _lateness(lambda: found.extend(measured(way, batch) for way in pair))
    up, down = found
    text = f"{up.files_a_second:8.0f}{up.cpu_ms:8.3f}{down.files_a_second:8.0f}{down.cpu_ms:8.3f}"
    print(f"{name:44}{text}   {late:5.1f}")


def _lateness(work: Callable[[], object]) -> float:
    """The 99th percentile of how late, in ms, a thread wakes that wants the interpreter every 8 ms for 1 ms."""
    ended, late = threading.Event(), list[float]()

    def window() -> None:
        global window_cpu
        before = window_cpu
        while not ended.is_set():
            due = time.perf_counter() + 0.008
            time.sleep(0.008)
            late.append((time.perf_counter() - due) * 1000)
            busy = time.thread_time() + 0.001
            while time.thread_time() < busy:
                pass
            window_cpu = before + time.thread_time()

    thread = threading.Thread(target=window)
    thread.start()
    try:
        work()
    finally:
        ended.set()
        thread.join()
    return statistics.quantiles(late, n=100)[98]


def run(chosen: argparse.Namespace) -> None:
    print(
        f"{chosen.files:,} files of {chosen.bytes:,} bytes, latency {chosen.latency_ms:g} ms, {chosen.threads} threads"
    )
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder, _server(chosen) as url:
        make_files(Path(folder), chosen.files, chosen.bytes)
        batch = Batch(Path(folder), chosen.files, url, chosen.threads)
        opened_connection(url)
        running_threads(chosen.threads)
        if chosen.steps:
            steps(batch)
        else:
            compare(chosen, batch)


def main() -> None:
    parser = argparse.ArgumentParser(description="Transfers beside s5cmd and the AWS CLI.")
    parser.add_argument("--preset", choices=(*PRESETS, "all"))
    parser.add_argument("--files", type=int)
    parser.add_argument("--bytes", type=int)
    parser.add_argument("--latency-ms", type=float, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--tools")
    parser.add_argument("--null-server-source")
    parser.add_argument("--steps", action="store_true")
    options = parser.parse_args()
    os.environ.update(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_REGION="us-east-1")
    os.environ.update(AWS_DEFAULT_REGION="us-east-1", AWS_EC2_METADATA_DISABLED="true")
    for name in PRESETS if options.preset == "all" else (options.preset or "middle",):
        files, size, threads = PRESETS[name]
        chosen = argparse.Namespace(**vars(options))
        chosen.files, chosen.bytes = options.files or files, options.bytes or size
        chosen.threads = options.threads or threads
        run(chosen)


if __name__ == "__main__":
    main()
