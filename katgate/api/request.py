"""KatgateRequest: one HTTP request, refused or let through, from its headers on.

twisted.web reads a whole body before it renders anything, a large one into a temporary file. Here a body is
kept in memory up to the limit, and what is refused (its size, its Host or Origin) is answered before the
body has come in; the rest of it is thrown away.
"""

from io import BytesIO
from typing import Any, Final

from twisted.python.failure import Failure
from twisted.web.http import datetimeToString
from twisted.web.http_headers import Headers
from twisted.web.server import Request

from katgate.api.access import Asked
from katgate.api.problems import Problem, problem_of
from katgate.api.routes import send_problem
from katgate.errors import BodyTooLarge, LocalError

__all__ = ["KatgateRequest"]

#: How much of a refused body is thrown away before the connection is cut, in bytes. Cutting at once would
#: make many programs lose the answer.
_MOST_THROWN_AWAY: Final = 64 * 1024 * 1024

_COMMON_HEADERS: Final = {
    b"server": b"katgate",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"content-security-policy": (
        b"default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
}


class KatgateRequest(Request):
    """One HTTP request, from its headers on."""

    # Given by twisted.web, which has no types for them. `channel.site` is the KatgateSite.
    channel: Any
    content: Any
    site: Any
    #: What went wrong, if anything did; for the log.
    problem: Problem | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_refused = False
        self._thrown_away = 0

    # Before and while the body comes in.

    def gotLength(self, length: int | None) -> None:
        """Refuse what can be refused by its headers; `length` is None for a chunked body, 0 for none."""
        self.content = BytesIO()
        if length == 0:
            return
        site = self.channel.site
        try:
            if length is not None and length > site.body_limit:
                raise BodyTooLarge(site.body_limit)
            site.access.check(Asked(b"POST", b"", self.requestHeaders, self.isSecure()))
        except LocalError:
            self._refuse(Failure())

    def handleContentChunk(self, data: bytes) -> None:
        """Keep a part of the body, up to the limit."""
        site = self.channel.site
        if not self._is_refused:
            if self.content.tell() + len(data) <= site.body_limit:
                self.content.write(data)
                return
            self._refuse(Failure(BodyTooLarge(site.body_limit)))
        self._thrown_away += len(data)
        if self._thrown_away > _MOST_THROWN_AWAY:
            self.channel.transport.abortConnection()

    def _refuse(self, failure: Failure) -> None:
        """Answer now; the rest of the body is thrown away, then the connection is closed."""
        self._is_refused = True
        self.content = BytesIO()
        # Or twisted.web would ask for the body that we have just refused.
        self.requestHeaders.removeHeader(b"expect")
        problem = problem_of(failure)
        body = problem.json()
        headers = Headers({name: [value] for name, value in _COMMON_HEADERS.items()})
        headers.setRawHeaders(b"content-type", [b"application/problem+json"])
        headers.setRawHeaders(b"content-length", [b"%d" % len(body)])
        headers.setRawHeaders(b"connection", [b"close"])
        self.channel.writeHeaders(b"HTTP/1.1", b"%d" % problem.status, problem.phrase, headers)
        self.channel.write(body)
        self.channel.site.log_refusal(self.channel.getPeer(), problem.detail)

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:
        """Go on with a request that is whole."""
        if self._is_refused:
            self.channel.loseConnection()
        else:
            super().requestReceived(command, path, version)

    # When it is whole.

    def process(self) -> None:
        """Decide whether it is served, and by whom."""
        site = self.site = self.channel.site
        self.setHeader(b"date", datetimeToString())
        for name, value in _COMMON_HEADERS.items():
            self.setHeader(name, value)
        try:
            site.access.check(Asked(self.method, self.path, self.requestHeaders, self.isSecure()))
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
