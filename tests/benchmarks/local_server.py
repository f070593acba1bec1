"""The null server in a process of its own, for as long as a benchmark runs."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def null_server(size: int, files: int, latency_ms: float, source: str | None = None) -> Iterator[str]:
    """Its URL. ``source`` is the C program that is compiled and run in place of our own server."""
    with tempfile.TemporaryDirectory() as folder:
        if source:
            port = _free_port()
            program = str(Path(folder) / "null_server")
            subprocess.run(["cc", "-O2", "-w", "-o", program, source], check=True)
            command = [program, str(port), str(size), str(files), str(int(latency_ms * 1000))]
        else:
            port = 0  # it takes a free one and tells it
            command = [sys.executable, "-m", "tests.benchmarks.null_server", "--port", "0"]
            command += ["--bytes", str(size), "--files", str(files), "--latency-ms", str(latency_ms)]
        told = subprocess.DEVNULL if source else subprocess.PIPE
        with subprocess.Popen(command, stdout=told, text=True) as server:
            try:
                if server.stdout is not None:
                    port = int(server.stdout.readline())
                _wait_for(port)
                yield f"http://127.0.0.1:{port}"
            finally:
                server.kill()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the server did not start")
