"""How many files and how many folders were dropped. Looked up on a worker: a far disk may let one wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from imagedesk.core.cancellation import CancelToken
from imagedesk.transfers.named_paths import NamedPaths

_LOOKS = 500  # between two looks at the token


def count_kinds(paths: Sequence[Path]) -> Callable[[CancelToken], tuple[int, int]]:
    """An operation that answers with the numbers of files and of folders."""
    wanted = NamedPaths.of(paths)

    def run(cancel: CancelToken) -> tuple[int, int]:
        folders = 0
        for number, path in enumerate(wanted):
            if number % _LOOKS == 0:
                cancel.raise_if_cancelled()
            folders += _is_folder(path)
        return len(wanted) - folders, folders

    return run


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False
