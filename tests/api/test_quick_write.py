"""write_now, on Twisted's own connection without a network, and on transports that are no such."""

from typing import Any

import pytest
from twisted.internet.error import ConnectionLost
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.tcp import Connection
from twisted.internet.testing import StringTransport
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory

from katgate.api.quick_write import write_now


class Socket:
    """Takes so many bytes at a time."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.taken = b""

    def send(self, data: bytes) -> int:
        part = bytes(data[: self.room])
        self.room -= len(part)
        self.taken += part
        if not part:
            raise BlockingIOError(11, "full")
        return len(part)

    def setblocking(self, flag: bool) -> None:
        pass

    def fileno(self) -> int:
        return 0


class Reactor:
    """Notes who wants to write."""

    def __init__(self) -> None:
        self.writers: set[Any] = set()

    def addWriter(self, writer: Any) -> None:
        self.writers.add(writer)

    def removeWriter(self, writer: Any) -> None:
        self.writers.discard(writer)


def connection(room: int) -> Any:
    """Return a connection over a socket that has so much room."""
    made: Any = Connection(Socket(room), None, Reactor())  # type: ignore[arg-type]
    made.connected = 1
    return made


def test_all_at_once() -> None:
    """What the socket takes needs no reactor."""
    to = connection(100)
    write_now(to, b"abc")
    write_now(to, b"def")
    assert (b"abcdef", set()) == (to.socket.taken, to.reactor.writers)


def test_in_order_with_what_waits() -> None:
    """What the socket does not take waits, and what comes then waits behind it."""
    to = connection(4)
    for data in (b"abc", b"def", b"ghi"):
        write_now(to, data)
    assert (b"abcd", {to}) == (to.socket.taken, to.reactor.writers)
    to.write(b"jkl")
    to.socket.room = 100
    to.doWrite()
    write_now(to, b"mno")
    assert (b"abcdefghijklmno", set()) == (to.socket.taken, to.reactor.writers)


def test_socket_that_takes_nothing() -> None:
    """A full socket: all of it waits."""
    to = connection(0)
    write_now(to, b"abc")
    to.socket.room = 100
    to.doWrite()
    assert b"abc" == to.socket.taken


@pytest.mark.parametrize("attribute", ["disconnecting", "disconnected"])
def test_connection_that_is_going(attribute: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with write: one that closes sends what it was given before, one that has closed nothing."""
    to = connection(100)
    if attribute == "disconnecting":
        to.disconnecting = True
    else:
        to.connected = 0
    write_now(to, b"abc")
    assert b"" == to.socket.taken


def test_connection_that_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twisted finds it when it writes."""
    to = connection(100)
    monkeypatch.setattr(to, "writeSomeData", lambda data: ConnectionLost())
    write_now(to, b"abc")
    assert {to} == to.reactor.writers
    assert isinstance(to.doWrite(), ConnectionLost)


def test_transport_without_a_network() -> None:
    """As write."""
    to = StringTransport()
    write_now(to, b"abc")
    assert b"abc" == to.value()


class Encrypting(ProtocolWrapper):
    """As TLS: a protocol over the connection, which passes what it does not know itself on to that."""

    def write(self, data: bytes) -> None:
        super().write(data.upper())


def test_transport_that_encrypts() -> None:
    """Nothing goes past it."""
    below = connection(100)
    over: Any = Encrypting(WrappingFactory(Factory()), Protocol())
    over.makeConnection(below)
    write_now(over, b"abc")
    below.doWrite()
    assert b"ABC" == below.socket.taken
