"""A disk of a few megabytes, in a mount namespace of the test's own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest


def in_small_disk(folder: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    script = 'mount -t tmpfs -o size=3m none "$1" && shift && exec "$@"'
    return subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", str(folder), *command],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_full_disk_is_told_and_leaves_nothing_half_written(tmp_path: Path, report: Callable[[str], None]) -> None:
    if shutil.which("unshare") is None or in_small_disk(tmp_path, ["true"]).returncode != 0:
        pytest.skip("no small disk can be mounted here")
    child = in_small_disk(tmp_path, [sys.executable, "-m", "tests.faults.full_disk_child", str(tmp_path)])
    assert child.returncode == 0, child.stderr[-3000:]
    report(f"writes refused by a full disk, each told and clean: {child.stdout.strip()}")
