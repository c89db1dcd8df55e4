"""The HTTP side: who may ask, what, and the answers' form. See docs/desktop.md."""

import hmac
import json
import os
import re
import shutil
import tempfile
import threading
import time
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from . import formats, passwords, picture, recovery, screen
from .bodies import Body, BodyError
from .idle import Input
from .main_thread import Busy, MainThread
from .session import Session

JSON = "application/json"
REHEARSAL = "/opt/desktop/rehearsal/example"


class Refusal(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def serve(main: MainThread, session: Session, token: str, port: int) -> None:
    desk = Desk(main, session)
    with ThreadingHTTPServer(("0.0.0.0", port), partial(Handler, desk, token)) as server:
        server.serve_forever()


class Desk:
    """What the desktop can do, one of the long things at a time."""

    OPEN_TIMEOUT = 120.0
    DRAW_TIMEOUT = 60.0

    def __init__(self, main: MainThread, session: Session) -> None:
        self._main = main
        self._session = session
        self._input = Input()
        self._one_at_a_time = threading.Lock()
        self._last_seen: dict | None = None

    def status(self) -> dict:
        """When Blender is busy the last picture of it is better than none."""
        busy = False
        try:
            self._last_seen = self._main.run(self._session.describe, timeout=1.0)
        except Busy:
            if self._last_seen is None:
                raise Refusal(503, "starting") from None
            busy = True
        return self._last_seen | {"lastInput": self._input.seconds(), "busy": busy}

    def scene(self) -> dict:
        return self._run(self._session.measure)

    def open(self, name: str, body: Body) -> dict:
        formats.kind_of(name)
        with self._exclusively(), tempfile.TemporaryDirectory(prefix="open-") as folder:
            path = os.path.join(folder, formats.safe_name(name))
            with open(path, "wb") as file:
                shutil.copyfileobj(body, file, 1 << 20)
            began = time.monotonic()
            self._run(lambda: self._session.open(path, name))
            self._await_drawn()
            print(f"agent: opened {formats.safe_name(name)} in {time.monotonic() - began:.2f} s", flush=True)
        # Of a machine that is busy the last picture would be one from before.
        return self._run(self._session.describe) | {"lastInput": self._input.seconds()}

    def rehearse(self) -> dict:
        with self._exclusively():
            for path in (REHEARSAL + kind for kind in formats.IMPORTERS if os.path.exists(REHEARSAL + kind)):
                self._run(lambda: self._session.rehearse(path))
                self._await_drawn()
            self._run(self._session.end_rehearsal)
            self._await_drawn()
        return self.status()

    def save(self):
        """The open file: the user may save again while this one is still being sent."""
        with self._exclusively():
            return self._run(lambda: open(self._session.save(), "rb"))

    def rescue(self):
        """What Blender wrote by itself, or for the user, since the last save: for when Blender hangs, so it is not asked."""
        path = recovery.newest(self._session.safe_at)
        if path is None:
            raise Refusal(404, "Blender has left nothing newer than what was saved last")
        return open(path, "rb")

    def picture(self) -> bytes:
        with self._exclusively():
            taken = self._session.watcher.in_next_draw(picture.take)
            self._run(lambda: self._session.show_bare(True))
            try:
                return picture.png(taken.result(self.DRAW_TIMEOUT))
            except TimeoutError:
                raise Refusal(404, "Blender shows no 3D viewport") from None
            finally:
                self._run(lambda: self._session.show_bare(False))

    def _await_drawn(self) -> None:
        if not self._session.watcher.wait(self.DRAW_TIMEOUT):
            raise Refusal(500, "the mesh was read, but Blender did not draw it in time")

    def _run(self, job):
        try:
            return self._main.run(job, self.OPEN_TIMEOUT)
        except Busy:
            raise Refusal(409, "Blender is busy") from None

    def _exclusively(self):
        if not self._one_at_a_time.acquire(blocking=False):
            raise Refusal(409, "another file is being opened or saved")
        return _Releasing(self._one_at_a_time)


class _Releasing:
    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_) -> None:
        self._lock.release()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "desktop-agent"
    sys_version = ""
    timeout = 120
    # Headers and body go out one after the other: the body would wait 40 ms for the word that the headers have come.
    disable_nagle_algorithm = True

    def __init__(self, desk: Desk, token: str, *arguments) -> None:
        self._desk = desk
        self._token = token
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self._answer({
            "/alive": lambda _: self._send_nothing(),
            "/status": lambda _: self._send(self._desk.status()),
            "/scene": lambda _: self._send(self._desk.scene()),
            "/picture": lambda _: self._send_bytes(self._desk.picture(), "image/png"),
            "/rescue": lambda _: self._send_file(self._desk.rescue()),
        })

    def do_POST(self) -> None:
        self._answer({"/open": self._open, "/save": self._save, "/rehearse": self._rehearse})

    def do_PUT(self) -> None:
        self._answer({"/vnc-password": self._set_password, "/screen": self._set_screen})

    def log_message(self, *_) -> None:
        """Quiet: what matters is said where it happens."""

    def _answer(self, routes: dict) -> None:
        try:
            self._route(routes)
        except ConnectionError:  # whoever asked has hung up
            self.close_connection = True

    def _route(self, routes: dict) -> None:
        self._body = Body(self.headers, self.rfile)
        try:
            if not hmac.compare_digest(self.headers.get("Authorization", "").encode(), f"Bearer {self._token}".encode()):
                raise Refusal(401, "the token is missing or wrong")
            url = urlsplit(self.path)
            if url.path not in routes:
                raise Refusal(404, "there is nothing here")
            routes[url.path](parse_qs(url.query))
        except Refusal as refusal:
            self._refuse(refusal.status, str(refusal))
        except formats.Unknown as problem:
            self._refuse(415, str(problem))
        except formats.Unreadable as problem:
            self._refuse(422, str(problem))
        except BodyError as problem:
            self._refuse(400, str(problem))
        except ConnectionError:
            raise
        except OSError as problem:
            self._refuse(507, f"the desktop could not store the file: {problem.strerror}")
        except Exception as problem:  # Blender lives on, and the caller hears why
            self._refuse(500, f"{type(problem).__name__}: {problem}")

    def _open(self, query: dict) -> None:
        name = query.get("name", [""])[0]
        if not name:
            raise Refusal(400, "say the file's name: /open?name=...")
        self._send(self._desk.open(name, self._body))

    def _rehearse(self, _: dict) -> None:
        self._body.drain()
        self._send(self._desk.rehearse())

    def _save(self, _: dict) -> None:
        self._body.drain()
        self._send_file(self._desk.save())

    def _send_file(self, opened) -> None:
        with opened as file:
            self.send_response(200)
            self.send_header("Content-Type", "application/octet-stream")
            self.send_header("Content-Length", str(os.fstat(file.fileno()).st_size))
            self.end_headers()
            shutil.copyfileobj(file, self.wfile, 1 << 20)

    def _set_screen(self, _: dict) -> None:
        width, height = self._members("width", "height")
        if type(width) is not int or type(height) is not int:
            raise Refusal(400, "width and height are whole numbers of pixels")
        width, height = screen.resize(width, height)
        self._send({"width": width, "height": height})

    def _members(self, *names: str) -> list:
        try:
            asked = json.loads(self._body.read(4096))
            return [asked[name] for name in names]
        except (ValueError, KeyError, TypeError):
            raise Refusal(400, f"send a JSON object with {' and '.join(names)}") from None

    def _set_password(self, _: dict) -> None:
        password, = self._members("password")
        if not isinstance(password, str) or not re.fullmatch(r"[\x21-\x7e]{6,8}", password):
            raise Refusal(400, "VncAuth takes 6 to 8 printable ASCII characters")
        passwords.set_vnc_password(password)
        self._send_nothing()

    def _refuse(self, status: int, message: str) -> None:
        # What is left of the body would be taken for the next request.
        self.close_connection = not self._body.drain(1 << 20)
        self._send({"error": message}, status)

    def _send_nothing(self) -> None:
        self.send_response(204)
        self.end_headers()

    def _send(self, answer: dict, status: int = 200) -> None:
        self._send_bytes(json.dumps(answer).encode(), JSON, status)

    def _send_bytes(self, data: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)
