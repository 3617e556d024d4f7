"""KatgateChannel: one HTTP connection. What twisted.web answers by itself is a problem too, and is bounded."""

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from twisted.internet.interfaces import IDelayedCall
from twisted.internet.protocol import connectionDone
from twisted.protocols.policies import ProtocolWrapper
from twisted.python.failure import Failure
from twisted.web.http import HTTPChannel, datetimeToString
from twisted.web.http_headers import Headers

from katgate.api.problems import Problem
from katgate.errors import TooManyRequests

__all__ = ["KatgateChannel"]

#: How long a connection may take to close, in seconds, before it is cut.
_GOODBYE_S: Final = 15
#: The same when katgate ends, which waits for it.
_LAST_GOODBYE_S: Final = 1.0

#: What the kernel holds that has not been sent yet, in bytes; what is on its way to the browser comes on top.
_MOST_UNSENT: Final = 128 * 1024

#: How long a request's headers may take, from its first byte or the begin of the connection, and its body; how fast
#: a large one must come, in bytes a second. Browsers open connections in advance, and ask nothing for a while.
_HEADERS_S: Final = 20
_BODY_S: Final = 30
_SLOWEST_BODY: Final = 10_000

#: On every answer, as it stands there.
_COMMON_HEADERS: Final = (
    b"Server: katgate\r\n"
    b"X-Content-Type-Options: nosniff\r\n"
    b"Referrer-Policy: no-referrer\r\n"
    b"Cross-Origin-Opener-Policy: same-origin\r\n"
)
#: On every answer that has none of its own: it is no page, and may do nothing.
_POLICY: Final = (
    b"Content-Security-Policy: default-src 'none'; base-uri 'none'; form-action 'none'; "
    b"frame-ancestors 'none'\r\n"
)


class KatgateChannel(HTTPChannel):
    """An HTTP/1.1 connection."""

    #: The KatgateSite; given by twisted.web.
    site: Any

    def __init__(self) -> None:
        super().__init__()
        #: Method and address of the request whose headers have come in, as on the wire.
        self.method = b""
        self.uri = b""
        self._is_paused = False
        self._waiting: list[Callable[[], None]] = []
        self._cutting: IDelayedCall | None = None
        self._is_secure: bool | None = None
        self._deadline: IDelayedCall | None = None
        self._leave: Callable[[], None] = _nothing

    def answer_early(self, problem: Problem, headers: dict[bytes, bytes], peer: Any = None) -> None:
        """Answer a request that is not whole, and will not be: what is still to come of it is thrown away. `peer` is
        who asks, if not whoever is connected.
        """
        body = b"" if self.method == b"HEAD" else problem.json()
        shown = Headers({name: [value] for name, value in headers.items()})
        shown.setRawHeaders(b"content-type", [b"application/problem+json"])
        shown.setRawHeaders(b"content-length", [b"%d" % len(problem.json())])
        shown.setRawHeaders(b"connection", [b"close"])
        shown.setRawHeaders(b"cache-control", [b"no-store"])
        shown.setRawHeaders(b"date", [datetimeToString()])
        for name, value in problem.headers.items():
            shown.setRawHeaders(name.encode("ascii"), [value.encode("ascii")])
        self.writeHeaders(b"HTTP/1.1", b"%d" % problem.status, problem.phrase, shown)
        self.write(body)
        self.site.answers.count(self.method, problem.status, problem.code)
        self.site.log_answer(peer or self.getPeer(), self.method, self.uri, problem.status, problem.detail)

    def when_taken(self, go_on: Callable[[], None]) -> None:
        """Call `go_on` once the browser has taken what was sent before: now, mostly.

        twisted.web would answer a hundred requests in one packet at once, to one that reads none of them.
        """
        if self._is_paused:
            # twisted.web has stopped the clock for the time of the request; one that reads nothing must not
            # stay for ever.
            self.setTimeout(self.site.timeOut)
            self._waiting.append(go_on)
        else:
            go_on()

    def close(self, within_s: float = _GOODBYE_S) -> None:
        """Close once what was sent has been taken; one that takes nothing is cut after a while."""
        self._cutting = self.callLater(within_s, self.forceAbortClient)
        self.loseConnection()

    def leave(self) -> None:
        """Close once what is being answered has been: now, if nothing is."""
        self.persistent = False
        for request in self.requests:
            if not request.startedWriting:
                request.setHeader(b"connection", b"close")
        if not self.requests:
            self.close(_LAST_GOODBYE_S)

    def hand_over(self) -> None:
        """HTTP is spoken no more on this connection, which lives on. As a WebSocket it is counted elsewhere."""
        self.site.channels.discard(self)
        self._wait_no_more()
        self._leave()

    # How long the browser may take to ask. twisted.web begins anew with each byte.

    def _watch(self) -> None:
        """Give what has begun to come in its time; nothing that is whole, or has not begun."""
        is_coming = not self._handlingRequest and (self.requests or self._buffer)
        if self.transport is None or not is_coming:
            self._wait_no_more()
        elif self._deadline is None:
            self._deadline = self.callLater(self._body_s() if self.method else _HEADERS_S, self._late)

    def _body_s(self) -> float:
        limit: int = self.site.body_limit
        return _BODY_S + (limit if self.length is None else min(self.length, limit)) / _SLOWEST_BODY

    def _wait_no_more(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _late(self) -> None:
        self._deadline = None
        what = "the body of its request" if self.method else "a request"
        # One that has said nothing at all was opened in advance, as browsers do.
        say = self.site.log_source.info if self.requests or self._buffer else self.site.log_source.debug
        say("! {peer} takes too long to send {what}", peer=_host(self.getPeer()), what=what)
        self._abort()

    def _abort(self) -> None:
        transport: Any = self.transport
        transport.abortConnection()

    # twisted.web's side.

    def connectionMade(self) -> None:
        """Count, and let the kernel tell soon that a browser takes nothing. By default it takes 4 MB for each in
        advance, and a slow browser is sent what has been old for a while.
        """
        super().connectionMade()
        peer = _host(self.getPeer())
        try:
            self._leave = self.site.connections.enter(peer, is_proxy=self.site.access.proxies.trusts(peer))
        except TooManyRequests as error:
            self.site.say_refused(str(error))
            self._abort()
            return
        self._deadline = self.callLater(_HEADERS_S, self._late)
        self.site.channels.add(self)
        transport: Any = self.transport
        while isinstance(transport, ProtocolWrapper):
            transport = transport.transport  # below TLS
        with suppress(AttributeError, OSError):  # no socket, or a system that cannot
            transport.getHandle().setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _MOST_UNSENT)

    def isSecure(self) -> bool:
        """Say whether this is TLS. It is asked three times a request, and stays what it is."""
        if self._is_secure is None:
            self._is_secure = super().isSecure()
        return self._is_secure

    def writeHeaders(self, version: bytes, code: bytes, reason: bytes, headers: Headers) -> None:
        """Write the head of an answer, with what is on every one of them, in one piece."""
        own = b"".join(
            [b"%b: %b\r\n" % (name, value) for name, values in headers.getAllRawHeaders() for value in values]
        )
        if self.isSecure():
            own += self.site.secure_headers
        policy = b"" if headers.hasHeader(b"content-security-policy") else _POLICY
        self.write(b"%b %b %b\r\n%b%b%b\r\n" % (version, code, reason, _COMMON_HEADERS, policy, own))

    def checkPersistence(self, request: Any, version: bytes) -> bool:
        """Say whether another request may follow; none does once katgate is about to end."""
        if self.site.is_leaving:
            request.setHeader(b"connection", b"close")
            return False
        return bool(super().checkPersistence(request, version))

    def allHeadersReceived(self) -> None:
        """Remember what is asked, for who refuses it before its body has come in."""
        self._wait_no_more()
        self._path = self.site.without_prefix(self._path)
        self.method, self.uri = self._command, self._path
        super().allHeadersReceived()

    def dataReceived(self, data: bytes) -> None:
        """Take what comes, as long as it does not take too long."""
        super().dataReceived(data)
        self._watch()

    def requestDone(self, request: Any) -> None:
        """Forget what was asked: what comes next may not be a request."""
        self.method = self.uri = b""
        super().requestDone(request)
        self._watch()

    def pauseProducing(self) -> None:
        """The browser has enough for now."""
        self._is_paused = True
        super().pauseProducing()

    def resumeProducing(self) -> None:
        """The browser has taken everything."""
        self._is_paused = False
        super().resumeProducing()
        waiting, self._waiting = self._waiting, []
        for go_on in waiting:
            self.setTimeout(None)
            go_on()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Nobody waits any more."""
        self._waiting.clear()
        self._wait_no_more()
        self._leave()
        self.site.channels.discard(self)
        if self._cutting is not None and self._cutting.active():
            self._cutting.cancel()
        super().connectionLost(reason)

    def lineLengthExceeded(self, line: bytes) -> None:
        """A header or an address of over 16 kB is no mistake of a browser's."""
        self._respondToBadRequestAndDisconnect()

    def _respondToBadRequestAndDisconnect(self) -> None:
        # Called by twisted.web for what is no HTTP; its own answer has neither headers nor a body.
        self.answer_early(Problem("bad-request", 400, "this is not HTTP as katgate understands it"), {})
        self.close()


def _nothing() -> None:
    pass


def _host(peer: Any) -> str:
    return str(getattr(peer, "host", peer))
