"""Progress on the button of the window in the task bar of Windows.

Source: "ITaskbarList3 interface (shobjidl_core.h)", Microsoft Learn. Its methods stand in the table behind those of
IUnknown (three), ITaskbarList (five) and ITaskbarList2 (one).
"""

from __future__ import annotations

import ctypes
import sys
import uuid

STEPS = 1000
_CLSID = "56fdf344-fd6d-11d0-958a-006097c9a090"  # TaskbarList
_IID = "ea1afb91-9e28-4b86-90e9-9e9f8a5eefaf"  # ITaskbarList3
_RELEASE, _INITIALIZE, _SET_VALUE, _SET_STATE = 2, 3, 9, 10
_NO_PROGRESS = 0
_IN_PROCESS_SERVER = 1


class WindowsTaskbar:
    """For one native window. Used on the GUI thread, whose COM apartment Qt has made; elsewhere than on Windows it does
    nothing, as it does where the task bar cannot be reached."""

    def __init__(self, window_id: int) -> None:
        self._window = ctypes.c_void_p(window_id)
        self._list = _taskbar_list()

    def show_progress(self, fraction: float | None) -> None:
        """0 to 1; None takes it away."""
        if self._list is None:
            return
        if fraction is None:
            self._call(_SET_STATE, (ctypes.c_void_p, ctypes.c_int), self._window, _NO_PROGRESS)
        else:
            kinds = (ctypes.c_void_p, ctypes.c_ulonglong, ctypes.c_ulonglong)
            self._call(_SET_VALUE, kinds, self._window, round(fraction * STEPS), STEPS)

    def close(self) -> None:
        if self._list is not None:
            self.show_progress(None)
            self._call(_RELEASE, ())
            self._list = None

    def _call(self, place: int, kinds: tuple[type, ...], *arguments: object) -> None:
        assert self._list is not None
        _call_method(self._list, place, kinds, *arguments)


def _taskbar_list() -> ctypes.c_void_p | None:
    if sys.platform != "win32":
        return None
    created = ctypes.c_void_p()
    clsid = ctypes.create_string_buffer(uuid.UUID(_CLSID).bytes_le, 16)
    iid = ctypes.create_string_buffer(uuid.UUID(_IID).bytes_le, 16)
    failed = ctypes.windll.ole32.CoCreateInstance(clsid, None, _IN_PROCESS_SERVER, iid, ctypes.byref(created))
    if failed or not created or _call_method(created, _INITIALIZE, ()):
        return None
    return created


def _call_method(interface: ctypes.c_void_p, place: int, kinds: tuple[type, ...], *arguments: object) -> int:
    """Call the method at a place of a COM object's table; returns its HRESULT, 0 for success."""
    if sys.platform != "win32":
        return -1
    table = ctypes.cast(interface, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p))).contents
    method = ctypes.WINFUNCTYPE(ctypes.c_long, ctypes.c_void_p, *kinds)(table[place])
    return int(method(interface, *arguments))
