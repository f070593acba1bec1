"""The guarded picture reader: hostile bytes are decoded in a few child processes, and only plain values come back.

    caller's thread → a free child → request over its pipe → decoded within limits → facts, thumbnail or raw pixels

A child that crashes, is killed, takes too long or asks for too much memory makes its picture unreadable, and is
replaced for the next one.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeVar

from imagedesk.core.cancellation import CancelToken
from imagedesk.core.errors import BadPicture, Cancelled, UnreadableImage
from imagedesk.core.pictures import Animation, PictureFacts, Pixels, PreparedPicture, Source
from imagedesk.pictures.answers import animation_from, facts_from, pixels_from, prepared_from
from imagedesk.pictures.decoder_child import ChildDidNotStart, ChildDied, DecoderChild
from imagedesk.pictures.decoder_protocol import MalformedAnswer, Request
from imagedesk.pictures.decoder_reply import POLL_SECONDS
from imagedesk.pictures.limits import TimeLimits, is_thumbnail
from imagedesk.pictures.patience import TookTooLong

CLOSE_SECONDS = 2.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Job:
    """What is asked of the child, and how long it may take."""

    name: str
    seconds: float
    max_side: int | None = None
    page: int = 0
    threads: int = 0


class GuardedPictureReader:
    """Implements ``core.ports.PictureReader``. Calls block and may come from any thread; each waits for a free child.
    No process runs before the first call or ``start``; after ``close`` every call raises Cancelled."""

    def __init__(self, processes: int = 2, time_limits: TimeLimits | None = None) -> None:
        self._time_limits = time_limits or TimeLimits()
        self._children = [DecoderChild(self._time_limits) for _ in range(max(1, processes))]
        # Thumbnails come in numbers: as many threads as keep all processors busy, and the window from waiting for more.
        self._threads = max(1, (os.cpu_count() or 1) // len(self._children))
        self._free = list(self._children)
        self._changed = threading.Condition()
        self._closed = False

    def start(self) -> None:
        """Launch the processes and return at once, so that the first picture does not wait for them."""
        with self._changed:
            if self._closed:
                return
            taken, self._free = self._free, []
        try:
            for child in taken:
                child.start()
        except Cancelled:
            return  # closed meanwhile
        finally:
            self._give_back(taken)

    def close(self) -> None:
        """Kill the processes; calls under way end with Cancelled. Returns within about two seconds; may be repeated."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for child in self._children:
            child.end()
        deadline = time.monotonic() + CLOSE_SECONDS
        with self._changed:
            self._changed.wait_for(
                lambda: len(self._free) == len(self._children), max(0.0, deadline - time.monotonic())
            )
            for child in self._free:
                child.release()

    def __enter__(self) -> GuardedPictureReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def prepare(self, source: Source, cancel: CancelToken | None = None) -> PreparedPicture:
        """Facts and thumbnail of a picture that was read to its end. Errors say that nothing was uploaded."""
        seconds = self._time_limits.for_prepare(_size_of(source))
        try:
            return self._ask(prepared_from, source, _Job("prepare", seconds, threads=self._threads), cancel)
        except BadPicture as error:
            raise type(error)(f"{error.message} Nothing was uploaded.") from error

    def pixels(
        self, source: Source, max_side: int | None = None, cancel: CancelToken | None = None, page: int = 0
    ) -> Pixels:
        """A page or the first frame for the screen, long side at most ``max_side``; never enlarged."""
        threads = self._threads if is_thumbnail(max_side) else 0
        job = _Job("pixels", self._time_limits.for_pixels(max_side), max_side, page, threads)
        return self._ask(pixels_from, source, job, cancel)

    def animation(self, source: Source, max_side: int, cancel: CancelToken | None = None) -> Animation:
        """The frames, as many as fit into memory and half of the time."""
        return self._ask(animation_from, source, _Job("animation", self._time_limits.full_view, max_side), cancel)

    def facts(self, source: Source, cancel: CancelToken | None = None) -> PictureFacts:
        """The header and EXIF alone."""
        return self._ask(facts_from, source, _Job("facts", self._time_limits.full_view), cancel)

    def _ask(
        self,
        read: Callable[[dict[str, Any], bytes], T],
        source: Source,
        job: _Job,
        cancel: CancelToken | None,
    ) -> T:
        by_path = not isinstance(source, bytes)
        payload = source if isinstance(source, bytes) else os.fsencode(source)
        request = Request(job.name, by_path, len(payload), job.seconds, job.max_side, job.page, job.threads)
        with self._free_child(cancel) as child:
            try:
                return child.ask(request, payload, read, cancel)
            except TookTooLong as error:
                raise UnreadableImage(_too_long(error, job.seconds)) from error
            except ChildDidNotStart as error:
                raise UnreadableImage("The picture decoder did not start: try again, or restart ImageDesk.") from error
            except (ChildDied, MalformedAnswer) as error:
                raise UnreadableImage("Damaged image: it ended the decoder. Export or download it again.") from error

    @contextmanager
    def _free_child(self, cancel: CancelToken | None) -> Iterator[DecoderChild]:
        child = self._take(cancel)
        try:
            yield child
        finally:
            self._give_back([child])

    def _give_back(self, children: list[DecoderChild]) -> None:
        with self._changed:
            self._free.extend(children)
            self._changed.notify_all()
            if self._closed:
                for child in children:
                    child.release()

    def _take(self, cancel: CancelToken | None) -> DecoderChild:
        with self._changed:
            while True:
                if self._closed:
                    raise Cancelled
                if cancel is not None:
                    cancel.raise_if_cancelled()
                if self._free:
                    # Rather one that runs and has nothing to finish; of these, the one used last, its memory warm.
                    best = max(range(len(self._free)), key=lambda i: (self._free[i].is_idle, i))
                    return self._free.pop(best)
                self._changed.wait(None if cancel is None else POLL_SECONDS)


def _too_long(error: TookTooLong, seconds: float) -> str:
    if error.starved:
        return "The computer is too busy to decode the picture: close other programs, then try again."
    return f"Damaged image: it took longer than {seconds:.0f} s to decode."


def _size_of(source: Source) -> int:
    if isinstance(source, bytes):
        return len(source)
    try:
        return source.stat().st_size
    except (OSError, ValueError):
        return 0  # the child says why the file cannot be read
