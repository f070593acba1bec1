"""The connections of the wire: urllib3 opens them (TLS verified, keep-alive), here they rest between requests.

A plain socket blocks in the kernel, which knows the timeout: a send or a receive is one system call then, where Python
would ask for readiness before each. Whoever runs many threads pays for each call twice, with the interpreter's lock.
"""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import struct
import time
from typing import Any, cast

from urllib3 import HTTPConnectionPool
from urllib3.exceptions import ClosedPoolError
from urllib3.util.connection import is_connection_dropped

from imagedesk.core.cancellation import CancelToken

_FRESH = 1.0  # seconds of rest within which no server hangs up
_KERNEL_WAITS = os.name == "posix"


class Leases:
    """Thread-safe. ``pool`` says how connections are made; none of them is put there."""

    def __init__(self, pool: HTTPConnectionPool) -> None:
        self._pool = pool
        self._resting: list[
            tuple[Any, float]
        ] = []  # the last one first: its caches are warm; append and pop are atomic
        self._is_closed = False

    @property
    def resting(self) -> list[Any]:
        return [connection for connection, _since in self._resting]

    def take(self, cancel: CancelToken | None) -> Lease:
        """A connection for one request. Raises OSError and urllib3's errors where none can be opened."""
        if self._is_closed:
            raise ClosedPoolError(self._pool, "The connections are closed.")
        connection = self._rested() or self._pool._new_conn()
        return Lease(self, connection, cancel)

    def opened(self, connection: Any) -> socket.socket:
        """The connection's socket, with the pool's timeout for each answer."""
        timeout = self._pool.timeout.read_timeout
        if connection.sock is None:
            connection.connect()
        elif connection.timeout == timeout:
            return cast("socket.socket", connection.sock)
        connection.timeout = timeout  # where urllib3 has the one for connecting, which is done
        _set_timeout(connection.sock, timeout)
        return cast("socket.socket", connection.sock)

    def give_back(self, connection: Any, *, reusable: bool) -> None:
        if reusable:
            self._resting.append((connection, time.monotonic()))
        if not reusable or self._is_closed:
            connection.close()

    def close(self) -> None:
        """Close the connections that rest; those in use are closed when they come back."""
        self._is_closed = True
        while self._resting:
            self._resting.pop()[0].close()

    def _rested(self) -> Any:
        with contextlib.suppress(IndexError):
            while True:
                connection, since = self._resting.pop()
                if time.monotonic() - since < _FRESH or not is_connection_dropped(connection):
                    return connection
                connection.close()
        return None


class Lease:
    """A connection for one request; rests again when ``reusable``, is closed otherwise. ``cancel`` breaks it."""

    def __init__(self, leases: Leases, connection: Any, cancel: CancelToken | None) -> None:
        self._leases = leases
        self._connection = connection
        self._cancel = cancel
        self._socket: socket.socket | None = None
        self.reusable = False

    def socket(self) -> socket.socket:
        found = self._socket = self._leases.opened(self._connection)
        if self._cancel is not None:
            self._cancel.add_interrupt(self._interrupt)
        return found

    def close(self) -> None:
        """Idempotent."""
        connection, self._connection = self._connection, None
        if connection is not None:
            if self._cancel is not None:
                self._cancel.remove_interrupt(self._interrupt)
            self._leases.give_back(connection, reusable=self.reusable)

    def _interrupt(self) -> None:
        """Ends a send or a wait of the thread that has the connection; that thread closes it."""
        assert self._socket is not None
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)  # below TLS, whose state is that thread's own


def _set_timeout(sock: socket.socket, timeout: float | None) -> None:
    if not _KERNEL_WAITS or isinstance(sock, ssl.SSLSocket) or not isinstance(timeout, int | float):
        sock.settimeout(timeout)
        return
    sock.settimeout(None)
    seconds = struct.pack("ll", int(timeout), int(timeout % 1 * 1_000_000))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, seconds)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, seconds)
