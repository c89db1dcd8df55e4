"""A request's body as a file, of known length or in chunks: http.server leaves both to its user."""


class BodyError(Exception):
    """The body ended early, or its form is not HTTP's."""


class Body:
    def __init__(self, headers, stream) -> None:
        self._stream = stream
        self._chunked = "chunked" in headers.get("Transfer-Encoding", "").lower()
        length = headers.get("Content-Length", "0")
        self._left = 0 if self._chunked or not length.isdecimal() else int(length)
        self._ended = not self._chunked and self._left == 0

    def read(self, size: int = 1 << 20) -> bytes:
        """At most that many bytes; none at the end."""
        if self._ended:
            return b""
        if self._left == 0 and not self._next_chunk():
            return b""
        data = self._stream.read(min(size, self._left))
        if not data:
            raise BodyError("the file ended before all of it had come")
        self._left -= len(data)
        if self._left == 0:
            self._end_piece()
        return data

    def drain(self, most: int = 1 << 30) -> bool:
        """Reads the rest away. False when that was too much, or the connection is broken."""
        try:
            while most > 0 and not self._ended:
                most -= len(self.read(1 << 16))
        except (BodyError, OSError):
            return False
        return self._ended

    def _end_piece(self) -> None:
        if self._chunked:
            self._stream.readline(8)
        else:
            self._ended = True

    def _next_chunk(self) -> bool:
        line = self._stream.readline(64)
        try:
            self._left = int(line.split(b";")[0], 16)
        except ValueError:
            raise BodyError("a chunk's length is not a number") from None
        if self._left:
            return True
        while self._stream.readline(4096) not in (b"\r\n", b"\n", b""):
            pass
        self._ended = True
        return False
