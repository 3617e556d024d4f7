"""Link: the plain connection to a device that `call` and `log` need. It keeps no mirror: negotiate, and talk."""

import time
from collections.abc import Callable
from random import Random
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.python.failure import Failure

from katgate.errors import DeviceNotConnected
from katgate.katcp.message import Message
from katgate.terminal.source import Presence
from katgate.tx.client import ClientKatCPProtocol
from katgate.tx.connection import Connection, State
from katgate.tx.deferreds import Once

__all__ = ["Link", "ListeningProtocol"]


class ListeningProtocol(ClientKatCPProtocol):
    """Hands over everything that the device says by itself."""

    listener: Callable[[Message], None] | None = None

    def unhandled_inform(self, msg: Message) -> None:
        """Hand it over."""
        if self.listener is not None:
            self.listener(msg)

    def inform_disconnect(self, msg: Message) -> None:
        """Remember why; the loss follows."""
        super().inform_disconnect(msg)
        self.unhandled_inform(msg)


class Link:
    """A connection to a device, made again whenever it is lost. `listener` gets the informs, `presence` the rest."""

    def __init__(
        self,
        device: str,
        endpoint: IStreamClientEndpoint,
        reactor: Any,
        listener: Callable[[Message], None] | None = None,
        presence: Presence | None = None,
    ) -> None:
        self._device = device
        self._reactor = reactor
        self._listener = listener
        self._presence = presence
        self._first: Once[ClientKatCPProtocol] = Once()
        self._connection = Connection(
            device, endpoint, self._build, self, reactor=reactor, random=Random(), wall_clock=time.time
        )

    def start(self) -> "Deferred[ClientKatCPProtocol]":
        """Connect. The Deferred has the negotiated protocol, or DeviceNotConnected if the first attempt fails."""
        self._connection.start()
        return self._first.wait()

    def stop(self) -> "Deferred[None]":
        """Close for good."""
        return self._connection.stop()

    # ConnectionUser.

    def state_changed(self) -> None:
        """Say when the device has gone."""
        if self._connection.state is State.SLEEPING:
            why = self._connection.error or "the connection was lost"
            self._first.fire(Failure(DeviceNotConnected(self._device, why)))
            if self._presence is not None:
                self._presence.away(why)

    def negotiated(self, protocol: ClientKatCPProtocol) -> None:
        """That is all there is to wait for."""
        self._connection.synced()
        self._first.fire(protocol)
        if self._presence is not None:
            self._presence.here()

    def lost(self) -> None:
        """`state_changed` has said so."""

    def _build(self) -> ListeningProtocol:
        protocol = ListeningProtocol(self._reactor)
        protocol.listener = self._listener
        return protocol
