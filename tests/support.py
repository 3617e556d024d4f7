"""Fakes that several rooms' tests share: a wire without a network, and an endpoint that does as it is told."""

import itertools
from collections.abc import Callable
from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.internet.protocol import Protocol
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from zope.interface import implementer

V5 = b"#version-connect katcp-protocol 5.1-MIB\n"
V5_WITHOUT_IDS = b"#version-connect katcp-protocol 5.0-M\n"


class WireTransport(StringTransport):
    """A StringTransport that ends its protocol when it is closed, as a socket does."""

    protocol: Protocol | None = None
    is_delivering = False
    is_closing = False
    #: Whether the other side takes nothing: then closing waits for ever, and only cutting ends it.
    is_stuck = False
    reason: Exception = ConnectionLost()

    def abortConnection(self) -> None:
        """Cut."""
        self.is_stuck = False
        self.loseConnection()

    def loseConnection(self) -> None:
        """Close: at once, or when the chunk that is being delivered has been taken, as a reactor does."""
        super().loseConnection()
        self.is_closing = True
        if not self.is_delivering:
            self.finish()

    def finish(self) -> None:
        """End the protocol if the connection is closed."""
        if self.is_closing and self.protocol is not None and not self.is_stuck:
            protocol, self.protocol = self.protocol, None
            protocol.connectionLost(Failure(self.reason))

    def deliver(self, chunk: bytes) -> None:
        """Let the protocol receive a chunk, unless the connection is gone."""
        if self.protocol is not None and not self.is_closing:
            self.is_delivering = True
            self.protocol.dataReceived(chunk)
            self.is_delivering = False
            self.finish()


class Wire:
    """The other side of a protocol, in memory: say bytes, hear lines."""

    _ports = itertools.count(40_000)

    def __init__(self, protocol: Any, *, peer: Any = None) -> None:
        self.protocol = protocol
        peer = IPv4Address("TCP", "192.168.1.1", next(self._ports)) if peer is None else peer
        self.transport = WireTransport(peerAddress=peer)
        self.transport.protocol = protocol
        protocol.makeConnection(self.transport)

    def say(self, *lines: bytes) -> None:
        """Let the protocol receive each of these, as one chunk each."""
        for line in lines:
            self.transport.deliver(line)

    def heard(self) -> list[str]:
        """Return the lines that the protocol has written since the last call."""
        written: bytes = self.transport.value()
        text = written.decode("utf-8", "backslashreplace")
        self.transport.clear()
        return text.splitlines()

    def cut(self) -> None:
        """Lose the connection."""
        self.transport.loseConnection()

    def close(self) -> None:
        """Close it from the other side, as one does."""
        self.transport.reason = ConnectionDone()
        self.transport.loseConnection()

    @property
    def is_cut(self) -> bool:
        """Whether the connection is gone."""
        return self.transport.protocol is None


@implementer(IStreamClientEndpoint)
class FakeEndpoint:
    """An endpoint whose attempts wait until the test accepts or refuses them."""

    def __init__(self) -> None:
        self.attempts: list[tuple[Any, Deferred[Any]]] = []
        self.wires: list[Wire] = []

    def connect(self, protocolFactory: Any) -> "Deferred[Any]":
        """Note the attempt."""
        attempt: Deferred[Any] = Deferred(self._cancelled)
        self.attempts.append((protocolFactory, attempt))
        return attempt

    def accept(self) -> Wire:
        """Let the oldest attempt succeed; return the device's end."""
        factory, attempt = self.attempts.pop(0)
        wire = Wire(factory.buildProtocol(None))
        self.wires.append(wire)
        attempt.callback(wire.protocol)
        return wire

    def refuse(self, error: Exception) -> None:
        """Let the oldest attempt fail."""
        _, attempt = self.attempts.pop(0)
        attempt.errback(Failure(error))

    def _cancelled(self, attempt: "Deferred[Any]") -> None:
        self.attempts = [a for a in self.attempts if a[1] is not attempt]


def outcome(deferred: "Deferred[Any]") -> list[Any]:
    """Return a list that will hold the result or the exception of a Deferred, and nothing until then."""
    seen: list[Any] = []
    deferred.addCallbacks(seen.append, lambda failure: seen.append(failure.value))
    return seen


def each_byte(say: Callable[[bytes], None], wire: bytes) -> None:
    """Say bytes one at a time."""
    for at in range(len(wire)):
        say(wire[at : at + 1])
