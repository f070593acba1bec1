"""What the first paint need not wait for is loaded later."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LATER = ("boto3", "botocore", "importlib.metadata", "ulid", "PIL", "PySide6.QtNetwork", "ssl", "tomlkit")


@pytest.mark.parametrize("module", ["imagedesk.app", "imagedesk.commands.run"])
def test_nothing_heavy_is_loaded_before_it_is_needed(module: str) -> None:
    program = f"import {module}, sys; print([name for name in {LATER!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}; {program}"],
        cwd=Path(__file__).parents[2],
        text=True,
        capture_output=True,
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
