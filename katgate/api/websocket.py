"""BrowserProtocol: one WebSocket, between Autobahn and the browser's session.

Autobahn frames the bytes, `session.py` knows the contract; here is what holds the two together: the
hand-shake, back-pressure both ways, and the end.
"""

from collections.abc import Callable
from typing import Any, Final

from autobahn.twisted.websocket import WebSocketServerFactory, WebSocketServerProtocol
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IPushProducer
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from katgate.api.access import STRANGERS_LIMIT
from katgate.api.admission import Admission
from katgate.api.answers import Answers
from katgate.api.identification import Standing
from katgate.api.limits import Limits
from katgate.api.present import Present
from katgate.api.problems import problem_of
from katgate.api.queued import queued_bytes
from katgate.api.quick_write import write_now
from katgate.api.session import Session
from katgate.api.text_frames import TextFrames
from katgate.api.visitors import NOTHING, Account, Kind, Sent, Visitors
from katgate.authority.caller import Caller
from katgate.errors import TooManyRequests

__all__ = ["SUBPROTOCOL", "BrowserFactory", "BrowserProtocol"]

SUBPROTOCOL: Final = "katgate.v1"

#: How long a browser may take for its part of the opening and of the closing, in seconds.
_HANDSHAKE_TIMEOUT_S: Final = 5
#: How long it may take for the closing when katgate ends, which waits for it.
_LAST_GOODBYE_S: Final = 1.0

#: Close codes: come back.
_SHUTDOWN: Final = 4001
_TOO_SLOW: Final = 4002
_CHANGED: Final = 4003
_BUSY: Final = 4004
#: Do not come back as you are.
_BAD_CREDENTIALS: Final = 4500
_NOT_ALLOWED: Final = 4501
_TOO_MANY: Final = 4502

#: How much is received at once, in bytes.
_RECEIVE_BYTES: Final = 4096

#: How many may be there from one address that have not said who they are: each may put it off for ten seconds.
_MOST_STRANGERS: Final = 100

#: The longest reason of a close, in characters: a control frame holds 125 bytes.
_LONGEST_REASON: Final = 120


class _Nobody:
    """Stands for the session of a browser that is gone."""

    def paused(self) -> None: ...

    def resumed(self) -> None: ...

    def received(self, payload: bytes, *, is_binary: bool) -> None: ...

    def account(self) -> Account:
        return NOTHING

    opened = shutting_down = expired = closed = paused

    caller = None


_NOBODY: Final = _Nobody()


@implementer(IPushProducer)
class BrowserProtocol(WebSocketServerProtocol):
    """One browser's WebSocket."""

    logger = Logger()
    transport: Any
    factory: "BrowserFactory"

    kind = Kind.WEBSOCKET

    def __init__(self, new_session: "NewSession", caller: Caller | None, address: str | None) -> None:
        super().__init__()
        self._address = address
        #: What it says that it is.
        self.agent = ""
        self._messages = 0
        self._bytes = 0
        self._session: Session | _Nobody = new_session(self, caller)
        self._leaving: list[Callable[[], None]] = []

    def account(self) -> Account:
        """Return how it is now, for who watches."""
        account = self._session.account()
        return account._replace(
            sent=account.sent + Sent(self._messages, self._bytes),
            queued=account.queued + queued_bytes(self.transport),
        )

    @property
    def browser(self) -> str:
        """Who this is, for logs."""
        return str(self.peer) if self._address is None else f"{self._address} by {self.peer}"

    @property
    def address(self) -> str:
        """Where it is, without a port."""
        return str(self.transport.getPeer().host) if self._address is None else self._address

    @property
    def caller(self) -> Caller | None:
        """Who it is, once that is known."""
        return self._session.caller

    def send_text(self, payload: bytes) -> None:
        """Send a message; once the socket is closing, nothing.

        Autobahn would make a frame of it anew for each browser, and a debug message that nobody reads. It sends
        nothing in pieces here, so that a whole frame may be written between its own.
        """
        if self.state == self.STATE_OPEN:
            frame = self.factory.frames.of(payload)
            self._messages += 1
            self._bytes += len(frame)
            write_now(self.transport, frame)

    def pause_reading(self) -> None:
        """Let the browser wait with what it wants to say."""
        self.transport.pauseProducing()

    def resume_reading(self) -> None:
        """Listen again."""
        self.transport.resumeProducing()

    def cut(self) -> None:
        """End the connection at once."""
        self.factory.visitors.cut[self.kind] += 1
        self.dropConnection(abort=True)

    def shut_down(self) -> None:
        """Say that this katgate ends, and close once the browser has had its answers."""
        self._session.shutting_down()

    def close_at_shutdown(self) -> None:
        """End the connection of a browser that may come back to the next katgate."""
        self.closeHandshakeTimeout = _LAST_GOODBYE_S
        self.sendClose(_SHUTDOWN, "katgate shuts down")

    def let_in(self) -> None:
        """The browser has said who it is: it may say as much as others."""
        self.maxMessagePayloadSize = self.maxFramePayloadSize = self.factory.maxMessagePayloadSize

    def close_unknown(self) -> None:
        """End the connection of a browser that has not said in time who it is."""
        self._dismiss(_BAD_CREDENTIALS, "nobody has logged in")

    def throw_out(self, standing: Standing) -> None:
        """Say what has become of the browser's login, and close."""
        if standing is Standing.CHANGED:
            self._dismiss(_CHANGED, "what you may do has changed")
        else:
            self._session.expired()
            self._dismiss(_BAD_CREDENTIALS, "your login has ended")

    def close_slow(self) -> None:
        """End the connection of a browser that takes nothing. What cannot be said in five seconds is not."""
        self.factory.visitors.cut[self.kind] += 1
        self.sendClose(_TOO_SLOW, "you read too slowly for too long")

    def dismiss(self) -> None:
        """End the connection of a browser that an administrator does not want here."""
        self._dismiss(_NOT_ALLOWED, "an administrator ended this connection")

    def _dismiss(self, code: int, reason: str) -> None:
        """Close, and carry out nothing more of what was said before: the browser may let us wait for its goodbye."""
        self.sendClose(code, reason)
        self._session.closed()

    # Autobahn's side.

    def dataReceived(self, data: bytes) -> None:
        """Take what comes in, until we have found fault with it: Autobahn would keep the rest for the time of the
        closing, and a browser may say gigabytes in that.
        """
        if not self.failedByMe and self.state != self.STATE_CLOSED:
            super().dataReceived(data)

    def onConnect(self, request: Any) -> str | None:
        """Agree on the sub-protocol, if the browser names any."""
        self.agent = request.headers.get("user-agent", "")
        return SUBPROTOCOL if SUBPROTOCOL in request.protocols else None

    def onOpen(self) -> None:
        """Take the transport over from twisted.web, and say hello."""
        # The HTTP channel is still the transport's producer (autobahn-python#1064); without one of our own
        # a browser that stops reading would make the process grow without bound.
        self.transport.unregisterProducer()
        self.transport.registerProducer(self, True)
        # Twisted hands over so much at a time before it looks after others: 64 kB may be thousands of messages.
        self.transport.bufferSize = _RECEIVE_BYTES
        if self.caller is None:
            if not self.factory.has_room_for_stranger(self):
                self.sendClose(_BUSY, "too many from your address have yet to say who they are")
                return
            most = min(STRANGERS_LIMIT, self.factory.maxMessagePayloadSize)
            self.maxMessagePayloadSize = self.maxFramePayloadSize = most
        try:
            admitted = self.factory.admission.enter(self.address)
        except TooManyRequests as error:
            self.logger.info("! browser {browser} refused: {error}", browser=self.browser, error=error)
            self.factory.answers.count_on_socket(problem_of(Failure()).code)
            self.sendClose(_TOO_MANY, str(error)[:_LONGEST_REASON])
            return
        visited = self.factory.visitors.enter(self)
        self._leaving = [visited, admitted]
        self.factory.browsers.add(self)
        self.logger.info("= browser {browser} connected", browser=self.browser)
        self._session.opened()
        if self.factory.is_leaving:
            self.shut_down()

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        """Give a message to the session; what comes after we have said goodbye is not carried out."""
        if self.state == self.STATE_OPEN:
            self._session.received(payload, is_binary=isBinary)

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:
        """End the session."""
        if self._leaving:
            for leave in self._leaving:
                leave()
            self.factory.browsers.discard(self)
            self.logger.info("= browser {browser} gone ({code})", browser=self.browser, code=code)
        self._session.closed()
        # What refers to itself in a circle waits for the collector, with what Autobahn holds of a message.
        self._session = _NOBODY
        self.is_closed = None  # its result is this protocol
        self.data = b""

    # The transport's side.

    def pauseProducing(self) -> None:
        """The browser has enough for now."""
        self._session.paused()

    def resumeProducing(self) -> None:
        """The browser has taken everything."""
        self._session.resumed()

    def stopProducing(self) -> None:
        """The transport has closed; `onClose` follows."""


NewSession = Callable[[BrowserProtocol, Caller | None], Session]


class BrowserFactory(WebSocketServerFactory):
    """All browsers' sockets; a message larger than `limits.message` ends its socket with 1009."""

    noisy = False

    def __init__(
        self,
        new_session: NewSession,
        limits: Limits,
        admission: Admission,
        visitors: Visitors,
        answers: Answers,
    ) -> None:
        super().__init__(server="katgate")
        self.admission = admission
        self.visitors = visitors
        self.answers = answers
        self.frames = TextFrames()
        #: Those that had not said who they are when they came.
        self._strangers: set[BrowserProtocol] = set()
        self.browsers: Present[BrowserProtocol] = Present()
        self.is_leaving = False
        self._new_session = new_session
        #: Who has asked for the connection that is made next: Autobahn's resource tells only its address.
        self.next_caller: Caller | None = None
        #: And where from, if a trusted proxy says so.
        self.next_address: str | None = None
        self.setProtocolOptions(
            maxMessagePayloadSize=limits.message,
            maxFramePayloadSize=limits.message,
            autoPingInterval=limits.ping_interval_s,
            autoPingTimeout=limits.ping_deadline_s,
            openHandshakeTimeout=_HANDSHAKE_TIMEOUT_S,
            closeHandshakeTimeout=_HANDSHAKE_TIMEOUT_S,
            failByDrop=False,
        )

    def buildProtocol(self, addr: Any) -> Any:
        """Return the protocol of a new connection."""
        protocol = BrowserProtocol(self._new_session, self.next_caller, self.next_address)
        protocol.factory = self
        return protocol

    def has_room_for_stranger(self, browser: BrowserProtocol) -> bool:
        """Return whether a browser that has not said who it is may do so: not where many are that have not either."""
        if len(self._strangers) >= _MOST_STRANGERS:
            self._strangers = {one for one in self._strangers if one.caller is None and one in self.browsers}
        if sum(one.address == browser.address for one in self._strangers) >= _MOST_STRANGERS:
            return False
        self._strangers.add(browser)
        return True

    def throw_out(self, standing_of: Callable[[Caller], Standing]) -> None:
        """End the sockets of those whose login is not what it was."""
        for browser in self.browsers:
            standing = Standing.GOOD if browser.caller is None else standing_of(browser.caller)
            if standing is not Standing.GOOD:
                browser.throw_out(standing)

    def leave(self) -> None:
        """Tell every browser that this katgate ends, and that it may come back; let it go when it has its answers."""
        self.is_leaving = True
        for browser in self.browsers:
            browser.shut_down()

    def gone(self) -> "Deferred[None]":
        """Fire when there is no browser."""
        return self.browsers.gone()

    def cut(self) -> None:
        """End all connections at once."""
        for browser in self.browsers:
            browser.dropConnection(abort=True)  # and not `cut`: it is not counted as slow
