"""Load: a device client on a plain socket, the same for every server. It counts lines and looks at few.

It spins rather than sleeps while it waits, so that its own waking up is no part of what is measured.
"""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Load", "connected"]

_RECV = 1 << 18

#: A server that says nothing for so long has failed, in seconds.
_DEADLINE_S = 10.0


class Load:
    """A connection to a device that has said which protocol it speaks."""

    def __init__(self, socket_: socket.socket) -> None:
        self._socket = socket_

    def receive(self) -> bytes:
        """Return what has come in, as soon as something has. Raises ConnectionError or TimeoutError."""
        end = 0.0
        while True:
            try:
                received = self._socket.recv(_RECV)
            except BlockingIOError:
                now = time.monotonic()
                end = end or now + _DEADLINE_S
                if now > end:
                    raise TimeoutError(f"nothing came for {_DEADLINE_S} s") from None
                continue
            if not received:
                raise ConnectionResetError("the device closed the connection")
            return received

    def receive_until(self, what: bytes) -> None:
        """Skip all until something is said."""
        seen = b""
        while what not in seen:
            seen = seen[-len(what) :] + self.receive()

    def send(self, line: bytes) -> None:
        """Send. What is sent here always fits into the socket's buffer."""
        self._socket.sendall(line)

    def one_at_a_time(self, seconds: float) -> int:
        """Ask `?watchdog`, wait for the reply, ask again. Returns how many were answered."""
        receive, send = self.receive, self._socket.send
        count = 0
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            send(b"?watchdog[1]\n")
            while not receive().endswith(b"\n"):
                pass
            count += 1
        return count

    def pipelined(self, seconds: float, window: int) -> int:
        """Keep between half a window and a window of `?watchdog` on the way. Returns how many were answered."""
        half = b"?watchdog[1]\n" * (window // 2)
        count, sent = 0, 0
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            while sent - count <= window // 2:
                self.send(half)
                sent += window // 2
            count += self.receive().count(b"\n")
        while count < sent:
            count += self.receive().count(b"\n")
        return count

    def updates(self, seconds: float) -> int:
        """Return how many lines come in."""
        count = 0
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            count += self.receive().count(b"\n")
        return count


@contextmanager
def connected(port: int) -> Iterator[Load]:
    """A load connected to a device of this machine, that has had its hello."""
    with socket.create_connection(("127.0.0.1", port), timeout=_DEADLINE_S) as opened:
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened.setblocking(False)
        load = Load(opened)
        load.receive_until(b"katcp-protocol")
        load.send(b"?watchdog[1]\n")
        load.receive_until(b"!watchdog[1] ok\n")
        yield load
