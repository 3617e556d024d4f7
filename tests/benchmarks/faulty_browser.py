"""A browser that may say anything at any time, or nothing: a WebSocket of which the caller has the reins.

What becomes of such browsers is counted in a tally, by these words: `joined`; `refused` (no connection, or no
WebSocket); `answers` (messages that were read) and `errors` (those that are answers with an error); and how it
ended, when the server ended it: `1009` and the like, the code of its close, or `cut`, without one.
"""

import re
import socket
from collections import Counter
from contextlib import suppress
from typing import Any, Final

import msgspec

from tests.benchmarks.browser import hand_shake
from tests.benchmarks.dialects import DIALECTS
from tests.benchmarks.frames import TEXT, FrameWalk, Marker, masked_frame

__all__ = ["EVERYTHING", "FaultyBrowser", "Tally", "call", "join"]

#: Word -> how often: see above.
Tally = Counter[str]

#: All sensors of the devices that push at a moderate rate or hardly at all (`faults.py`).
EVERYTHING: Final = {"device": "[bc]*", "sensors": ["*"]}

#: How long the server may take to answer the hand-shake, or a call, in seconds.
_DEADLINE_S: Final = 20.0
_RECV: Final = 1 << 16
_DIALECT: Final = DIALECTS["katgate"]


def call(method: str, params: Any, call_id: int = 1) -> bytes:
    """Return a frame with a call."""
    content = {"jsonrpc": "2.0", "id": call_id, "method": method, "params": params}
    return masked_frame(TEXT, msgspec.json.encode(content))


class FaultyBrowser:
    """A WebSocket to katgate; `receive_buffer` is what the kernel keeps of what is not read, in bytes.

    Raises OSError if there is none to be had.
    """

    def __init__(self, port: int, *, receive_buffer: int | None = None) -> None:
        self.is_open = True
        #: What was read last.
        self.last = b""
        self._walk = FrameWalk()
        self._errors = Marker(b'"error":{')
        self._kept = b""
        self.socket = socket.socket()
        if receive_buffer is not None:  # before connecting: the window that is offered depends on it
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        try:
            self._connect(port)
        except OSError:
            self.socket.close()
            raise

    def call(self, method: str, params: Any, call_id: int = 1) -> None:
        """Say this."""
        self.socket.sendall(call(method, params, call_id))

    def ask(self, method: str, params: Any, call_id: int) -> bytes:
        """Say this, and return what is read until the answer has come, and what comes with it.

        Raises OSError if that takes too long, or the connection ends.
        """
        self.call(method, params, call_id)
        answer = re.compile(rb'"id":%d,"(?:result|error)"' % call_id)
        heard = b""
        while self.is_open:
            self.take()
            heard += self.last
            if answer.search(heard):
                return heard
        raise ConnectionResetError("the server closed the connection")

    def take(self, most: int = _RECV) -> None:
        """Read once, so many bytes at most. If the server is gone, the browser is not open any more.

        Raises BlockingIOError.
        """
        try:
            self.last = self.socket.recv(most)
        except ConnectionError:
            self.last = b""
        self.is_open = bool(self.last)
        self._look(self.last)

    def end(self, tally: Tally) -> None:
        """Read what is there, tell the tally how it went, and go."""
        self.socket.setblocking(False)
        with suppress(OSError):
            while self.is_open:
                self.take()
        self.socket.close()
        tally["answers"] += self._walk.count
        tally["errors"] += self._errors.count
        if self._walk.close_code is not None:
            tally[str(self._walk.close_code)] += 1
        elif not self.is_open:
            tally["cut"] += 1

    def _connect(self, port: int) -> None:
        self.socket.settimeout(_DEADLINE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.connect(("127.0.0.1", port))
        self.socket.sendall(hand_shake(port, _DIALECT))
        answer = b""
        while b"\r\n\r\n" not in answer:
            received = self.socket.recv(_RECV)
            if not received:
                raise ConnectionResetError("the server closed the connection")
            answer += received
        head, _, rest = answer.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 101 "):
            raise ConnectionRefusedError(f"the server answered {head!r}")
        self._look(rest)

    def _look(self, received: bytes) -> None:
        buffer = bytearray(self._kept + received)
        self._errors.look(buffer, len(self._kept), len(buffer))
        kept = self._walk.walk(buffer, len(buffer))
        self._kept = bytes(buffer[len(buffer) - kept :])


def join(port: int, tally: Tally, *, receive_buffer: int | None = None) -> FaultyBrowser | None:
    """Return a browser, or None if it is refused, and tell the tally. See `FaultyBrowser.end`."""
    try:
        browser = FaultyBrowser(port, receive_buffer=receive_buffer)
    except OSError:
        tally["refused"] += 1
        return None
    tally["joined"] += 1
    return browser
