"""Wires the parts together: viewport, session, main thread, HTTP server."""

import threading

import bpy

from . import clipboard, recovery, viewport, windows
from .api import serve
from .main_thread import MainThread
from .session import Session


def start(token: str, port: int = 7070) -> None:
    if not token:
        raise SystemExit("AGENT_TOKEN is not set: the agent would obey anybody, so it does not start")
    main = MainThread()
    watcher = viewport.Watcher()
    session = Session(watcher)
    bpy.app.handlers.save_post.append(session.on_saved)
    bpy.app.handlers.load_post.append(session.on_loaded)
    bpy.app.timers.register(lambda: recovery.restore(session), first_interval=0.0)
    bpy.app.timers.register(main.tick, first_interval=0.0, persistent=True)
    for work, arguments in (
        (windows.free_further_ones, (watcher.first_drawn,)),
        (clipboard.bridge, (main,)),
        (serve, (main, session, token, port)),
    ):
        threading.Thread(target=work, args=arguments, name=work.__name__, daemon=True).start()
