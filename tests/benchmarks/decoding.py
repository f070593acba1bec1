"""Decoding measured: thumbnails a second through the guarded reader beside Pillow, libvips and Qt in this process.

    python -m tests.benchmarks.decoding [--seconds 3] [--rounds 3] [--scale 1] [--copies 4] [--only JPEG]

Every way of reading gets the same files and the same time, in turn within each round; the best round counts, since
others use the machine too. Ratios are of one run. Beside the rate is the processor time of a picture, of all threads
and decoders (on Linux), which hardly depends on others: where it is the same with two processes, they are twice as fast
on two free processors. AVIF's own threads keep both busy with one process already: so, on Linux, all is measured again
with one processor for each, the peers and each decoder process. The guard's own cost is a picture of
almost no pixels; beside it stands the same decode, by the same code, in this process.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import multiprocessing
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from imagedesk.core.heaps import TUNABLES
from imagedesk.pictures.guarded_reader import GuardedPictureReader
from imagedesk.pictures.opening import open_picture
from imagedesk.pictures.rendering import render
from tests.benchmarks.picture_peers import SIDE, TINY, Work, make_files, peers, pillow_full, pillow_prepare
from tests.benchmarks.pinning import held_to_one, held_to_one_each, processors

OF_THE_BEST, TWO_OF_ONE = 0.9, 1.8
ONE, TWO = "guarded thumbnail, 1 process", "guarded thumbnail, 2 processes"
UNGUARDED = "the same code, unguarded"
Way = tuple[Work, int]


def unguarded(path: Path) -> object:
    with open_picture(bytes(path), b"") as (image, _mime):
        rendering = render(image, SIDE)
    return b"".join(rendering.strips())


@dataclass(frozen=True)
class Pace:
    """``rate`` in pictures a second; ``processor`` in milliseconds of processor time a picture."""

    rate: float = 0.0
    processor: float = float("inf")

    def best_of(self, other: Pace) -> Pace:
        return Pace(max(self.rate, other.rate), min(self.processor, other.processor))


def processor_seconds() -> float:
    """Of this process and, on Linux, the decoders."""
    ticks = 0
    for child in multiprocessing.active_children():
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{child.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / 100


def pace(work: Work, paths: list[Path], threads: int, seconds: float) -> Pace:
    """Each thread reads at least one picture."""
    source, end = itertools.cycle(paths), time.perf_counter() + seconds

    def run(_thread: int) -> int:
        done = 0
        while done == 0 or time.perf_counter() < end:
            work(next(source))
            done += 1
        return done

    began, computed = time.perf_counter(), processor_seconds()
    with ThreadPoolExecutor(threads) as pool:
        done = sum(pool.map(run, range(threads)))
    return Pace(done / (time.perf_counter() - began), (processor_seconds() - computed) * 1000 / done)


def usable(ways: dict[str, Way], path: Path) -> dict[str, Way]:
    """Those that can read the file: warmed up, too."""
    found = {}
    for name, (work, threads) in ways.items():
        try:
            for _ in range(1 + threads):
                work(path)
        except Exception as error:  # noqa: BLE001  of whatever kind a peer has
            print(f"  {name}: skipped, {str(error).strip().splitlines()[0][:80]}")
        else:
            found[name] = (work, threads)
    return found


def report(name: str, paths: list[Path], ways: dict[str, Way], rivals: list[str], options: argparse.Namespace) -> None:
    print(
        f"\n{name}, {paths[0].stat().st_size / 1e6:.1f} MB: pictures a second (ms, processor ms a picture)", flush=True
    )
    ways = usable(ways, paths[0])
    paces = dict.fromkeys(ways, Pace())
    for _ in range(options.rounds):
        for way, (work, threads) in ways.items():
            paces[way] = paces[way].best_of(pace(work, paths, threads, options.seconds))
    for way, found in paces.items():
        print(f"  {way:34} {found.rate:8.1f} ({1000 / found.rate:7.2f}, {found.processor:7.2f})")
    best = {way: found.rate for way, found in paces.items()}
    tell("the guard, ms a picture", 1000 / best[ONE] - 1000 / best[UNGUARDED])
    tell("the guard, processor ms a picture", paces[ONE].processor - paces[UNGUARDED].processor)
    tell("processor time: one process ÷ two", paces[ONE].processor / paces[TWO].processor)
    if name != TINY:
        tell_ratios(best, max((rival for rival in rivals if rival in best), key=lambda rival: best[rival]))


def tell_ratios(best: dict[str, float], peer: str) -> None:
    tell(f"guarded ÷ the best peer ({peer})", best[ONE] / best[peer], OF_THE_BEST)
    tell("two processes ÷ one", best[TWO] / best[ONE], TWO_OF_ONE)
    tell("Pillow thumbnail(), two threads ÷ one", best["Pillow thumbnail(), 2 threads"] / best["Pillow thumbnail()"])
    tell("thumbnail ÷ Pillow full decode", best[ONE] / best["Pillow full decode"])
    tell("guarded full view ÷ Pillow full decode", best["guarded full view, 1 process"] / best["Pillow full decode"])
    tell("prepare: two processes ÷ one", best["guarded prepare, 2 processes"] / best["guarded prepare, 1 process"])


def report_a_processor_each(
    paths: list[Path], peers: dict[str, Work], one: GuardedPictureReader, two: GuardedPictureReader,
    options: argparse.Namespace,
) -> None:  # fmt: skip
    """The thumbnails once more: reader and peers on one processor, then two decoder processes on one each."""
    if len(processors()) < 2:
        print("  a processor each: skipped, it takes Linux and two processors")
        return
    ways = usable(
        {ONE: (lambda path: one.pixels(path, SIDE), 1), **{name: (peers[name], 1) for name in peers}}, paths[0]
    )
    paces, both = dict.fromkeys(ways, Pace()), Pace()
    for _ in range(options.rounds):
        with held_to_one(one):
            for way, (work, threads) in ways.items():
                paces[way] = paces[way].best_of(pace(work, paths, threads, options.seconds))
        with held_to_one_each(two):
            both = both.best_of(pace(lambda path: two.pixels(path, SIDE), paths, 2, options.seconds))
    peer = max((way for way in ways if way != ONE), key=lambda way: paces[way].rate)
    for way, found in {**paces, TWO: both}.items():
        print(f"  a processor each: {way:34} {found.rate:8.1f} ({1000 / found.rate:7.2f}, {found.processor:7.2f})")
    tell(f"a processor each: guarded ÷ {peer}", paces[ONE].rate / paces[peer].rate, OF_THE_BEST)
    tell("a processor each: two processes ÷ one", both.rate / paces[ONE].rate, TWO_OF_ONE)


def tell(what: str, value: float, aim: float | None = None) -> None:
    verdict = "" if aim is None else f"   {'met' if value >= aim else 'MISSED'} (≥ {aim})"
    print(f"  {what:54}{value:8.2f}{verdict}")


def main() -> None:
    os.environ.setdefault(TUNABLES, "")  # as the program does
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", type=float, default=1.0, help="of the sides of all pictures, to try the script")
    parser.add_argument("--copies", type=int, default=4)
    parser.add_argument("--only", default="", help="kinds whose name holds this")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, GuardedPictureReader(2) as two, GuardedPictureReader(1) as one:
        rivals = peers()
        ways: dict[str, Way] = {
            ONE: (lambda path: one.pixels(path, SIDE), 1),
            TWO: (lambda path: two.pixels(path, SIDE), 2),
            UNGUARDED: (unguarded, 1),
            **{name: (work, 1) for name, work in rivals.items()},
            "Pillow thumbnail(), 2 threads": (rivals["Pillow thumbnail()"], 2),
            "Pillow full decode": (pillow_full, 1),
            "guarded full view, 1 process": (one.pixels, 1),
            "guarded prepare, 1 process": (one.prepare, 1),
            "guarded prepare, 2 processes": (two.prepare, 2),
            "Pillow thumbnail() to WebP": (pillow_prepare, 1),
        }
        for name, paths in make_files(Path(folder), options.scale, options.copies, options.only).items():
            report(name, paths, ways, list(rivals), options)
            if name != TINY:
                report_a_processor_each(paths, rivals, one, two, options)


if __name__ == "__main__":
    main()
