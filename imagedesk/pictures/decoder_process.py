"""The decoder process: one picture after another, within limits, until its parent closes the pipe or dies.

Pillow is imported in here alone, and only once the process runs, so that the parent stays light.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from imagedesk.core.errors import BadPicture
from imagedesk.pictures.decoder_protocol import READY, Request, answer_to_bytes, error_to_bytes
from imagedesk.pictures.limits import MemoryLimit, compute_when_idle, give_way, limit_processor_time, share_one_heap

if TYPE_CHECKING:
    from imagedesk.pictures.decoding import Answer

    Answering = Callable[[Request, bytes, MemoryLimit], Answer]


def run(connection: Connection, hurries: bool) -> None:
    """The process's main function. One that ``hurries`` does not leave uploads for when the computer is idle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the terminal is for the parent to answer
    _silence()
    share_one_heap()
    give_way()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Memory that Pillow keeps for the next picture, in blocks of 16 MB: that of 8 megapixels is not cleared each time.
    os.environ["PILLOW_BLOCKS_MAX"] = "2"
    from imagedesk.pictures import decoding

    decoding.set_up_pillow()
    memory = MemoryLimit()
    try:
        connection.send_bytes(READY)
        while True:
            _serve(connection, memory, _answer if hurries else _answer_in_due_time)
    except (EOFError, OSError):
        return  # the parent is gone, or wants this process gone


def _silence() -> None:
    """Decoders write to standard error what they think of a picture; that is no reader's business."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    os.close(null)


def _end_with_parent() -> None:
    """Leave at once when the parent is killed, also in the middle of a picture."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _serve(connection: Connection, memory: MemoryLimit, answer_to: Answering) -> None:
    request = Request.from_bytes(connection.recv_bytes())
    limit_processor_time(2 * request.seconds + 5)  # twice: the parent's clock comes first, unless it looks away
    memory.allow(0 if request.by_path else 3 * request.payload_size)
    payload = connection.recv_bytes()
    try:
        answer = answer_to(request, payload, memory)
    except BadPicture as error:
        connection.send_bytes(error_to_bytes(error))
        return
    connection.send_bytes(answer_to_bytes(answer.facts, answer.size))
    for piece in answer.pieces:  # an exception here ends the process, which the parent takes for a crash
        connection.send_bytes(piece)


def _answer_in_due_time(request: Request, payload: bytes, memory: MemoryLimit) -> Answer:
    """An upload can wait, a person who looks cannot. A new thread for each: see ``compute_when_idle``."""
    if request.job != "prepare":
        return _answer(request, payload, memory)
    with ThreadPoolExecutor(1, initializer=compute_when_idle) as thread:
        return thread.submit(_answer, request, payload, memory).result()


def _answer(request: Request, payload: bytes, memory: MemoryLimit) -> Answer:
    from imagedesk.pictures import decoding

    path, data = (payload, b"") if request.by_path else (None, payload)
    try:
        return decoding.answer(request, path, data, memory)
    except BadPicture:
        raise
    except Exception as error:
        raise decoding.as_bad_picture(error) from error
