"""Asks the desktop's agent to rehearse, and waits until Mesa has written down what it compiled for that."""

import os
import sys
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

AGENT = "http://127.0.0.1:7070/"
PATIENCE = 1800


def call(method: str, path: str) -> bytes:
    request = Request(AGENT + path, method=method, headers={"Authorization": f"Bearer {os.environ['AGENT_TOKEN']}"})
    with urlopen(request, timeout=PATIENCE) as answer:
        return answer.read()


def is_ready() -> bool:
    try:
        return b'"ready": true' in call("GET", "status")
    except HTTPError as refusal:
        if refusal.code != 503:
            raise
    except (URLError, ConnectionError):
        pass
    return False


def until(what: str, done) -> None:
    deadline = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > deadline:
            sys.exit(f"rehearse: {what} took more than {PATIENCE:.0f} s")
        time.sleep(0.2)


def written(cache: str):
    """Mesa writes in the background, and does not say when it is done: it is when nothing more has come for a while."""
    seen: list[tuple[int, float]] = [(-1, 0.0)]

    def rests() -> bool:
        size = sum(file.stat().st_size for file in Path(cache).rglob("*") if file.is_file())
        if size != seen[-1][0]:
            seen.append((size, time.monotonic()))
        return time.monotonic() - seen[-1][1] > 2.0

    return rests


until("Blender's start", is_ready)
call("POST", "rehearse")
until("the writing of the shader cache", written(sys.argv[1]))
print("rehearsed", flush=True)
