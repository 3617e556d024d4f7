"""One browser of many: a plain socket that shakes hands, says what it wants, and counts what it is sent.

It counts a marker in the raw bytes rather than read them; one that notes keeps all that it is sent, with the time
at which it came, to be read when the measurement is over (`noted.py`).
"""

import socket
import time
from enum import Enum, auto
from typing import Any, Final

from tests.benchmarks.dialects import MARKER, Dialect
from tests.benchmarks.frames import PONG, FrameWalk, Marker, masked_frame

__all__ = ["Browser", "Phase", "hand_shake"]

#: What is read at once, by all browsers in turn: more than a flush, less than the cache of a core.
_BUFFER: Final = bytearray(1 << 18)
_VIEW: Final = memoryview(_BUFFER)

#: The mark of being ready may be split between two pieces: so much of the one is put before the other, in bytes.
_SEAM: Final = 64


class Phase(Enum):
    """Where a browser is: connecting, shaking hands, waiting for what it asked, counting, or gone."""

    CONNECTING = auto()
    SHAKING_HANDS = auto()
    ASKING = auto()
    READY = auto()
    LOST = auto()


class Browser:
    """A browser that connects to a server of this machine."""

    def __init__(self, port: int, dialect: Dialect, params: Any, *, is_noting: bool) -> None:
        self.phase = Phase.CONNECTING
        self.bytes = 0
        #: (time.time(), bytes) as they came, from the first frame on; None if it does not note.
        self.pieces: list[tuple[float, bytes]] | None = [] if is_noting else None
        self._port = port
        self._dialect = dialect
        self._params = params
        self._walk = FrameWalk()
        self._marker = Marker(MARKER)
        self._kept = b""
        self._tail = b""
        self._socket = socket.socket()
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.connect_ex(("127.0.0.1", port))

    def fileno(self) -> int:
        """Return the number of its socket."""
        return self._socket.fileno()

    @property
    def updates(self) -> int:
        """How many updates it was sent."""
        return self._marker.count

    @property
    def frames(self) -> int:
        """How many frames it was sent, pings and the like aside."""
        return self._walk.count

    def connected(self) -> None:
        """Ask for a WebSocket. Raises OSError if there is no connection after all."""
        error = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            raise OSError(error, f"no connection to port {self._port}")
        self.phase = Phase.SHAKING_HANDS
        self._send(hand_shake(self._port, self._dialect))

    def received(self) -> None:
        """Read what is there, but not without end. Raises ConnectionError if the server is gone."""
        start = len(self._kept)
        _VIEW[:start] = self._kept
        count = self._socket.recv_into(_VIEW[start:])
        if not count:
            raise ConnectionResetError("the server closed the connection")
        end = start + count
        if self.phase is not Phase.SHAKING_HANDS:
            self._take(start, end)
        elif self._shake_hands(end):
            self._take(0, len(self._kept))

    def close(self) -> None:
        """Be gone."""
        self.phase = Phase.LOST
        self._socket.close()

    # Details.

    def _shake_hands(self, end: int) -> bool:
        """Return whether the answer is there and is yes; what follows it is then put at the buffer's beginning."""
        answer, blank, rest = bytes(_VIEW[:end]).partition(b"\r\n\r\n")
        if not blank:
            self._kept = answer
            return False
        if not answer.startswith(b"HTTP/1.1 101 "):
            raise ConnectionRefusedError(f"the server answered {answer!r}")
        self.phase = Phase.ASKING
        call = self._dialect.call(self._params)
        if call:
            self._send(masked_frame(self._dialect.opcode, call))
        self._kept = rest
        _VIEW[: len(rest)] = rest
        return True

    def _take(self, start: int, end: int) -> None:
        self.bytes += end - start
        if self.pieces is not None:
            self.pieces.append((time.time(), bytes(_VIEW[start:end])))
        if self.phase is Phase.ASKING:
            self._look_whether_ready(bytes(_VIEW[start:end]))
        self._marker.look(_BUFFER, start, end)
        kept = self._walk.walk(_BUFFER, end)
        self._kept = bytes(_VIEW[end - kept : end])
        while self._walk.pings:
            self._send(masked_frame(PONG, self._walk.pings.pop()))

    def _look_whether_ready(self, piece: bytes) -> None:
        seam = self._tail + piece
        if self._dialect.is_ready.search(seam):
            self.phase = Phase.READY
        self._tail = seam[-_SEAM:]

    def _send(self, what: bytes) -> None:
        """Send. A browser says little, and always fits into its socket's buffer; if not, that is an error."""
        if self._socket.send(what) < len(what):
            raise BlockingIOError("a browser had more to say than its socket takes")


def hand_shake(port: int, dialect: Dialect) -> bytes:
    """Return the request for a WebSocket."""
    lines = [
        f"GET {dialect.path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Version: 13",
    ]
    if dialect.subprotocol:
        lines.append(f"Sec-WebSocket-Protocol: {dialect.subprotocol}")
    return "\r\n".join([*lines, "", ""]).encode()
