"""A device that does as the test says, byte by byte, over a real socket."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self

HELLO = b"#version-connect katcp-protocol 5.0-M\n"


class FakeDevice:
    """Has a port, and listens there once it is entered; each connection is given to `talk` in a thread of its own."""

    def __init__(
        self, talk: Callable[[socket.socket], object], host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self._talk = talk
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((host, port))
        self.port: int = self._socket.getsockname()[1]
        self.connections: list[socket.socket] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._socket.listen()
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        # Shut down first: closing alone does not wake a thread that waits in accept or recv.
        for opened in (self._socket, *self.connections):
            with suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)
            opened.close()
        self._accepting.join(5)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        # A socket that is closed meanwhile has no file descriptor: `select` says so by a ValueError.
        with suppress(OSError, ValueError):
            self._talk(connection)


def push_texts(device: FakeDevice, take: Callable[[], list[str]]) -> None:
    """Push 24 MB as readings of `a`, 20 at a time, and see that `take` gives all of them back, in order."""
    text = b"x" * 4000  # no integer, so shown as the text that it is
    for n in range(300):
        values = [b"%d%s" % (n * 20 + i, text) for i in range(20)]
        device.connections[0].sendall(b"".join(b"#sensor-status 2 1 a nominal %s\n" % v for v in values))
        shown: list[str] = []
        while len(shown) < len(values):
            shown += take()
        assert [v.decode() for v in values] == shown


def lines(connection: socket.socket) -> "list[bytes]":
    """Yield nothing more than what is there: the lines of one receive."""
    received = connection.recv(65536)
    if not received:
        raise OSError("closed")
    return received.splitlines()


def answer(connection: socket.socket, pause: Callable[[list[bytes]], object] = lambda lines: None) -> None:
    """Answer every request as a small device of two sensors would, until the connection goes; `pause` is called with
    what has come in, before that is answered.
    """
    while True:
        received = lines(connection)
        pause(received)
        for line in received:
            name = line[1:].split()[0]
            if name == b"sensor-list":
                connection.sendall(b"#sensor-list a A \\@ integer\n#sensor-list b B \\@ integer\n")
            if name == b"sensor-sampling":
                sensor = line.split()[1]
                connection.sendall(b"#sensor-status 1 1 " + sensor + b" nominal 7\n")
            connection.sendall(b"!" + name + b" ok\n")


def small_talk(connection: socket.socket) -> None:
    """Be that small device, from the greeting on."""
    connection.sendall(HELLO)
    answer(connection)
