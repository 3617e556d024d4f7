"""Via: a device as a katgate shows it, over the katgate's WebSocket. Source: the contract of the web API."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Final

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import deferLater
from twisted.python.failure import Failure

from katgate.errors import GatewayNotConnected, GatewayRefused
from katgate.katcp.message import Message
from katgate.katcp.sampling import NOT_SAMPLED
from katgate.terminal.api_values import api_argument, inform_of, reply_of
from katgate.terminal.gateway import GatewayProtocol, connect_gateway
from katgate.terminal.gateway_address import HOW_TO_LOG_IN, GatewayAddress
from katgate.terminal.mailbox import Mailbox
from katgate.terminal.source import Answer, AnyStrategy, Event, Request
from katgate.terminal.subscribed import Subscribed, SubscribedInforms, SubscribedSensors, unknown_device

__all__ = ["Via", "device_names"]

#: The longest first pause before a lost katgate is tried again, and the longest of all, in seconds.
_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 10.0


class Via:
    """A device by the name that it has at a katgate, as a `Source`."""

    def __init__(self, device: str, address: GatewayAddress, reactor: Any, token: str | None = None) -> None:
        self.device = device
        self._address = address
        self._reactor = reactor
        self._token = token
        self._gateway: GatewayProtocol | None = None
        self._keeping: Deferred[None] | None = None

    async def call(self, request: Request, on_inform: Callable[[Message], None]) -> Answer:
        """Send a request through the katgate."""
        params: dict[str, Any] = {
            "device": self.device,
            "request": request.name,
            "arguments": [api_argument(raw) for raw in request.arguments],
        }
        if request.timeout_s is not None:
            params["timeout"] = request.timeout_s
        if request.is_confirmed:
            params["confirm"] = request.name
        gateway = await self._connect()
        started = self._reactor.seconds()
        try:
            result = await gateway.call("request", params, lambda words: on_inform(inform_of(words)))
        except GatewayRefused as error:
            if error.code == "unknown-device":
                raise unknown_device(self.device, gateway, await _names(gateway)) from None
            reply = _reply_in(error, request.name)
            return Answer(reply, self._reactor.seconds() - started)
        return Answer(reply_of(request.name, "ok", result["arguments"]), result["duration"])

    async def watch(self, patterns: Sequence[str], strategy: AnyStrategy, mailbox: Mailbox[Event]) -> None:
        """Tell of sensors and their readings from now on."""
        # A katgate has no strategy none: what it shows costs the device nothing.
        words = "event" if strategy == NOT_SAMPLED else str(strategy)
        await self._begin(SubscribedSensors(self.device, patterns, words, mailbox, self._reactor), mailbox)

    async def follow(self, mailbox: Mailbox[Event]) -> None:
        """Tell what the device says by itself from now on."""
        await self._begin(SubscribedInforms(self.device, mailbox, self._reactor), mailbox)

    async def close(self) -> None:
        """Leave the katgate."""
        if self._keeping is not None:
            self._keeping.cancel()
        if self._gateway is not None:
            self._gateway.leave()
            await self._gateway.lost.wait()

    # One connection, made again whenever it is lost.

    async def _begin(self, subscribed: Subscribed, mailbox: Mailbox[Event]) -> None:
        gateway = await self._connect()
        await subscribed.begin(gateway)
        self._keeping = Deferred.fromCoroutine(self._keep(gateway, subscribed))
        self._keeping.addErrback(lambda failure: _ended(failure, mailbox))

    async def _keep(self, gateway: GatewayProtocol, subscribed: Subscribed) -> None:
        while True:
            error = await gateway.lost.wait()
            subscribed.lost(str(error))
            if not error.may_return:
                raise error
            gateway = await self._return(subscribed)

    async def _return(self, subscribed: Subscribed) -> GatewayProtocol:
        random = Random()
        longest_s = _FIRST_PAUSE_S
        while True:
            await deferLater(self._reactor, random.uniform(0, longest_s))
            longest_s = min(2 * longest_s, _LONGEST_PAUSE_S)
            try:
                gateway = await self._connect()
                await subscribed.begin(gateway)
            except GatewayNotConnected as error:
                if not error.may_return:
                    raise
                subscribed.lost(str(error))
            else:
                return gateway

    async def _connect(self) -> GatewayProtocol:
        self._gateway = gateway = await connect_gateway(self._address, self._reactor)
        if self._token is not None:
            await gateway.call("authenticate", {"token": self._token})
        elif not gateway.is_known:
            raise GatewayRefused(
                {
                    "code": "unauthorized",
                    "detail": f"the katgate at {self._address} wants a login; {HOW_TO_LOG_IN}",
                }
            )
        return gateway


async def device_names(address: GatewayAddress, reactor: Any, token: str | None = None) -> list[str]:
    """Return the names of the devices that a katgate has."""
    via = Via("", address, reactor, token)
    try:
        return await _names(await via._connect())
    finally:
        await via.close()


async def _names(gateway: GatewayProtocol) -> list[str]:
    result = await gateway.call("devices.subscribe", {})
    return [device["name"] for device in result["devices"]]


def _reply_in(error: GatewayRefused, request: str) -> Message:
    """Return the device's own reply, if that is what the katgate reports; raises the error if it is not."""
    problem = error.problem
    if "return_code" not in problem:
        raise error
    words = [problem["reply"]] if problem.get("reply") else []
    return reply_of(request, problem["return_code"], words)


def _ended(failure: Failure, mailbox: Mailbox[Event]) -> None:
    if not failure.check(CancelledError):
        mailbox.end(failure)
