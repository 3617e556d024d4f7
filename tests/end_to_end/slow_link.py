"""A slow link between a browser and katgate: bytes come through at a rate, and the sender is held up meanwhile.

Chromium's own emulation of networks does not slow a WebSocket down: it is the sender that must feel it.
"""

import socket
import threading
import time
from contextlib import suppress
from typing import Final, Self

__all__ = ["SlowLink"]

#: What it holds itself: or the sender would have sent all before it felt anything.
_BUFFER: Final = 16 * 1024

#: How often it looks what may come through, in seconds.
_TICK_S: Final = 0.02


class SlowLink:
    """Listens at `port` and passes on to katgate's. What katgate sends comes through at `rate`, bytes a second; None
    is as fast as can be, and 0 not at all. It may be set at any time.
    """

    def __init__(self, katgate_port: int) -> None:
        self.rate: float | None = None
        self._katgate_port = katgate_port
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._opened: list[socket.socket] = [self._socket]
        self.port: int = self._socket.getsockname()[1]

    @property
    def url(self) -> str:
        """Where the page is, over this link."""
        return f"http://127.0.0.1:{self.port}/"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.rate = None
        for opened in self._opened:
            with suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)
            opened.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                outside, _ = self._socket.accept()
                inside = socket.socket()
                inside.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
                outside.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
                inside.connect(("127.0.0.1", self._katgate_port))
                self._opened += [outside, inside]
                for task, source, sink in (
                    (_pass_on, outside, inside),
                    (self._pass_on_slowly, inside, outside),
                ):
                    threading.Thread(target=task, args=(source, sink), daemon=True).start()

    def _pass_on_slowly(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while chunk := source.recv(_BUFFER):
                self._hold_up(len(chunk))
                sink.sendall(chunk)
            sink.shutdown(socket.SHUT_WR)

    def _hold_up(self, size: int) -> None:
        due = 0.0
        while due < size and (rate := self.rate) is not None:
            time.sleep(_TICK_S)
            due += rate * _TICK_S


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(_BUFFER):
            sink.sendall(chunk)
        sink.shutdown(socket.SHUT_WR)
