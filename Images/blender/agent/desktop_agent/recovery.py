"""Blender comes back when it quits or crashes: with the user's work, not with an empty scene."""

import glob
import os

import bpy

from . import viewport

NOTE = "/tmp/desktop/open"


def remember(name: str) -> None:
    os.makedirs(os.path.dirname(NOTE), exist_ok=True)
    with open(NOTE, "w", encoding="utf-8") as note:
        note.write(name)


def forget() -> None:
    if os.path.exists(NOTE):
        os.remove(NOTE)


def left() -> list[str]:
    """What Blender and its user have left behind, the newest first."""
    paths = glob.glob("/tmp/**/quit.blend", recursive=True) + glob.glob("/tmp/**/*_autosave.blend", recursive=True)
    paths += glob.glob(os.path.expanduser("~/*.blend"))
    return sorted(paths, key=os.path.getmtime, reverse=True)


def newest(after: float) -> str | None:
    """The newest of it, if it is from after that moment."""
    return next((path for path in left() if os.path.getmtime(path) > after), None)


def restore(session) -> None:
    """Opens the newest of what Blender left behind. A file that crashes Blender is tried once only."""
    if not os.path.exists(NOTE):
        return
    with open(NOTE, encoding="utf-8") as note:
        name = note.read()
    forget()
    for path in left():
        try:
            with viewport.in_viewport():
                bpy.ops.wm.recover_auto_save(filepath=path, use_scripts=False)
        except RuntimeError:
            continue
        session.resume(name)
        remember(name)
        return
