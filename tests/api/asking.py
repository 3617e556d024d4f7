"""Asking a gateway of the rig over HTTP, without a network."""

from typing import Any

from tests.api.browser_json import read_json
from tests.api.rig import Rig
from tests.support import WireTransport


class Answer:
    """An HTTP answer, taken apart."""

    def __init__(self, raw: bytes) -> None:
        head, _, self.body = raw.partition(b"\r\n\r\n")
        status, *lines = head.decode().split("\r\n")
        self.status = int(status.split()[1])
        self.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}

    @property
    def json(self) -> Any:
        return read_json(self.body)


class HttpConnection:
    """A connection to the site, in memory."""

    def __init__(self, rig: Rig) -> None:
        self.channel: Any = rig.site.buildProtocol(None)
        self.channel.callLater = rig.clock.callLater
        self.transport = WireTransport()
        self.transport.protocol = self.channel
        self.channel.makeConnection(self.transport)

    def send(self, raw: bytes) -> None:
        self.transport.deliver(raw)

    def raw(self) -> bytes:
        written: bytes = self.transport.value()
        return written

    def answer(self) -> Answer:
        return Answer(self.raw())


def ask(rig: Rig, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
    """Ask once, and return the answer that is there at once."""
    connection = open_request(rig, method, path, body, **headers)
    return connection.answer()


def open_request(rig: Rig, method: str, path: str, body: bytes = b"", **headers: str) -> HttpConnection:
    """Ask, and return the connection: the answer may take a while."""
    connection = HttpConnection(rig)
    sent = {"host": "localhost"} | {name.replace("_", "-"): value for name, value in headers.items()}
    if body:
        sent = {"content-length": str(len(body)), "content-type": "application/json"} | sent
    lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
    connection.send(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode("latin-1") + body)
    return connection
