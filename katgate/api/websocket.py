"""BrowserProtocol: one WebSocket, between Autobahn and the browser's session.

Autobahn frames the bytes, `session.py` knows the contract; here is what holds the two together: the
hand-shake, back-pressure both ways, and the end.
"""

from collections.abc import Callable
from typing import Any, Final

from autobahn.twisted.websocket import WebSocketServerFactory, WebSocketServerProtocol
from twisted.internet.interfaces import IPushProducer
from twisted.logger import Logger
from zope.interface import implementer

from katgate.api.session import Session

__all__ = ["SUBPROTOCOL", "BrowserFactory"]

SUBPROTOCOL: Final = "katgate.v1"

#: How often a browser is asked for a sign of life, and how long it may take to give one, in seconds.
_PING_INTERVAL_S: Final = 30
_PING_TIMEOUT_S: Final = 60
_HANDSHAKE_TIMEOUT_S: Final = 5

#: Close codes: come back.
_SHUTDOWN: Final = 4001
_TOO_SLOW: Final = 4002


@implementer(IPushProducer)
class BrowserProtocol(WebSocketServerProtocol):
    """One browser's WebSocket."""

    logger = Logger()
    transport: Any
    factory: "BrowserFactory"

    def __init__(self, new_session: Callable[["BrowserProtocol"], Session]) -> None:
        super().__init__()
        self._session = new_session(self)

    @property
    def browser(self) -> str:
        """Who this is, for logs."""
        return str(self.peer)

    def send_text(self, payload: bytes) -> None:
        """Send a message; once the socket is closing, nothing."""
        if self.state == self.STATE_OPEN:
            self.sendMessage(payload, isBinary=False)

    def pause_reading(self) -> None:
        """Let the browser wait with what it wants to say."""
        self.transport.pauseProducing()

    def resume_reading(self) -> None:
        """Listen again."""
        self.transport.resumeProducing()

    def cut(self) -> None:
        """End the connection at once."""
        self.dropConnection(abort=True)

    def shut_down(self) -> None:
        """Say that this katgate ends, and close."""
        self._session.shutting_down()
        self.sendClose(_SHUTDOWN, "katgate shuts down")

    def close_slow(self) -> None:
        """End the connection of a browser that takes nothing. What cannot be said in five seconds is not."""
        self.sendClose(_TOO_SLOW, "you read too slowly for too long")

    # Autobahn's side.

    def onConnect(self, request: Any) -> str | None:
        """Agree on the sub-protocol, if the browser names any."""
        return SUBPROTOCOL if SUBPROTOCOL in request.protocols else None

    def onOpen(self) -> None:
        """Take the transport over from twisted.web, and say hello."""
        self.factory.browsers.add(self)
        # The HTTP channel is still the transport's producer (autobahn-python#1064); without one of our own
        # a browser that stops reading would make the process grow without bound.
        self.transport.unregisterProducer()
        self.transport.registerProducer(self, True)
        self.logger.info("= browser {browser} connected", browser=self.browser)
        self._session.opened()

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        """Give a message to the session."""
        self._session.received(payload, is_binary=isBinary)

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:
        """End the session."""
        if self in self.factory.browsers:
            self.factory.browsers.discard(self)
            self.logger.info("= browser {browser} gone ({code})", browser=self.browser, code=code)
        self._session.closed()

    # The transport's side.

    def pauseProducing(self) -> None:
        """The browser has enough for now."""
        self._session.paused()

    def resumeProducing(self) -> None:
        """The browser has taken everything."""
        self._session.resumed()

    def stopProducing(self) -> None:
        """The transport has closed; `onClose` follows."""


class BrowserFactory(WebSocketServerFactory):
    """All browsers' sockets; a message larger than `message_limit` bytes ends its socket with 1009."""

    noisy = False

    def __init__(self, new_session: Callable[[BrowserProtocol], Session], message_limit: int) -> None:
        super().__init__(server="katgate")
        self.browsers: set[BrowserProtocol] = set()
        self._new_session = new_session
        self.setProtocolOptions(
            maxMessagePayloadSize=message_limit,
            maxFramePayloadSize=message_limit,
            autoPingInterval=_PING_INTERVAL_S,
            autoPingTimeout=_PING_TIMEOUT_S,
            openHandshakeTimeout=_HANDSHAKE_TIMEOUT_S,
            closeHandshakeTimeout=_HANDSHAKE_TIMEOUT_S,
            failByDrop=False,
        )

    def buildProtocol(self, addr: Any) -> Any:
        """Return the protocol of a new connection."""
        protocol = BrowserProtocol(self._new_session)
        protocol.factory = self
        return protocol

    def close_all(self) -> None:
        """Tell every browser that this katgate ends, and that it may come back."""
        for browser in list(self.browsers):
            browser.shut_down()
