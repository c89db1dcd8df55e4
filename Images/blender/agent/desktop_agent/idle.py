"""Seconds since the user's last key, click or move, as the X server itself counts them."""

import ctypes
import threading
import time

from .x11 import X11, open_display


class _Info(ctypes.Structure):
    _fields_ = [
        ("window", ctypes.c_ulong), ("state", ctypes.c_int), ("kind", ctypes.c_int),
        ("since", ctypes.c_ulong), ("idle", ctypes.c_ulong), ("mask", ctypes.c_ulong),
    ]


class Input:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._query = ctypes.CDLL("libXss.so.1").XScreenSaverQueryInfo
        self._query.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.POINTER(_Info)]
        self._display = open_display()
        self._root = X11.XDefaultRootWindow(self._display)
        self._opened = time.monotonic()
        self._idle_at_start = self._idle()

    def seconds(self) -> float | None:
        """None when nobody has touched the desktop since the agent began."""
        idle = self._idle()
        untouched = idle >= self._idle_at_start + (time.monotonic() - self._opened) - 0.25
        return None if untouched else round(idle, 1)

    def _idle(self) -> float:
        info = _Info()
        with self._lock:
            self._query(self._display, self._root, info)
        return info.idle / 1000
