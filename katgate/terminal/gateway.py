"""GatewayProtocol: a katgate's WebSocket from the other side. Calls and their answers, and what it says unasked."""

import re
from collections.abc import Callable
from typing import Any, Final

import msgspec
from autobahn.twisted.websocket import WebSocketClientFactory, WebSocketClientProtocol
from OpenSSL import SSL
from twisted.internet.defer import Deferred, TimeoutError
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.protocol import connectionDone
from twisted.internet.ssl import optionsForClientTLS
from twisted.python.failure import Failure

import katgate
from katgate.errors import GatewayNotConnected, GatewayRefused, shortened
from katgate.terminal.gateway_address import GatewayAddress
from katgate.tx.deferreds import Once
from katgate.tx.refusals import why_refused

__all__ = ["GatewayProtocol", "connect_gateway"]

_SUBPROTOCOL: Final = "katgate.v1"

#: How long a connection, and then the opening of the socket, may take, in seconds.
_CONNECT_TIMEOUT_S: Final = 5.0
#: How often the katgate is asked for a sign of life, and how long it may take, in seconds.
_PING_S: Final = 15.0

#: "Do not come back as you are."
_FINAL_CODES: Final = range(4500, 5000)

#: Autobahn's words for an HTTP answer that is no upgrade.
_NO_UPGRADE: Final = re.compile(r"upgrade failed \[(\d+)\]: ([^\"]*)")

_encode = msgspec.json.encode


class GatewayProtocol(WebSocketClientProtocol):
    """One socket. `on_notification(method, params)` is called for what is no answer."""

    transport: Any

    def __init__(self, address: GatewayAddress) -> None:
        super().__init__()
        self.opened: Once[None] = Once()
        #: Fires with the GatewayNotConnected that says why the socket is gone.
        self.lost: Once[GatewayNotConnected] = Once()
        self.on_notification: Callable[[str, Any], None] | None = None
        self.address = address
        #: Whether the katgate serves us without a login.
        self.is_known = False
        #: Subscriptions that were made here.
        self.subs: list[int] = []
        self._calls: dict[int, tuple[Deferred[Any], Callable[[list[Any]], None] | None]] = {}
        self._last_id = 0
        self._broken: str | None = None

    def call(
        self, method: str, params: dict[str, Any], on_inform: Callable[[list[Any]], None] | None = None
    ) -> "Deferred[Any]":
        """Make a call; the Deferred has its result. Fails with GatewayRefused, or GatewayNotConnected if the
        socket goes first.
        """
        self._last_id += 1
        result: Deferred[Any] = Deferred()
        self._calls[self._last_id] = result, on_inform
        message = {"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": params}
        self.sendMessage(_encode(message))
        return result

    def leave(self) -> None:
        """Say goodbye: with no browser left that may return, the katgate need not keep what was subscribed."""
        if self.state == self.STATE_OPEN:
            for sub in self.subs:
                self.sendMessage(_encode({"jsonrpc": "2.0", "method": "unsubscribe", "params": {"sub": sub}}))
            self.sendClose(1000)

    # Autobahn's side.

    def onOpen(self) -> None:
        """The katgate speaks first: its hello says that it is one."""

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        """Take an answer or a notification."""
        try:
            message = msgspec.json.decode(payload)
            method = message.get("method")
        except (msgspec.DecodeError, AttributeError):
            self._break("what answers there is no katgate")
            return
        if method is None:
            self._take_answer(message)
        elif method == "hello":
            self.is_known = message["params"].get("role") is not None
            self.opened.fire(None)
        elif method == "request.inform":
            called = self._calls.get(message["params"]["id"])
            if called is not None and called[1] is not None:
                called[1](message["params"]["inform"])
        elif self.on_notification is not None:
            self.on_notification(method, message["params"])

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:
        """Fail everything that waits."""
        why = self._broken or _why_closed(code, reason)
        error = GatewayNotConnected(str(self.address), why, may_return=code not in _FINAL_CODES)
        self.opened.fire(Failure(error))
        self.lost.fire(error)
        calls, self._calls = self._calls, {}
        for result, _ in calls.values():
            if not result.called:
                result.errback(error)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Say in words what TLS found fault with."""
        said = reason.getErrorMessage()
        if "certificate" in said or (not self.opened.has_fired and "Verification" in said):
            self._broken = "its certificate is not trusted (SSL_CERT_FILE can name a file of those that are)"
        elif reason.check(SSL.Error):
            self._broken = "what answers there does not speak TLS: it is http, not https"
        super().connectionLost(reason)

    def _take_answer(self, message: Any) -> None:
        result, _ = self._calls.pop(message.get("id"), (None, None))
        if result is None or result.called:
            return
        error = message.get("error")
        if error is None:
            result.callback(message.get("result"))
            return
        result.errback(GatewayRefused(error.get("data") or {"detail": error.get("message", "")}))

    def _break(self, why: str) -> None:
        self._broken = why
        self.dropConnection(abort=True)


class _Factory(WebSocketClientFactory):
    noisy = False

    def __init__(self, address: GatewayAddress) -> None:
        super().__init__(
            address.socket_url, protocols=[_SUBPROTOCOL], useragent=f"katgate/{katgate.__version__}"
        )
        self._address = address
        self.setProtocolOptions(
            openHandshakeTimeout=_CONNECT_TIMEOUT_S,
            closeHandshakeTimeout=1,
            autoPingInterval=_PING_S,
            autoPingTimeout=_PING_S,
        )

    def buildProtocol(self, addr: Any) -> GatewayProtocol:
        protocol = GatewayProtocol(self._address)
        protocol.factory = self
        return protocol


async def connect_gateway(address: GatewayAddress, reactor: Any) -> GatewayProtocol:
    """Return a socket on which the katgate has said hello. Raises GatewayNotConnected."""
    endpoint: Any = HostnameEndpoint(reactor, address.host, address.port, timeout=_CONNECT_TIMEOUT_S)
    if address.is_secure:
        endpoint = wrapClientTLS(optionsForClientTLS(address.host), endpoint)
    try:
        protocol: GatewayProtocol = await endpoint.connect(_Factory(address))
    except Exception:
        raise GatewayNotConnected(str(address), why_refused(Failure(), "its")) from None
    try:
        await protocol.opened.wait().addTimeout(_CONNECT_TIMEOUT_S, reactor)
    except TimeoutError:
        protocol.dropConnection(abort=True)
        raise GatewayNotConnected(
            str(address), "what answers there says nothing that a katgate says"
        ) from None
    return protocol


def _why_closed(code: int | None, reason: str | None) -> str:
    """Return in words what Autobahn says of an end."""
    said = shortened(reason or "", 200)
    refused = _NO_UPGRADE.search(said)
    if refused is not None:
        return f"what answers there is no katgate, or one that refuses: HTTP {refused[1]} {refused[2]}"
    if "handshake timeout" in said:
        return "what is there does not answer as a katgate does"
    if "without previous WebSocket closing" in said:
        return "it closed the connection without a word"
    return said or f"the connection was closed ({code})"
