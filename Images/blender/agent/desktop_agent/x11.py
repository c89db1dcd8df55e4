"""The little of Xlib that the agent needs, on connections of its own: Blender's belongs to its main thread."""

import ctypes

X11 = ctypes.CDLL("libX11.so.6")
X11.XOpenDisplay.restype = ctypes.c_void_p
X11.XOpenDisplay.argtypes = [ctypes.c_char_p]
X11.XDefaultRootWindow.restype = ctypes.c_ulong
X11.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
X11.XInternAtom.restype = ctypes.c_ulong
X11.XInternAtom.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
X11.XGetSelectionOwner.restype = ctypes.c_ulong
X11.XGetSelectionOwner.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
X11.XDisplayWidth.argtypes = [ctypes.c_void_p, ctypes.c_int]
X11.XDisplayHeight.argtypes = [ctypes.c_void_p, ctypes.c_int]
X11.XSync.argtypes = [ctypes.c_void_p, ctypes.c_int]
X11.XGrabServer.argtypes = [ctypes.c_void_p]
X11.XUngrabServer.argtypes = [ctypes.c_void_p]

# Windows of the server itself have smaller ids than any client's.
FIRST_CLIENT = 0x200000


def open_display() -> int:
    display = X11.XOpenDisplay(None)
    if not display:
        raise OSError("the X server does not answer")
    return display
