"""A TCP relay before a server that cuts a connection after so many bytes, or flips one bit, once it is told to."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from tests.loopback_server import loopback_server


@dataclass
class Harm:
    """``up``: towards the server. At byte ``place`` from the moment it is planned: cut before it, or ``flip`` it."""

    up: bool
    place: int
    flip: bool = False


class HarmingRelay:
    def __init__(self, server: tuple[str, int]) -> None:
        self._server = server
        self._lock = threading.Lock()
        self._harm: Harm | None = None
        self.url = ""
        self.done = 0

    def plan(self, harm: Harm | None) -> None:
        with self._lock:
            self._harm = harm

    def converse(self, client: socket.socket) -> None:
        with socket.create_connection(self._server) as server:
            down = threading.Thread(target=self._pump, args=(server, client, False))
            down.start()
            self._pump(client, server, True)
            down.join()

    def _pump(self, source: socket.socket, target: socket.socket, up: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                kept, cut = self._harmed(data, up)
                target.sendall(kept)
                if cut:
                    break
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _harmed(self, data: bytes, up: bool) -> tuple[bytes, bool]:
        with self._lock:
            harm = self._harm
            if harm is None or harm.up is not up:
                return data, False
            if harm.place >= len(data):
                harm.place -= len(data)
                return data, False
            self._harm = None
            self.done += 1
            if not harm.flip:
                return data[: harm.place], True
            changed = bytearray(data)
            changed[harm.place] ^= 1 << (harm.place % 8)
            return bytes(changed), False


@contextlib.contextmanager
def harming_relay(host: str, port: int) -> Iterator[HarmingRelay]:
    relay = HarmingRelay((host, port))
    with loopback_server(relay.converse) as server:
        relay.url = server.url
        yield relay
