"""kill -9 at random moments of a mixed batch on the embedded library: nothing lost, nothing twice, nothing half."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.stores.embedded.setup import DATABASE_NAME
from tests.fakes.picture_reader import fake_picture

FILES = 60
CHANCE = random.Random(9)


def make_batch(folder: Path, files: int = FILES, beginning: bytes | None = None) -> None:
    """The files begin as pictures do, those of a fake reader if not said otherwise."""
    for name in ("source", "target", "data"):
        (folder / name).mkdir(parents=True)
    for number in range(files):
        size = CHANCE.choice([100, 20_000, 300_000])
        name = f"{'gone' if number % 6 == 0 else 'kept'} {number}.png"
        (folder / "source" / name).write_bytes((beginning or fake_picture(salt=str(number))) + CHANCE.randbytes(size))


class Moments:
    """When to kill: at random within a stretch that follows how fast the work is now, so that most runs are hit.

    A stretch that is measured once would be wrong as soon as the computer has other things to do.
    """

    def __init__(self, stretch: float = 0.3) -> None:
        self._stretch = stretch

    def next(self) -> float:
        """Seconds from the moment that the work begins."""
        return CHANCE.uniform(0, self._stretch)

    def hit(self, killed: bool) -> None:
        self._stretch *= 1.05 if killed else 0.9


def run(folder: Path, kill_after: float | None, *profile: str) -> bool:
    """Whether it came to its end before it was killed, ``kill_after`` seconds after it began to work."""
    command = [sys.executable, "-m", "tests.faults.batch_child", str(folder), *profile]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        begun = child.stdout.readline()
        try:
            out, errors = child.communicate(timeout=kill_after)
        except subprocess.TimeoutExpired:
            os.kill(child.pid, signal.SIGKILL)
            child.communicate()
            return False
    assert child.returncode == 0, errors
    assert begun + out == "begun\nfinished\n"
    return True


def check(folder: Path) -> None:
    """Every file that was taken in is there once and bit-exact, what was deleted is not, no name holds half a file."""
    digests = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "source").iterdir()}
    kept = Counter(digest for path, digest in digests.items() if path.name.startswith("kept"))
    catalogue = Catalogue(folder / "library" / DATABASE_NAME, durable=True)
    records = list(catalogue.get_many(list(catalogue.all_ids())).values())
    catalogue.close()
    assert Counter(record.sha256 for record in records) == kept
    for record in records:
        data = (folder / "library" / record.key).read_bytes()
        assert hashlib.sha256(data).hexdigest() == record.sha256
    for path in (folder / "library" / "images").rglob("*"):
        if path.is_file() and not path.name.startswith("."):
            assert hashlib.sha256(path.read_bytes()).hexdigest() in digests.values()
    downloaded = [path for path in (folder / "target").iterdir() if not path.name.startswith(".")]
    assert {hashlib.sha256(path.read_bytes()).hexdigest() for path in downloaded} == set(kept)


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is of POSIX")
def test_a_batch_survives_kills_at_any_moment(
    tmp_path: Path, times: Callable[[int, int], int], report: Callable[[str], None]
) -> None:
    wanted, kills, batches, moments = times(6, 1000), 0, 0, Moments()
    while kills < wanted:
        folder = tmp_path / f"batch {batches}"
        make_batch(folder)
        batches += 1
        while kills < wanted:
            ended = run(folder, moments.next())
            moments.hit(not ended)
            if ended:
                break
            kills += 1
            if kills % 100 == 0:
                report(f"{kills} kills in {batches} batches so far")
        assert run(folder, None)
        check(folder)
    report(f"{kills} kills in {batches} batches of {FILES} files: every file there once and bit-exact")
