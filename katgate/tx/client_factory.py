"""KatCPClientFactory: a client that connects again whenever it is lost; and run_client, for one connection."""

import time
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.interfaces import IAddress, IConnector, IProtocolFactory, IStreamClientEndpoint
from twisted.internet.protocol import ClientFactory, Factory, Protocol
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from katgate.tx.client import ClientKatCPProtocol
from katgate.tx.connection import Connection, State
from katgate.tx.deferreds import deferred_of, global_reactor
from katgate.tx.protocol import peer_text
from katgate.tx.watchdog import WATCHDOG_S

__all__ = ["KatCPClientFactory", "run_client"]

Address = tuple[str, int] | IStreamClientEndpoint

log = Logger()


class KatCPClientFactory(ClientFactory):
    """Keeps one client connected: after a loss, or where nobody listens, it tries again after a pause that
    grows from half a second to half a minute, with jitter, and starts anew once a device has said hello.

        class Watcher(ClientKatCPProtocol):
            def inform_sensor_status(self, msg): ...

        class WatcherFactory(KatCPClientFactory):
            protocol = Watcher

            def connected(self, client):
                client.send_request("sensor-sampling", "wind-speed", "event")

        WatcherFactory().connect(("weather.example.org", 7147))
        reactor.run()

    `client` is the protocol while it is negotiated, else None. A device that is silent for `watchdog_s` seconds,
    and does not answer ?watchdog, is taken for gone; 0 lets it be silent for ever.
    `reactor.connectTCP(host, port, factory)` does as well as `connect`. A device with sensors is easier to
    follow with a `Mirror`.
    """

    noisy = False
    protocol: Callable[[], Protocol] | None = ClientKatCPProtocol

    watchdog_s: float = WATCHDOG_S

    client: ClientKatCPProtocol | None = None
    connection: Connection | None = None
    # Defaults for a subclass that does not call __init__, as those of Twisted's factories need not.
    _reactor: Any = None
    _random: Random | None = None
    _connector: "_ConnectorEndpoint | None" = None

    def __init__(self, *, reactor: Any = None, random: Random | None = None) -> None:
        self._reactor = reactor
        self._random = random

    # What its user calls, and overrides.

    def connect(self, address: Address) -> None:
        """Connect to (host, port) or an endpoint of Twisted's, and stay connected. Raises RuntimeError if it
        does so already.
        """
        if self.connection is not None and self.connection.state is not State.CLOSED:
            raise RuntimeError("this factory keeps a connection already; one factory, one device")
        self._reactor = global_reactor() if self._reactor is None else self._reactor
        endpoint = _endpoint(address, self._reactor)
        name = f"{address[0]}:{address[1]}" if isinstance(address, tuple) else str(endpoint)
        self.connection = Connection(
            name,
            endpoint,
            self._build_client,
            self,
            reactor=self._reactor,
            random=self._random or Random(),
            wall_clock=time.time,
            watchdog_s=self.watchdog_s,
        )
        self.connection.start()

    def stop(self) -> "Deferred[None]":
        """Close for good. The Deferred fires when the transport is gone."""
        return self.connection.stop() if self.connection is not None else succeed(None)

    def connected(self, client: ClientKatCPProtocol) -> None:
        """Override: the device has said what it speaks; send it requests. Called on every new connection."""

    def disconnected(self) -> None:
        """Override: the connection handed to `connected` is gone."""

    # ConnectionUser.

    def state_changed(self) -> None:
        """The connection says so itself."""

    def negotiated(self, protocol: ClientKatCPProtocol) -> None:
        """Hand the client over."""
        self.client = protocol
        assert self.connection is not None
        self.connection.synced()
        self._call(self.connected, protocol)

    def lost(self) -> None:
        """Take it back."""
        self.client = None
        self._call(self.disconnected)

    # Twisted's ClientFactory: how `reactor.connectTCP` drives it.

    def startedConnecting(self, connector: IConnector) -> None:
        """An attempt has begun; at the first one take over."""
        if self.connection is None or (self.connection.state is State.CLOSED and self._is_another(connector)):
            self._connector = _ConnectorEndpoint(connector)
            self.connect(self._connector)

    def buildProtocol(self, addr: IAddress | None) -> Protocol | None:
        """Return the protocol of an attempt that has succeeded."""
        if self._connector is None:
            return self._build_client()
        return self._connector.succeeded(addr)

    def clientConnectionFailed(self, connector: IConnector, reason: Failure) -> None:
        """An attempt has failed."""
        if self._connector is not None:
            self._connector.failed(reason)

    def clientConnectionLost(self, connector: IConnector, reason: Failure) -> None:
        """The transport is gone, and the next attempt may begin."""
        if self._connector is not None:
            self._connector.closed()

    def _is_another(self, connector: IConnector) -> bool:
        return self._connector is None or not self._connector.is_for(connector)

    def _call(self, hook: Callable[..., object], *arguments: object) -> None:
        """Call what a subclass has overridden; a failure of it is no reason to lose the device."""
        try:
            waiting = deferred_of(hook(*arguments))
        except Exception:
            log.failure("! {hook!r} failed", hook=hook)
            return
        if waiting is not None:
            waiting.addErrback(lambda failure: log.failure("! {hook!r} failed", failure, hook=hook))

    def _build_client(self) -> ClientKatCPProtocol:
        assert self.protocol is not None
        client = self.protocol()
        assert isinstance(client, ClientKatCPProtocol)
        client.factory = self
        client.reactor = self._reactor
        return client


@implementer(IStreamClientEndpoint)
class _ConnectorEndpoint:
    """A connector of `reactor.connectTCP` as an endpoint."""

    def __init__(self, connector: IConnector) -> None:
        self._connector: Any = connector
        self._factory: Any = None
        self._attempt: Deferred[Any] | None = None

    def is_for(self, connector: IConnector) -> bool:
        """Return whether it is that connector."""
        return self._connector is connector

    def __str__(self) -> str:
        return peer_text(self._connector.getDestination())

    def connect(self, protocolFactory: IProtocolFactory) -> "Deferred[Any]":
        """Let the connector connect, if it does not do so already or is about to have closed."""
        self._factory = protocolFactory
        self._attempt = Deferred(lambda _: self._cancel())
        if self._connector.state == "disconnected":
            self._connector.connect()
        return self._attempt

    def succeeded(self, address: IAddress | None) -> Protocol | None:
        """Build the protocol, and tell who waits for the attempt."""
        if self._factory is None:
            return None
        built: Any = self._factory.buildProtocol(address)
        attempt, self._attempt = self._attempt, None
        if attempt is not None:
            attempt.callback(built)
        return built  # type: ignore[no-any-return]

    def failed(self, reason: Failure) -> None:
        """Tell who waits for the attempt."""
        attempt, self._attempt = self._attempt, None
        if attempt is not None:
            attempt.errback(reason)

    def closed(self) -> None:
        """Begin an attempt that had to wait for the last connection to be gone."""
        if self._attempt is not None:
            self._connector.connect()

    def _cancel(self) -> None:
        self._attempt = None
        if self._connector.state == "connecting":
            self._connector.stopConnecting()


def run_client(
    address: Address,
    protocol_class: Callable[[], ClientKatCPProtocol],
    connected: Callable[..., object] | None = None,
    args: Iterable[object] = (),
    errback: Callable[..., object] | None = None,
    errback_args: Iterable[object] = (),
) -> "Deferred[Any]":
    """Connect once to a device; when it has said what it speaks, call `connected(protocol, *args)`.

    `address` is `(host, port)` or an endpoint. If there is no connection, `errback(failure, *errback_args)`
    is called; without an errback the failure is logged. Returns a Deferred of what was called, or of the
    protocol where there is nothing to call.

        run_client(("localhost", 1235), DemoClient, connected)
        reactor.run()
    """
    done: Deferred[Any] = _endpoint(address).connect(Factory.forProtocol(protocol_class))
    done.addCallback(_negotiated)
    if connected is None:
        return done if errback is None else done.addErrback(errback, *errback_args)
    if errback is None:
        return done.addCallbacks(connected, _log_failure, callbackArgs=tuple(args))
    return done.addCallbacks(connected, errback, callbackArgs=tuple(args), errbackArgs=tuple(errback_args))


def _negotiated(protocol: ClientKatCPProtocol) -> "Deferred[ClientKatCPProtocol]":
    def given_up(failure: Failure) -> Failure:
        protocol.abort()  # nobody else has it
        return failure

    return protocol.when_negotiated().addErrback(given_up)


def _endpoint(address: Address, reactor: Any = None) -> IStreamClientEndpoint:
    if not isinstance(address, tuple):
        return address
    return HostnameEndpoint(global_reactor() if reactor is None else reactor, *address)


def _log_failure(failure: Failure) -> None:
    log.error("! no connection to the device: {why}", why=failure.getErrorMessage())
