"""One running reader for all tests that do not harm it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from imagedesk.pictures.guarded_reader import GuardedPictureReader


@pytest.fixture(scope="session")
def reader() -> Iterator[GuardedPictureReader]:
    """Started here, before any test's own check for processes that it left behind."""
    with GuardedPictureReader(processes=2) as shared:
        shared.start()
        yield shared
