"""Pictures to drop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.picture_reader import fake_picture


@pytest.fixture
def pictures(tmp_path: Path) -> Callable[[int], Path]:
    """Makes a folder with so many different pictures."""

    def make(count: int) -> Path:
        folder = tmp_path / "Holiday"
        folder.mkdir(exist_ok=True)
        for number in range(count):
            (folder / f"{number:03d}.png").write_bytes(fake_picture(salt="x" * number))
        return folder

    return make
