"""Straight: a device over a connection of our own."""

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from twisted.internet.endpoints import HostnameEndpoint

from katgate.errors import DeviceLost, DeviceNotConnected, RemoteError, StrategyError
from katgate.katcp.message import Message
from katgate.katcp.values import decode_seconds
from katgate.terminal.link import Link
from katgate.terminal.mailbox import Mailbox
from katgate.terminal.sampling import Sampled
from katgate.terminal.source import STATUS, Answer, AnyStrategy, Event, Informed, Presence, Request
from katgate.tx.client import ClientKatCPProtocol

__all__ = ["Straight"]

#: How long a person waits for a connection, in seconds.
_CONNECT_TIMEOUT_S: Final = 5.0


class Straight:
    """A device at an address, as a `Source`."""

    def __init__(self, device: str, address: tuple[str, int], reactor: Any) -> None:
        self.device = device
        self._reactor = reactor
        self._endpoint = HostnameEndpoint(reactor, *address, timeout=_CONNECT_TIMEOUT_S)
        self._stops: list[Callable[[], Awaitable[None]]] = []

    async def call(self, request: Request, on_inform: Callable[[Message], None]) -> Answer:
        """Send a request. Nothing needs to be confirmed: nobody else is in between."""
        link = Link(self.device, self._endpoint, self._reactor)
        self._stops.append(link.stop)
        protocol = await link.start()
        try:
            wait_s = request.timeout_s or await _usual_timeout(protocol, request.name)
            started = self._reactor.seconds()
            _, reply = await protocol.send_request(
                request.name, *request.arguments, timeout=wait_s, on_inform=on_inform, keep_informs=False
            )
        except DeviceLost:
            raise DeviceLost(self.device, request.name) from None
        except DeviceNotConnected as error:
            raise DeviceNotConnected(self.device, error.why) from None
        return Answer(reply, self._reactor.seconds() - started)

    async def watch(self, patterns: Sequence[str], strategy: AnyStrategy, mailbox: Mailbox[Event]) -> None:
        """Tell of sensors and their readings from now on."""
        if strategy == STATUS:
            raise StrategyError(f"{strategy} is a strategy of katgate's own: ask one, with --via")
        sampled = Sampled(self.device, self._endpoint, self._reactor, patterns, strategy, mailbox)
        self._stops.append(sampled.stop)
        await sampled.start()

    async def follow(self, mailbox: Mailbox[Event]) -> None:
        """Tell what the device says by itself from now on."""
        link = Link(
            self.device,
            self._endpoint,
            self._reactor,
            listener=lambda msg: mailbox.put(Informed(time.time(), msg)),
            presence=Presence(mailbox),
        )
        self._stops.append(link.stop)
        await link.start()

    async def close(self) -> None:
        """Close the connection."""
        while self._stops:
            await self._stops.pop()()


async def _usual_timeout(protocol: ClientKatCPProtocol, request: str) -> float:
    """Return how long to wait for a reply, in seconds: longer for what the device says may take long (flag T)."""
    usual_s = protocol.request_timeout_s
    if protocol.flags is None or not protocol.flags.has_timeout_hints:
        return usual_s
    try:
        informs, _ = await protocol.send_request("request-timeout-hint", request)
        return usual_s + max(0.0, decode_seconds(informs[0].arguments[1]))
    except (RemoteError, IndexError, ValueError):
        return usual_s
