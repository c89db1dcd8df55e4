"""Brings what is copied in Blender to the browser.

Blender answers the question for its clipboard's formats in a way that Xvnc does not take. So whenever Blender owns the
clipboard, its text is handed to xclip, which answers well. The other direction needs no help.
"""

import subprocess
import time

import bpy

from .main_thread import Busy, MainThread
from .x11 import FIRST_CLIENT, X11, open_display

INTERVAL = 0.3


def bridge(main: MainThread) -> None:
    display = open_display()
    clipboard = X11.XInternAtom(display, b"CLIPBOARD", 0)
    ours = 0
    while True:
        time.sleep(INTERVAL)
        owner = X11.XGetSelectionOwner(display, clipboard)
        if owner < FIRST_CLIENT or owner == ours:
            continue
        try:
            text = main.run(lambda: bpy.context.window_manager.clipboard, timeout=1.0)
        except Busy:
            continue
        subprocess.run(["xclip", "-in", "-selection", "clipboard"], input=text.encode(),
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        ours = X11.XGetSelectionOwner(display, clipboard)
