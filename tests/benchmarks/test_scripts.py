"""Each script of the benchmarks runs through at its smallest size. What it measures there tells nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.loopback import is_here
from tests.contract.aws_servers import moto_server_url

__all__ = ["moto_server_url"]  # a fixture

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PATIENCE = 120  # seconds, on a machine that others keep busy
SMALLEST = {
    "busy_window": "--files 4 --bytes 4000 --images 200 --latency-ms 0 --seconds 0.1",
    "decoding": "--seconds 0.02 --rounds 1 --scale 0.02 --copies 1",
    "dropping": "--files 20 --images 100 --seconds 0.1 --embedded --forms files",
    "files": "--files 2 --bytes 20000 --threads 2 --aws= --s5cmd= --rclone= --s3-endpoint URL --dynamodb-endpoint URL",
    "first_load": "--items 20 --pages 1 --endpoint URL",
    "gallery": "--sizes 100,200 --moves 2",
    "requests": "--items 20 --limit 5 --pages 1",
    "start": "--size 50 --rounds 1",
    "transfer_panel": "--sizes 50,100 --frames 2",
    "transfers": "--files 2 --bytes 2000 --latency-ms 0 --rounds 1 --tools ours",
    "viewing": "--turns 2 --rounds 1 --scale 0.03 --tiles 60",
}
# These need what others made, or are run by another script.
ELSEWHERE = {
    "executable": "measures what PyInstaller made: python -m tests.benchmarks.executable PATH",
    "loopback": "runs the others",
    "null_server": "the server of transfers and busy_window",
    "paint_moments": "run by start",
}


def run(script: str, words: str, folder: Path) -> str:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(folder), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.benchmarks.loopback", f"tests.benchmarks.{script}", *words.split()]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE)
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert "Traceback" not in ended.stderr, ended.stderr[-3000:]
    return ended.stdout


@pytest.mark.parametrize("script", sorted(SMALLEST))
def test_it_runs_through_and_tells_figures(script: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    words = SMALLEST[script]
    if "URL" in words:
        words = words.replace("URL", request.getfixturevalue("moto_server_url"))
    printed = run(script, words, tmp_path)
    assert re.search(r"\d", printed), printed


@pytest.mark.parametrize("script", sorted(ELSEWHERE))
def test_it_is_tried_elsewhere(script: str) -> None:
    pytest.skip(f"{script}: {ELSEWHERE[script]}")


def test_no_script_is_left_out() -> None:
    scripts = {path.stem for path in HERE.glob("*.py") if '\nif __name__ == "__main__":' in path.read_text()}
    assert scripts == SMALLEST.keys() | ELSEWHERE.keys()


def test_the_network_ends_at_this_computer(tmp_path: Path) -> None:
    assert is_here("127.0.0.1")
    assert is_here("::1")
    assert not is_here("192.0.2.1")
    asking = "import tests.benchmarks.loopback, socket; socket.create_connection(('192.0.2.1', 9), timeout=1)"
    ended = subprocess.run([sys.executable, "-c", asking], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert "PermissionError: a benchmark asked for '192.0.2.1'" in ended.stderr
