"""kill -9 at random moments of a first load: it goes on where it was, and ends with what the store holds."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from imagedesk.catalogue.catalogue import Catalogue
from imagedesk.catalogue.first_load import SEGMENTS
from tests.fakes.record_store import SCAN_PAGE
from tests.faults.load_child import IMAGES, stored

CHANCE = random.Random(4)


def run(path: Path, kill_after: int | None) -> tuple[int, bool]:
    """How many pages it read, and whether it came to its end before it was killed behind so many."""
    command = [sys.executable, "-m", "tests.faults.load_child", str(path)]
    pages = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if line == "finished\n":
                return pages, True
            pages += 1
            if pages == kill_after:
                os.kill(child.pid, signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    return pages, False


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is of POSIX")
def test_a_first_load_survives_kills_at_any_moment(
    tmp_path: Path, times: Callable[[int, int], int], report: Callable[[str], None]
) -> None:
    loads, kills, read = times(2, 60), 0, 0
    least = loads * IMAGES // SCAN_PAGE
    for number in range(loads):
        path = tmp_path / f"{number}.sqlite"
        while True:
            pages, is_over = run(path, CHANCE.randrange(1, 25))
            read += pages
            if is_over:
                break
            kills += 1
        catalogue = Catalogue(path, durable=False)
        assert catalogue.get_many(list(catalogue.all_ids())) == stored().items
        assert catalogue.unfinished_load() is None
        catalogue.close()
    assert kills >= loads
    assert read <= least + loads * SEGMENTS + kills * SEGMENTS  # what was on its way is all that is read again
    report(f"{kills} kills in {loads} first loads of {IMAGES} images: {read} pages read where {least} hold everything")
