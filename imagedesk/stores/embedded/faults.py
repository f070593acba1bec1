"""What goes wrong with reading the library's own files, in the words of :mod:`imagedesk.core.errors`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from imagedesk.core.errors import NotFound, StoreUnavailable
from imagedesk.core.os_faults import reason, shown


@contextlib.contextmanager
def reading_faults(path: Path) -> Iterator[None]:
    """For a block that reads the library's own file at ``path``: raises NotFound or StoreUnavailable."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise NotFound(f"There is no file {shown(path)}: it may have been moved or deleted.") from error
    except OSError as error:
        raise StoreUnavailable(f"{shown(path)} cannot be read ({reason(error)}): check the library folder.") from error
