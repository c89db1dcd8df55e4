"""Gives the screen another size: python3 resize_screen.py <width> <height>

A program of its own, since an error of X ends the process that caused it, and that must not be Blender.
"""

import ctypes
import sys

from desktop_agent.x11 import X11, open_display


class _Mode(ctypes.Structure):
    _fields_ = [
        ("id", ctypes.c_ulong), ("width", ctypes.c_uint), ("height", ctypes.c_uint), ("dot_clock", ctypes.c_ulong),
        ("h_sync_start", ctypes.c_uint), ("h_sync_end", ctypes.c_uint), ("h_total", ctypes.c_uint), ("h_skew", ctypes.c_uint),
        ("v_sync_start", ctypes.c_uint), ("v_sync_end", ctypes.c_uint), ("v_total", ctypes.c_uint),
        ("name", ctypes.c_char_p), ("name_length", ctypes.c_uint), ("flags", ctypes.c_ulong),
    ]


class _Resources(ctypes.Structure):
    _fields_ = [
        ("timestamp", ctypes.c_ulong), ("config_timestamp", ctypes.c_ulong),
        ("crtc_count", ctypes.c_int), ("crtcs", ctypes.POINTER(ctypes.c_ulong)),
        ("output_count", ctypes.c_int), ("outputs", ctypes.POINTER(ctypes.c_ulong)),
        ("mode_count", ctypes.c_int), ("modes", ctypes.POINTER(_Mode)),
    ]


def _library():
    xrandr = ctypes.CDLL("libXrandr.so.2")
    display, number, size = ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int
    resources = ctypes.POINTER(_Resources)
    xrandr.XRRGetScreenResources.restype = resources
    xrandr.XRRGetScreenResources.argtypes = [display, number]
    xrandr.XRRFreeScreenResources.argtypes = [resources]
    xrandr.XRRCreateMode.restype = number
    xrandr.XRRCreateMode.argtypes = [display, number, ctypes.POINTER(_Mode)]
    xrandr.XRRAddOutputMode.argtypes = [display, number, number]
    xrandr.XRRSetScreenSize.argtypes = [display, number, size, size, size, size]
    xrandr.XRRSetCrtcConfig.argtypes = [display, resources, number, number, size, size, number, ctypes.c_ushort,
                                        ctypes.POINTER(number), size]
    return xrandr


def resize(width: int, height: int) -> None:
    xrandr, display = _library(), open_display()
    if (X11.XDisplayWidth(display, 0), X11.XDisplayHeight(display, 0)) == (width, height):
        return
    root = X11.XDefaultRootWindow(display)
    resources = xrandr.XRRGetScreenResources(display, root)
    seen = resources.contents
    mode = next((m.id for m in seen.modes[:seen.mode_count] if (m.width, m.height) == (width, height)), None)
    if mode is None:
        mode = _create(xrandr, display, root, width, height)
        xrandr.XRRAddOutputMode(display, seen.outputs[0], mode)
    # The screen may be neither smaller nor larger than what it shows, so for a moment it shows nothing.
    X11.XGrabServer(display)
    xrandr.XRRSetCrtcConfig(display, resources, seen.crtcs[0], 0, 0, 0, 0, 1, None, 0)
    xrandr.XRRSetScreenSize(display, root, width, height, round(width * 0.2646), round(height * 0.2646))
    xrandr.XRRSetCrtcConfig(display, resources, seen.crtcs[0], 0, 0, 0, mode, 1, seen.outputs, 1)
    X11.XUngrabServer(display)
    X11.XSync(display, 0)


def _create(xrandr, display: int, root: int, width: int, height: int) -> int:
    name = f"{width}x{height}".encode()
    mode = _Mode(width=width, height=height, dot_clock=width * height * 60, h_sync_start=width, h_sync_end=width, h_total=width,
                 v_sync_start=height, v_sync_end=height, v_total=height, name=name, name_length=len(name))
    return xrandr.XRRCreateMode(display, root, ctypes.byref(mode))


if __name__ == "__main__":
    resize(int(sys.argv[1]), int(sys.argv[2]))
