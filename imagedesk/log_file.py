"""The log of our own bugs: one small rotating file. Holds no names of pictures beyond what a traceback shows."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from types import TracebackType

from platformdirs import user_log_path

log = logging.getLogger(__name__)

MAX_BYTES = 1_000_000


def log_path() -> Path:
    return user_log_path("ImageDesk", appauthor=False) / "imagedesk.log"


def start_logging() -> None:
    """Warnings and worse go to the file. botocore's debug log prints session tokens, so its level is never lower, also
    where a logger's own level is."""
    root = logging.getLogger()
    root.addHandler(_LateFile(logging.WARNING))
    root.setLevel(logging.WARNING)


class _LateFile(logging.Handler):
    """Opens the log with the first thing to write: most runs write nothing, and loading the rest costs every start."""

    _is_open = False
    _file: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if not self._is_open:
            self._is_open, self._file = True, _file_handler()
        if self._file is not None:
            self._file.handle(record)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        super().close()


def _file_handler() -> logging.Handler | None:
    from logging.handlers import RotatingFileHandler

    path = log_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=MAX_BYTES, backupCount=1, encoding="utf-8", delay=True)
    except OSError:
        return None  # no log is better than no window
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    return handler


def log_unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """For ``sys.excepthook``: what nobody caught, a slot of Qt included."""
    log.critical("an unexpected error reached the event loop", exc_info=(kind, error, trace))
    sys.__excepthook__(kind, error, trace)
