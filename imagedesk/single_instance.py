"""One window for each person: a second start hands its files to the window that is open, and ends.

Second start: ``hand_over`` → local socket (a named pipe on Windows) → ``WindowServer`` in the first → its signals.
The socket lies in a folder that only this person can enter, and takes connections from this person alone. One request
is one line of JSON, one answer one word. QtNetwork is loaded only once there is somebody to talk to, or after the
first paint.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_cache_path, user_data_path
from PySide6.QtCore import QEvent, QLockFile, QObject, QTimer, Signal
from PySide6.QtGui import QFileOpenEvent

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket
    from PySide6.QtWidgets import QWidget

log = logging.getLogger(__name__)

WAIT_MS = 2000  # for an answer: a window that is that busy gets a sibling
_PROBE_SECONDS = 0.2
_LONGEST_REQUEST = 16_000_000  # bytes
_TAKEN, _OTHER = b"taken\n", b"other\n"


def server_name() -> str:
    """The socket's path; on Windows the pipe's name, which holds a digest, since all persons share one namespace."""
    if sys.platform == "win32":
        import hashlib

        place = str(user_data_path("ImageDesk", appauthor=False))
        return f"imagedesk-{hashlib.sha256(place.encode()).hexdigest()[:16]}"
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    folder = Path(runtime) / "imagedesk" if runtime else user_cache_path("ImageDesk", appauthor=False)
    return str(folder / "window.socket")


def may_be_open() -> bool:
    """Whether it is worth asking: a window that was killed leaves its socket behind, where nobody listens any more."""
    name = server_name()
    if sys.platform == "win32":
        try:
            return name in os.listdir(r"\\.\pipe")  # noqa: PTH208  a path of pipes is none of pathlib's
        except OSError:
            return True
    if not Path(name).exists():
        return False
    import socket  # not by every start

    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(_PROBE_SECONDS)
        try:
            probe.connect(name)
        except TimeoutError:
            return True
        except OSError:
            return False
    return True


def hand_over(files: Sequence[Path], library: str | None) -> bool:
    """Whether an open window took the files and came to the front. ``library`` is the data name of the library that
    must be open there, None for whichever is. Blocks for at most two times ``WAIT_MS``."""
    name = server_name()
    if not may_be_open():
        return False
    try:
        from PySide6.QtNetwork import QLocalSocket
    except ImportError:  # a system library that only this needs is missing: a window of one's own, then
        return False
    import json

    request = {
        "library": library,
        "files": [os.fsencode(file.absolute()).hex() for file in files],  # names need not be text
        "activation": os.environ.get("XDG_ACTIVATION_TOKEN", ""),
    }
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(WAIT_MS):
        return False
    socket.write(json.dumps(request).encode() + b"\n")
    while not socket.canReadLine():
        if not socket.waitForReadyRead(WAIT_MS):
            return False
    return bytes(socket.readLine().data()) == _TAKEN


class WindowServer(QObject):
    """Signals: ``files_arrived(list[Path])``, empty when somebody only wants to see the window.

    ``opened_library`` tells the data name of the library that is open now.
    """

    files_arrived = Signal(object)

    def __init__(self, opened_library: Callable[[], str | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._opened_library = opened_library
        self._server: QLocalServer | None = None

    def listen(self) -> bool:
        """False where another window listens already, or where the system offers no such socket."""
        try:
            from PySide6.QtNetwork import QLocalServer
        except ImportError as error:
            log.warning("no second start can reach this window: %s", error)
            return False
        name = server_name()
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.newConnection.connect(self._on_new_connection)
        if not _claim(server, name):
            server.deleteLater()
            return False
        self._server = server
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """For the application on macOS, where a file manager sends an event instead of starting us once more."""
        if isinstance(event, QFileOpenEvent) and event.file():
            self.files_arrived.emit([Path(event.file())])
            return True
        return super().eventFilter(watched, event)

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _on_new_connection(self) -> None:
        while self._server is not None and (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(partial(self._on_ready_read, socket))
            socket.disconnected.connect(socket.deleteLater)
            QTimer.singleShot(WAIT_MS, socket, socket.abort)  # one who connects and says nothing
            if socket.bytesAvailable():
                self._on_ready_read(socket)

    def _on_ready_read(self, socket: QLocalSocket) -> None:
        if socket.bytesAvailable() > _LONGEST_REQUEST:
            socket.abort()
        if not socket.canReadLine():
            return
        answer = self._answer(bytes(socket.readLine().data()))
        if answer is None:
            socket.abort()
            return
        socket.write(answer)
        socket.flush()
        socket.disconnectFromServer()

    def _answer(self, line: bytes) -> bytes | None:
        """None for what is no request. The signal is sent here, once the window is the right one."""
        import json

        try:
            request = json.loads(line)
            library, activation = request["library"], str(request["activation"])
            files = [Path(os.fsdecode(bytes.fromhex(text))) for text in request["files"]]
        except (ValueError, KeyError, TypeError):
            return None
        if library is not None and library != self._opened_library():
            return _OTHER
        if activation:
            os.environ["XDG_ACTIVATION_TOKEN"] = activation  # where Qt's Wayland platform looks for it
        self.files_arrived.emit(files)
        return _TAKEN


def bring_forward(window: QWidget) -> None:
    """To the front of what the person sees, also when it was minimized, or closed while work goes on."""
    from PySide6.QtCore import Qt  # loading its enumerations takes longer than all the rest of this module

    window.setVisible(True)
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.raise_()
    window.activateWindow()


def _claim(server: QLocalServer, name: str) -> bool:
    """Listen, after clearing what a killed window left behind. Two that start at once must not clear each other."""
    if sys.platform == "win32":
        return server.listen(name)
    try:
        Path(name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return False
    lock = QLockFile(f"{name}.lock")
    if not lock.tryLock(WAIT_MS):
        return False
    try:
        # Listening would take the place of a live socket too, so who answers is asked first.
        if _is_answered(name):
            return False
        server.removeServer(name)
        return server.listen(name)
    finally:
        lock.unlock()


def _is_answered(name: str) -> bool:
    from PySide6.QtNetwork import QLocalSocket

    socket = QLocalSocket()
    socket.connectToServer(name)
    answered = socket.waitForConnected(WAIT_MS)
    socket.abort()
    return answered
