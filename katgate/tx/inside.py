"""InsideEndpoint: where a server listens and a client of the same process finds it, with or without a TCP port.

The two are joined by a pair of sockets, so that everything on the way is as with any device: chunks, back-pressure,
and a side that goes.
"""

import socket
from collections.abc import Callable
from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred, fail, maybeDeferred, succeed
from twisted.internet.error import CannotListenError, ConnectionRefusedError
from twisted.internet.interfaces import (
    IAddress,
    IListeningPort,
    IStreamClientEndpoint,
    IStreamServerEndpoint,
)
from twisted.internet.protocol import Factory, Protocol
from twisted.python.failure import Failure
from zope.interface import implementer

__all__ = ["InsideEndpoint"]


@implementer(IStreamServerEndpoint, IStreamClientEndpoint)
class InsideEndpoint:
    """Both ends in one: a server's factory listens at it, and clients of this process connect to it.

    Each time that the server listens, `port_endpoint` says where it listens too; None for nowhere. If that cannot be
    had, it is served inside all the same, and `port_error` says why. `client_name` is what the server calls its
    client (an address there is none), and `server_name` what the client calls the server.
    """

    def __init__(
        self,
        reactor: Any,
        port_endpoint: Callable[[], IStreamServerEndpoint | None] = lambda: None,
        *,
        client_name: str,
        server_name: str,
    ) -> None:
        self.port_error: CannotListenError | None = None
        self._reactor = reactor
        self._port_endpoint = port_endpoint
        self._client_name = client_name
        self._server_name = server_name
        self._listening: _InsidePort | None = None

    def listen(self, protocolFactory: Any) -> "Deferred[IListeningPort]":
        """Serve here. Fails with CannotListenError if another does."""
        if self._listening is not None:
            return fail(CannotListenError("", 0, "another listens inside"))
        self.port_error = None
        self._listening = inside = _InsidePort(protocolFactory, self._close)
        inside.startListening()
        at = self._port_endpoint()
        if at is None:
            return succeed(inside)
        listening: Deferred[Any] = at.listen(protocolFactory)
        return listening.addCallbacks(inside.joined_by, self._has_no_port, errbackArgs=(inside,))

    def connect(self, protocolFactory: Any) -> "Deferred[Any]":
        """Connect to who listens here. Fails with ConnectionRefusedError if nobody does."""
        if self._listening is None:
            return fail(ConnectionRefusedError("the hosted server does not listen"))
        return maybeDeferred(self._join, self._listening.factory, protocolFactory)

    @property
    def port(self) -> Any:
        """The address of the port that others find it at; None where it is found inside alone."""
        return self._listening.port_address if self._listening is not None else None

    def close(self) -> "Deferred[None]":
        """Let nobody in any more, whatever the server thinks of it."""
        return self._listening.stopListening() if self._listening is not None else succeed(None)

    def _has_no_port(self, failure: Failure, inside: "_InsidePort") -> "IListeningPort | Failure":
        if not isinstance(failure.value, CannotListenError):
            inside.stopListening()
            return failure
        self.port_error = failure.value
        return inside

    def _join(self, server: Any, client: Any) -> Protocol:
        clients: list[Protocol] = []
        ends = socket.socketpair()
        try:
            for end in ends:
                end.setblocking(False)
            self._adopt(ends[0], server, self._client_name)
            self._adopt(ends[1], client, self._server_name, clients.append)
        finally:
            for end in ends:  # the reactor has its own copies
                end.close()
        return clients[0]

    def _adopt(
        self,
        end: socket.socket,
        factory: Any,
        peer_name: str,
        built: Callable[[Protocol], None] = lambda _: None,
    ) -> None:
        self._reactor.adoptStreamConnection(end.fileno(), socket.AF_UNIX, _Joined(factory, peer_name, built))

    def _close(self) -> None:
        self._listening = None


class _Joined(Factory):
    """Builds a protocol by another factory, and tells it its peer's name."""

    noisy = False

    def __init__(self, factory: Any, peer_name: str, built: Callable[[Protocol], None]) -> None:
        self._factory = factory
        self._peer_name = peer_name
        self._built = built

    def buildProtocol(self, addr: IAddress | None) -> Protocol | None:
        protocol: Protocol | None = self._factory.buildProtocol(addr)
        if protocol is not None:
            protocol.peer_name = self._peer_name  # type: ignore[attr-defined]  # as KatCP has it
            self._built(protocol)
        return protocol


@implementer(IListeningPort)
class _InsidePort:
    """What a server has for listening inside: and its port, if it has joined that."""

    def __init__(self, factory: Any, closed: Callable[[], None]) -> None:
        self.factory = factory
        self._closed = closed
        self._port: Any = None
        self._is_listening = False

    @property
    def port_address(self) -> Any:
        return self._port.getHost() if self._port is not None else None

    def joined_by(self, port: Any) -> IListeningPort:
        self._port = port
        return self

    def startListening(self) -> None:
        """As a port does: the factory is told."""
        self._is_listening = True
        self.factory.doStart()

    def stopListening(self) -> "Deferred[None]":
        if not self._is_listening:
            return succeed(None)
        self._is_listening = False
        self._closed()
        self.factory.doStop()
        return maybeDeferred(self._port.stopListening) if self._port is not None else succeed(None)

    def getHost(self) -> Any:
        """The port's address, or one that nobody has, for who prints it."""
        return self.port_address or IPv4Address("TCP", "127.0.0.1", 0)
