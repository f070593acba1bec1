"""Sending a picture to a decoder within a limit of time: a pipe holds little, and who hangs does not read on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from multiprocessing.connection import Connection

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import Cancelled
from imagedesk.pictures.decoder_reply import POLL_SECONDS
from imagedesk.pictures.patience import Patience, TookTooLong

AT_ONCE = 64 * 1024  # bytes; a decoder that is ready has read them before a watch on it would be set up


class WatchedSending:
    """Sends what is large beside a thread that calls ``end_reader`` once the time is over or somebody cancels."""

    def __init__(self, patience: Patience, cancel: CancelToken | None, end_reader: Callable[[], None]) -> None:
        self._patience, self._cancel, self._end_reader = patience, cancel, end_reader
        self._sent = threading.Event()
        self._reason: TookTooLong | Cancelled | None = None

    def send(self, connection: Connection, data: bytes) -> None:
        """Raises TookTooLong or Cancelled, and whatever a connection does that nobody reads."""
        if len(data) <= AT_ONCE:
            connection.send_bytes(data)
            return
        watch = threading.Thread(target=self._watch, name="decoder-sending", daemon=True)
        watch.start()
        try:
            connection.send_bytes(data)
        except OSError:
            if self._reason is None:
                raise
        finally:
            self._sent.set()
            watch.join()
        if self._reason is not None:
            raise self._reason

    def _watch(self) -> None:
        while not self._sent.wait(POLL_SECONDS):
            try:
                self._patience.check()
                if self._cancel is not None:
                    self._cancel.raise_if_cancelled()
            except (TookTooLong, Cancelled) as reason:
                self._reason = reason
                self._end_reader()
                return
