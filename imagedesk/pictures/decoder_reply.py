"""Reading one reply from the decoder's pipe, within a limit of time; it can be taken up again after a cancel."""

from __future__ import annotations

from io import BytesIO
from multiprocessing.connection import Connection
from typing import Any

from imagedesk.core.cancellation import CancelToken
from imagedesk.pictures.decoder_protocol import MAX_MESSAGE, MalformedAnswer, answer_from_bytes
from imagedesk.pictures.patience import Patience

POLL_SECONDS = 0.05  # how soon a cancellation is seen


def next_message(connection: Connection, patience: Patience, cancel: CancelToken | None) -> bytes:
    """Raises TookTooLong, Cancelled, EOFError or OSError."""
    while not connection.poll(POLL_SECONDS):
        if cancel is not None:
            cancel.raise_if_cancelled()
        patience.check()
    return connection.recv_bytes(MAX_MESSAGE)


class DecoderReply:
    """A header, then bytes in pieces: about a megabyte each, which measured faster than one long message (it overlaps
    with the child's work) and than shared memory (whose copy into bytes holds the interpreter)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._facts: dict[str, Any] | None = None
        self._missing = 0
        self._data = BytesIO()

    def read(self, patience: Patience, cancel: CancelToken | None) -> tuple[dict[str, Any], bytes]:
        """The facts and the bytes. Raises what the header reports, MalformedAnswer and what ``next_message`` does."""
        if self._facts is None:
            self._facts, self._missing = answer_from_bytes(next_message(self._connection, patience, cancel))
        while self._missing > 0:
            piece = next_message(self._connection, patience, cancel)
            self._missing -= len(piece)
            self._data.write(piece)
        if self._missing < 0:
            raise MalformedAnswer("more bytes than announced")
        return self._facts, self._data.getvalue()
