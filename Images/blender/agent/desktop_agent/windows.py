"""Blender's first window fills the screen; the window manager must treat its further ones as ordinary windows."""

import re
import subprocess
import threading

CONFIG = "/tmp/desktop/openbox.xml"


def free_further_ones(first_drawn: threading.Event) -> None:
    first_drawn.wait()
    with open(CONFIG, encoding="utf-8") as file:
        text = file.read()
    with open(CONFIG, "w", encoding="utf-8") as file:
        file.write(re.sub(r"<applications>.*</applications>", "", text, flags=re.DOTALL))
    subprocess.run(["openbox", "--reconfigure"], check=False)
