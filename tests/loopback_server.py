"""A server on a loopback port for tests that say byte by byte what it does: it accepts, they converse."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator


class LoopbackServer:
    """``converse`` gets each connection in a thread of its own, and the connection ends with it. Whatever it waits for
    on its connection ends when the server does."""

    def __init__(self, converse: Callable[[socket.socket], object]) -> None:
        self._converse = converse
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._port = int(self._listener.getsockname()[1])
        self._ended = False
        self._open: dict[threading.Thread, socket.socket] = {}
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    @property
    def port(self) -> int:
        return self._port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """End every connection and wait for its thread."""
        self._ended = True
        with contextlib.suppress(OSError):  # a blocked accept is woken by a connection on every system
            socket.create_connection(("127.0.0.1", self.port)).close()
        self._accepting.join()
        self._listener.close()
        for thread, peer in self._open.items():
            with contextlib.suppress(OSError):
                peer.shutdown(socket.SHUT_RDWR)
            thread.join()

    def _accept(self) -> None:
        while True:
            peer, _ = self._listener.accept()
            if self._ended:
                peer.close()
                return
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open = {thread: opened for thread, opened in self._open.items() if thread.is_alive()}
            thread = threading.Thread(target=self._serve, args=(peer,))
            self._open[thread] = peer
            thread.start()

    def _serve(self, peer: socket.socket) -> None:
        with peer, contextlib.suppress(OSError, EOFError):  # the other side may go when it likes
            self._converse(peer)


@contextlib.contextmanager
def loopback_server(converse: Callable[[socket.socket], object]) -> Iterator[LoopbackServer]:
    server = LoopbackServer(converse)
    try:
        yield server
    finally:
        server.stop()
