"""The log holds our own bugs, in one small file, and never what botocore says while it debugs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from imagedesk import log_file
from imagedesk.log_file import log_path, start_logging


@pytest.fixture(autouse=True)
def root_logger() -> Iterator[logging.Logger]:
    """Put back as it was, whatever a test adds."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield root
    for handler in [handler for handler in root.handlers if handler not in handlers]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


def test_the_log_lies_where_this_system_keeps_logs() -> None:
    assert log_path().is_relative_to(Path.home())
    assert log_path().name == "imagedesk.log"


def test_nothing_is_written_until_something_is_wrong() -> None:
    start_logging()
    logging.getLogger("imagedesk.x").info("all is well")
    assert not log_path().exists()


def test_our_bugs_are_written_with_their_traceback() -> None:
    start_logging()
    try:
        raise ZeroDivisionError("a bug: é \udcff".encode("utf-8", "replace").decode())
    except ZeroDivisionError:
        logging.getLogger("imagedesk.workers").exception("An operation failed")
    text = log_path().read_text(encoding="utf-8")
    assert "ERROR imagedesk.workers: An operation failed" in text
    assert "ZeroDivisionError: a bug: é" in text


@pytest.fixture
def talkative() -> Iterator[list[logging.Logger]]:
    """botocore's loggers, at the level that somebody who debugs gives them."""
    loggers = [logging.getLogger(name) for name in ("botocore.auth", "botocore.endpoint", "boto3", "urllib3")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    yield loggers
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


def test_debug_messages_of_botocore_which_hold_session_tokens_are_not_written(talkative: list[logging.Logger]) -> None:
    start_logging()
    for logger in talkative:
        logger.debug("x-amz-security-token: IQoJb3JpZ2lu")
        logger.info("x-amz-security-token: IQoJb3JpZ2lu")
    logging.getLogger("botocore.auth").warning("The clock is off")
    text = log_path().read_text(encoding="utf-8")
    assert "The clock is off" in text
    assert "IQoJb3JpZ2lu" not in text


def test_the_log_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "MAX_BYTES", 2000)
    start_logging()
    for number in range(200):
        logging.getLogger("imagedesk").warning("%d %s", number, "x" * 80)
    files = list(log_path().parent.iterdir())
    assert len(files) == 2
    assert all(file.stat().st_size <= 2000 for file in files)
    assert "199 x" in log_path().read_text(encoding="utf-8")


def test_no_log_is_better_than_no_window(root_logger: logging.Logger) -> None:
    handlers = list(root_logger.handlers)
    folder = log_path().parent
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("in the way")
    start_logging()
    logging.getLogger("imagedesk.x").error("nobody can read this")
    logging.getLogger("imagedesk.x").error("nor this")
    assert len(root_logger.handlers) == len(handlers) + 1
    assert folder.read_text() == "in the way"
