"""The screen's size, changed from inside, so that it works whatever the VNC client is able to ask for."""

import os
import subprocess
import threading

PROGRAM = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "resize_screen.py")
SMALLEST, WIDEST, TALLEST = 320, 2560, 1600

_one_at_a_time = threading.Lock()


def resize(width: int, height: int) -> tuple[int, int]:
    """Takes the nearest size that Blender can still be worked with, and says which that was."""
    width, height = max(SMALLEST, min(WIDEST, width)), max(SMALLEST, min(TALLEST, height))
    with _one_at_a_time:
        subprocess.run(["python3", PROGRAM, str(width), str(height)], check=True, timeout=10)
    return width, height
