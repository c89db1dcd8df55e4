"""Seconds since the user's last key, click or move, as the X server itself counts them."""

import ctypes
import threading
import time


class _Info(ctypes.Structure):
    _fields_ = [
        ("window", ctypes.c_ulong), ("state", ctypes.c_int), ("kind", ctypes.c_int),
        ("since", ctypes.c_ulong), ("idle", ctypes.c_ulong), ("mask", ctypes.c_ulong),
    ]


class Input:
    """Needs a display connection of its own: Blender's belongs to its main thread, which may be busy."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._x = ctypes.CDLL("libX11.so.6")
        self._xss = ctypes.CDLL("libXss.so.1")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XOpenDisplay.argtypes = [ctypes.c_char_p]
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._x.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
        self._xss.XScreenSaverQueryInfo.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.POINTER(_Info)]
        self._display = self._x.XOpenDisplay(None)
        self._opened = time.monotonic()
        self._idle_at_start = self._idle()

    def _idle(self) -> float | None:
        info = _Info()
        with self._lock:
            if not self._display:
                return None
            root = self._x.XDefaultRootWindow(self._display)
            return info.idle / 1000 if self._xss.XScreenSaverQueryInfo(self._display, root, info) else None

    def seconds(self) -> float | None:
        """None when nobody has touched the desktop since the agent began."""
        idle = self._idle()
        if idle is None or self._idle_at_start is None:
            return None
        untouched = idle >= self._idle_at_start + (time.monotonic() - self._opened) - 0.25
        return None if untouched else round(idle, 1)
