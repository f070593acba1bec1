"""Into what memory the body of an answer is received: fresh, lent, or where its reader wants it.

Lent buffers go round among all transfers, so that they stay in the processor's cache and nobody clears fresh memory for
every file. A landing saves a large body the copy from one to the other, which would hold the interpreter's lock.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator
from typing import Any, Protocol, TypeAlias

CHUNK = 1024 * 1024
_LENT = 256 * 1024  # bytes of a lent chunk at most
_SPARE = 8  # buffers that are kept when nobody needs them
Bytes: TypeAlias = bytes | bytearray | memoryview
Room: TypeAlias = Callable[[int], Any]  # writable memory for a chunk of at most so many bytes


class AnswerMemory(Protocol):
    @property
    def lends(self) -> bool:
        """Whether a chunk is good only until the next one is asked for."""

    def opened(self) -> contextlib.AbstractContextManager[Room]: ...


class _Fresh:
    lends = False

    def opened(self) -> contextlib.AbstractContextManager[Room]:
        return contextlib.nullcontext(lambda left: bytearray(min(CHUNK, left)))


class _Lent:
    lends = True

    @contextlib.contextmanager
    def opened(self) -> Generator[Room, None, None]:
        try:
            buffer = _spare.pop()
        except IndexError:
            buffer = bytearray(_LENT)
        try:
            view = memoryview(buffer)
            yield lambda left: view[:left]
        finally:
            if len(_spare) < _SPARE:
                _spare.append(buffer)


_spare: list[bytearray] = []  # append and pop are atomic
FRESH: AnswerMemory = _Fresh()
LENT: AnswerMemory = _Lent()


class Landing:
    """``memory`` filled from its start: the reader must ``keep`` each chunk, which mostly lies there already."""

    lends = True

    def __init__(self, memory: memoryview) -> None:
        self._rest = memory

    def opened(self) -> contextlib.AbstractContextManager[Room]:
        return contextlib.nullcontext(lambda left: self._rest[: min(CHUNK, left)])

    def keep(self, chunk: Bytes) -> None:
        """At most ``left`` bytes."""
        size = len(chunk)
        if not (isinstance(chunk, memoryview) and chunk.obj is self._rest.obj):
            self._rest[:size] = chunk
        self._rest = self._rest[size:]

    @property
    def left(self) -> int:
        """Bytes of room."""
        return len(self._rest)
