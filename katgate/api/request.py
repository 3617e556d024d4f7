"""KatgateRequest: one HTTP request, refused or let through, from its headers on.

twisted.web reads a whole body before it renders anything, a large one into a temporary file. Here a body is
kept in memory up to the limit, and what is refused (its size, its Host or Origin) is answered before the
body has come in; the rest of it is thrown away.
"""

from io import BytesIO
from typing import Any, Final

from twisted.internet.address import IPv4Address
from twisted.python.failure import Failure
from twisted.web.http import datetimeToString
from twisted.web.server import Request

from katgate.api.access import STRANGERS_LIMIT, Asked, demand
from katgate.api.forwarded import Approach
from katgate.api.problems import Problem, problem_of
from katgate.api.routes import API, send_problem
from katgate.authority.caller import Caller
from katgate.authority.role import Role
from katgate.errors import BodyTooLarge, LocalError

__all__ = ["KatgateRequest"]

#: How much of a refused body is thrown away before the connection is cut, in bytes. Cutting at once would
#: make many programs lose the answer.
_MOST_THROWN_AWAY: Final = 64 * 1024 * 1024

#: Where something is sent by those who are not known yet.
_OPEN: Final = (f"{API}/login".encode("ascii"), f"{API}/logout".encode("ascii"))


class KatgateRequest(Request):
    """One HTTP request, from its headers on."""

    # Given by twisted.web, which has no types for them: a KatgateChannel, what holds the body, a KatgateSite.
    channel: Any
    content: Any
    site: Any
    #: What went wrong, if anything did; for the log.
    problem: Problem | None = None
    error: BaseException | None = None
    #: Who asks; None: they have not said, or it is not known yet.
    caller: Caller | None = None
    #: How it came, once its headers are known.
    _approach: Approach | None = None

    def __init__(self, channel: Any, *args: Any, **kwargs: Any) -> None:
        # A form is not for us to take apart: it is a body of the wrong type.
        super().__init__(channel, *args, parsePOSTFormSubmission=False, **kwargs)
        self._is_refused = False
        self._thrown_away = 0
        #: The largest body that is taken of whoever asks, in bytes.
        self._limit = 0

    # Before and while the body comes in.

    def gotLength(self, length: int | None) -> None:
        """Refuse what can be refused by its headers; `length` is None for a chunked body, 0 for none."""
        self.content = BytesIO()
        if length == 0:
            return
        site = self.channel.site
        try:
            asked = self._asked()
            site.access.check(asked)
            self._limit = site.body_limit
            if site.access.identify(asked) is None:
                if asked.path not in _OPEN:
                    demand(None, Role.VIEWER)
                self._limit = min(self._limit, STRANGERS_LIMIT)
            if length is not None and length > self._limit:
                raise BodyTooLarge(self._limit)
        except LocalError:
            self._refuse(Failure())

    def handleContentChunk(self, data: bytes) -> None:
        """Keep a part of the body, up to the limit."""
        if not self._is_refused:
            if self.content.tell() + len(data) <= self._limit:
                self.content.write(data)
                return
            self._refuse(Failure(BodyTooLarge(self._limit)))
        self._thrown_away += len(data)
        if self._thrown_away > _MOST_THROWN_AWAY:
            self.channel.transport.abortConnection()

    def _refuse(self, failure: Failure) -> None:
        """Answer now; the rest of the body is thrown away, then the connection is closed."""
        self._is_refused = True
        self.content = BytesIO()
        # Or twisted.web would ask for the body that we have just refused.
        self.requestHeaders.removeHeader(b"expect")
        channel, peer = self.channel, self.getClientAddress()
        address = getattr(peer, "host", "")
        channel.site.note_refusal(failure.value, None, address, channel.method, self._undecoded_path)
        cors = channel.site.access.cors_headers(self.requestHeaders)
        channel.answer_early(problem_of(failure), cors, peer)

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:
        """Go on with a request that is whole."""
        if self._is_refused:
            self.channel.close()
        else:
            super().requestReceived(command, path, version)

    # When it is whole.

    def process(self) -> None:
        """Decide whether it is served, and by whom, once the answers before it have been taken."""
        self.channel.when_taken(self._process)

    def _process(self) -> None:
        site = self.site = self.channel.site
        self.setHeader(b"date", datetimeToString())
        for name, value in site.access.cors_headers(self.requestHeaders).items():
            self.setHeader(name, value)
        try:
            asked = self._asked()
            site.access.check(asked)
            self.caller = site.access.identify(asked)
            self.render(site.getResourceFor(self))
        except Exception:
            self.processingFailed(Failure())

    def processingFailed(self, reason: Failure) -> Failure:
        """Answer what went wrong as a problem, a defect of ours too: never a traceback."""
        body = send_problem(self, reason)
        if not self.startedWriting:
            self.write(body)
        self.finish()
        return reason

    def _asked(self) -> Asked:
        proxies = self.channel.site.access.proxies
        peer = getattr(self.channel.getPeer(), "host", "")
        seen = self._approach = proxies.approach(peer, self.requestHeaders, is_secure=self.channel.isSecure())
        return Asked(
            self.channel.method,
            self._undecoded_path,
            self.requestHeaders,
            seen.is_secure,
            seen.address,
            seen.host,
            proxies.trusts(peer),
        )

    @property
    def _undecoded_path(self) -> bytes:
        path: bytes = self.channel.uri.partition(b"?")[0]
        return path

    # As it was before a trusted proxy passed it on.

    def getClientAddress(self) -> Any:
        """Return where the browser is; a trusted proxy's word is taken for it."""
        peer = self.channel.getPeer() if self.client is None else self.client
        if self._approach is None or self._approach.address == getattr(peer, "host", ""):
            return peer
        return IPv4Address("TCP", self._approach.address, 0)

    def isSecure(self) -> bool:
        """Say whether the browser asks over TLS, us or a trusted proxy."""
        return bool(self.channel.isSecure() if self._approach is None else self._approach.is_secure)

    @property
    def prefix(self) -> str:
        """The path below which a trusted proxy serves us, such as `/gate`, if it says so."""
        return "" if self._approach is None else self._approach.prefix
