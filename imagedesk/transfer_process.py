"""The process that transfers: what the window starts beside itself, and what runs in it.

    window: ``apart`` → ServiceProcess ⇄ child: ``_run`` → the same library, opened once more, without a catalogue

It gives way to the window, as the decoders do, which it has of its own.
"""

from __future__ import annotations

import contextlib
import logging
import signal
from collections.abc import Sequence
from functools import partial
from multiprocessing.connection import Connection

from imagedesk.core.heaps import share_one_heap
from imagedesk.core.profiles import AwsProfile
from imagedesk.libraries import OpenLibrary, open_library
from imagedesk.service.service_process import ServiceProcess


def apart(library: OpenLibrary, typed_user: str | None, preferred_user: str | None) -> ServiceProcess | None:
    """The service of an open library in a process of its own; None where it stays in the window's: a folder's, whose
    catalogue the window writes."""
    if library.throttle is None or not isinstance(library.profile, AwsProfile):
        return None
    return ServiceProcess(partial(_run, library.profile, typed_user, preferred_user), library.throttle)


def _run(
    profile: AwsProfile,
    typed_user: str | None,
    preferred_user: str | None,
    control_pipe: Connection,
    lines: Sequence[Connection],
) -> None:
    """The process's main function."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the terminal is for the window to answer
    share_one_heap()
    from imagedesk.pictures.guarded_reader import GuardedPictureReader
    from imagedesk.pictures.limits import give_way
    from imagedesk.service.served_calls import Control, LogForwarding, ServedCalls

    give_way()
    control = Control(control_pipe)
    logging.getLogger().addHandler(LogForwarding(control))
    with GuardedPictureReader() as pictures:
        library = open_library(
            profile, pictures, typed_user=typed_user, preferred_user=preferred_user, with_catalogue=False
        )
        with contextlib.closing(library):
            assert library.throttle is not None
            ServedCalls(library.service, library.throttle, control).serve(lines)
