from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest

from imagedesk.core.heaps import large_pages
from imagedesk.pictures.guarded_reader import GuardedPictureReader
from tests.generated_pictures import make_picture

if sys.platform != "linux":
    pytest.skip("only glibc has these", allow_module_level=True)

ASKED = "glibc.malloc.hugetlb=1"
PRINT = [sys.executable, "-c", "import os; print(os.environ.get('GLIBC_TUNABLES'))"]


def told() -> str:
    return subprocess.run(PRINT, capture_output=True, text=True, check=True).stdout.strip()


def test_a_process_that_is_started_inside_asks_for_large_pages_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLIBC_TUNABLES", "")
    with large_pages():
        assert told() == ASKED
    assert told() == ""


def test_what_somebody_else_has_tuned_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLIBC_TUNABLES", "glibc.malloc.check=0")
    with large_pages():
        assert told() == f"glibc.malloc.check=0:{ASKED}"
    assert told() == "glibc.malloc.check=0"


def test_an_environment_that_was_not_prepared_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GLIBC_TUNABLES", raising=False)
    with large_pages():
        assert "GLIBC_TUNABLES" not in os.environ


def test_a_decoder_asks_for_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GLIBC_TUNABLES", "")
    picture = tmp_path / "picture.png"
    picture.write_bytes(make_picture("PNG"))
    others = multiprocessing.active_children()
    with GuardedPictureReader(1) as pictures:
        pictures.pixels(picture, 16)
        (child,) = (child for child in multiprocessing.active_children() if child not in others)
        environment = Path(f"/proc/{child.pid}/environ").read_bytes().split(b"\0")
    assert f"GLIBC_TUNABLES={ASKED}".encode() in environment
