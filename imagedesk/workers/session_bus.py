"""What Linux desktops are told over D-Bus: a notification, progress on the icon in the dock, files to be shown.

Sources: "Desktop Notifications Specification" 1.2 (freedesktop.org); "Unity/LauncherAPI" (Ubuntu wiki), which GNOME's
dock extensions and KDE's task manager follow. Calls block, each for at most that many seconds.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

TIMEOUT = 2.0
SHOW_TIMEOUT = 10.0  # a file manager may have to be started
DESKTOP_ENTRY = "imagedesk"
log = logging.getLogger(__name__)


class SessionBus:
    """Used from one thread. Where there is no session bus, or nobody listens, nothing happens."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._failed = False

    def notify(self, title: str, text: str) -> bool:
        """Both are plain text. False where no notification server took it."""
        if (connection := self._connected()) is None:
            return False
        from jeepney import DBusAddress, new_method_call

        server = DBusAddress(
            "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "org.freedesktop.Notifications"
        )
        with self._faults():
            answer = connection.send_and_get_reply(new_method_call(server, "GetCapabilities"), timeout=TIMEOUT)
            body = _escaped(text) if _is_return(answer) and "body-markup" in answer.body[0] else text
            hints = {"desktop-entry": ("s", DESKTOP_ENTRY), "category": ("s", "transfer.complete")}
            arguments: tuple[object, ...] = ("ImageDesk", 0, DESKTOP_ENTRY, title, body, [], hints, -1)
            call = new_method_call(server, "Notify", "susssasa{sv}i", arguments)
            return _is_return(connection.send_and_get_reply(call, timeout=TIMEOUT))
        return False

    def show_progress(self, fraction: float | None) -> None:
        """0 to 1 on the icon in the dock; None takes it away."""
        if (connection := self._connected()) is None:
            return
        from jeepney import DBusAddress, new_signal

        emitter = DBusAddress(
            "/com/canonical/unity/launcherentry/imagedesk", interface="com.canonical.Unity.LauncherEntry"
        )
        facts = {"progress": ("d", float(fraction or 0.0)), "progress-visible": ("b", fraction is not None)}
        with self._faults():
            body = (f"application://{DESKTOP_ENTRY}.desktop", facts)
            connection.send(new_signal(emitter, "Update", "sa{sv}", body))

    def show_files(self, files: Sequence[Path]) -> bool:
        """Open the file manager with the files selected ("File Manager D-Bus Interface", freedesktop.org). False where
        none offers that."""
        if (connection := self._connected()) is None:
            return False
        from jeepney import DBusAddress, new_method_call

        manager = DBusAddress(
            "/org/freedesktop/FileManager1", "org.freedesktop.FileManager1", "org.freedesktop.FileManager1"
        )
        with self._faults():
            call = new_method_call(manager, "ShowItems", "ass", ([file.as_uri() for file in files], ""))
            return _is_return(connection.send_and_get_reply(call, timeout=SHOW_TIMEOUT))
        return False

    def close(self) -> None:
        """Idempotent. Docks forget the progress of who is gone."""
        self._failed = True
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self) -> Any:
        if self._connection is None and not self._failed:
            with self._faults():
                from jeepney.io.blocking import open_dbus_connection

                self._connection = open_dbus_connection("SESSION", auth_timeout=TIMEOUT)
        return self._connection

    @contextlib.contextmanager
    def _faults(self) -> Any:
        """A desktop without these services is nothing to bother a person with; a bus that fails is not asked again."""
        try:
            yield
        except TimeoutError as error:
            log.info("the desktop is slow to answer: %s", error)
        except (OSError, KeyError, ValueError, RuntimeError, ImportError) as error:
            log.info("the desktop cannot be told: %s", error)
            self.close()


def _is_return(message: Any) -> bool:
    from jeepney import MessageType

    return bool(message.header.message_type is MessageType.method_return)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
