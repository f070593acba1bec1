"""A loopback server that answers each request with the bytes it was given, exactly, in pieces if asked."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.loopback_server import loopback_server


class ScriptedServer:
    """``connections`` counts those that were opened, which are served one after the other; ``heads`` and ``bodies``
    hold the requests."""

    def __init__(self, answers: Sequence[Sequence[bytes]], tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._turn = threading.Lock()
        self.port = 0
        self.connections = 0
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []
        self._answers = list(answers)

    def converse(self, peer: socket.socket) -> None:
        with self._turn:
            self.connections += 1
            stream = self._tls.wrap_socket(peer, server_side=True) if self._tls else peer
            with stream:
                while self._answers and self._exchange(stream):
                    pass

    def _exchange(self, peer: socket.socket) -> bool:
        data = b""
        while b"\r\n\r\n" not in data:
            if not (more := peer.recv(65536)):
                return False
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
        )
        while len(body) < length:
            if not (more := peer.recv(65536)):
                return False
            body += more
        self.heads.append(head)
        self.bodies.append(body)
        for piece in self._answers.pop(0):
            if piece == b"hang up":
                return False
            if piece == b"silence":
                peer.recv(1)  # until the other side gives up
                return False
            peer.sendall(piece)
        return True


@contextmanager
def scripted_server(*answers: Sequence[bytes], tls: ssl.SSLContext | None = None) -> Iterator[ScriptedServer]:
    scripted = ScriptedServer(answers, tls)
    with loopback_server(scripted.converse) as server:
        scripted.port = server.port
        yield scripted
