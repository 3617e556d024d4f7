"""A proxy as operators put before katgate: TLS outside, and a path prefix that katgate does not see."""

import socket
import ssl
import threading
from contextlib import suppress
from pathlib import Path
from typing import Self

from tests.certificates import self_signed

__all__ = ["TlsProxy"]


class TlsProxy:
    """Listens on `port` with a certificate that nobody has signed but itself: `certificate` is its file."""

    def __init__(self, katgate_port: int, prefix: str, folder: Path) -> None:
        self.certificate = folder / "proxy.pem"
        self.certificate.write_bytes(b"".join(self_signed()))
        self._katgate_port = katgate_port
        self._prefix = prefix.encode()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.certificate)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._opened: list[socket.socket] = [self._socket]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for opened in self._opened:
            with suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)
            opened.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        self._opened.append(connection)
        with suppress(OSError):  # among them what is wrong with TLS
            outside = self._context.wrap_socket(connection, server_side=True)
            inside = socket.create_connection(("127.0.0.1", self._katgate_port))
            self._opened += [outside, inside]
            head = outside.recv(65536)
            inside.sendall(head.replace(b"GET " + self._prefix, b"GET ", 1))
            threading.Thread(target=_pass_on, args=(inside, outside), daemon=True).start()
            _pass_on(outside, inside)


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(65536):
            sink.sendall(chunk)
        sink.shutdown(socket.SHUT_RDWR)
