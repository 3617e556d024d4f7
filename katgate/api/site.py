"""KatgateSite: one Site on one port. It finds who answers a request: REST, WebSocket, dashboard, health."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from autobahn.twisted.resource import WebSocketResource
from klein import Klein
from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.resource import IResource, Resource
from twisted.web.server import NOT_DONE_YET, Site
from werkzeug.exceptions import MethodNotAllowed

from katgate.api.access import Access
from katgate.api.admission import Admission
from katgate.api.answers import Answers
from katgate.api.channel import KatgateChannel
from katgate.api.dashboard import ProblemPage
from katgate.api.masking import masked
from katgate.api.present import Present
from katgate.api.request import KatgateRequest
from katgate.api.route_table import Route
from katgate.api.routes import API, send_problem, without_body_for_head
from katgate.api.websocket import BrowserFactory
from katgate.api.wire_answers import Health
from katgate.authority.audit import Audit
from katgate.authority.caller import Caller
from katgate.errors import BadRequest

__all__ = ["BODY_LIMIT", "ROUTES", "KatgateSite"]

#: Largest body taken, in bytes: a request's arguments are rarely more than a few kB, a ROACH's gateware
#: does not come this way.
BODY_LIMIT: Final = 1024 * 1024

#: How often it is said that connections are refused, in seconds.
_REFUSALS_SAID_S: Final = 10

#: How many connections there may be if nothing else is said.
_CONNECTIONS: Final = 10_000

_WEBSOCKET_PATH: Final = f"{API}/ws".encode("ascii")


#: What there is to say of the addresses outside of the API.
ROUTES: Final = (
    Route("GET", "/healthz", "Say that the process lives.", Health, role=None),
    Route(
        "GET",
        "/readyz",
        "Say whether all of katgate runs that must. A device that is away does not make it unready.",
        Health,
        role=None,
        also={503: "Not all of it runs, yet or any more."},
    ),
)


class KatgateSite(Site):
    """Finds who answers a request: health, `pages` by their addresses, the WebSocket, the API, else the dashboard."""

    log_source = Logger()
    protocol: Any = KatgateChannel
    requestFactory = KatgateRequest
    noisy = False
    #: Whether good answers are logged, too, for who debugs: an event that nobody sees costs 8 us, of 140 for all.
    logs_good = True
    _refused = 0
    _refused_said_at = float("-inf")

    def __init__(
        self,
        access: Access,
        audit: Audit,
        app: Klein,
        sockets: BrowserFactory,
        dashboard: IResource,
        *,
        is_ready: Callable[[], bool],
        answers: Answers | None = None,
        body_limit: int = BODY_LIMIT,
        connections: Admission | None = None,
        prefixes: Iterable[str] = (),
        hsts_days: int = 0,
        pages: Mapping[bytes, IResource] | None = None,
    ) -> None:
        super().__init__(Resource())
        self.access = access
        self.connections = connections or Admission(_CONNECTIONS, _CONNECTIONS, "connections")
        #: On every answer over TLS that is ours.
        self.secure_headers = (
            b"Strict-Transport-Security: max-age=%d\r\n" % (hsts_days * 86400) if hsts_days else b""
        )
        self.use_prefixes(prefixes)
        self._audit = audit
        self.answers = Answers() if answers is None else answers
        self.body_limit = body_limit
        #: The connections over which HTTP is spoken; a WebSocket is none any more.
        self.channels: Present[KatgateChannel] = Present()
        #: Whether each connection is to end with what is being answered on it.
        self.is_leaving = False
        self._app = app.resource()
        self._sockets = _Sockets(sockets)
        self._dashboard = dashboard
        #: What answers at one address alone. Each of them is described, by `ROUTES` or by itself.
        self.places: dict[bytes, IResource] = {
            b"/healthz": _Health(lambda: True),
            b"/readyz": _Health(is_ready),
            **(pages or {}),
        }

    def use_prefixes(self, prefixes: Iterable[str]) -> None:
        """Answer below these paths, such as `/gate`, too."""
        self._prefixes = [prefix.encode("ascii") for prefix in prefixes]

    def without_prefix(self, uri: bytes) -> bytes:
        """Return an address as if katgate were at the root of its host."""
        for prefix in self._prefixes:
            if uri.startswith(prefix + b"/"):
                return uri[len(prefix) :]
        return uri

    def getResourceFor(self, request: Any) -> Any:
        """Return what answers. Names in the API's paths stay encoded: `%2F` is part of a name."""
        path: bytes = request.path
        request.prepath, request.postpath = [], path[1:].split(b"/")
        if path in self._prefixes:
            return _Below()
        if path in self.places:
            return self.places[path]
        if path == b"/metrics":
            return self._app
        if path == b"/api" or path.startswith(b"/api/"):
            if request.method == b"OPTIONS" and self.access.cors_headers(request.requestHeaders):
                return _Preflight()
            return self._websocket(request) if path == _WEBSOCKET_PATH else self._app
        return self._dashboard

    def leave(self) -> None:
        """Let connections go that wait for nothing, and the others after their answer."""
        self.is_leaving = True
        for channel in self.channels:
            channel.leave()

    def gone(self) -> "Deferred[None]":
        """Fire when there is no connection."""
        return self.channels.gone()

    def cut(self) -> None:
        """End all connections at once."""
        for channel in self.channels:
            channel.forceAbortClient()

    def log(self, request: Any) -> None:
        """Count an answer, and log it."""
        if request.error is not None:
            address = request.getClientAddress().host
            self.note_refusal(request.error, request.caller, address, request.method, request.path)
        problem = request.problem
        self.answers.count(request.method, request.code, None if problem is None else problem.code)
        if problem is None and request.code < 400 and not self.logs_good:
            return
        why = problem.detail if problem is not None else ""
        self.log_answer(request.getClientAddress(), request.method, request.uri, request.code, why)

    def note_refusal(
        self, error: BaseException, caller: Caller | None, address: str, method: bytes, path: bytes
    ) -> None:
        """Have the audit log take note of an error, if that is a refusal."""
        self._audit.refusal(
            error, caller, address, masked(f"{method.decode('latin-1')} {path.decode('latin-1')}")
        )

    def log_answer(self, peer: Any, method: bytes, uri: bytes, code: int, why: str) -> None:
        """Log what was refused or went wrong; the rest only when debugging."""
        say = self.log_source.info if code >= 400 else self.log_source.debug
        say(
            "< {peer} {method} {uri}: {code} {why}",
            peer=getattr(peer, "host", peer),
            method=method.decode("latin-1"),
            uri=masked(uri.decode("latin-1")),
            code=code,
            why=why,
        )

    def say_refused(self, why: str) -> None:
        """Log that a connection was refused; in a storm of them, once every few seconds."""
        self._refused += 1
        now = time.monotonic()
        if now - self._refused_said_at > _REFUSALS_SAID_S:
            self._refused_said_at = now
            self.log_source.warn("! {count} connections refused: {why}", count=self._refused, why=why)
            self._refused = 0

    def _websocket(self, request: Any) -> Any:
        if request.method != b"GET":
            return ProblemPage(MethodNotAllowed(["GET"]))
        return self._sockets if _is_upgrade(request) else ProblemPage(_NO_UPGRADE)


_NO_UPGRADE: Final = BadRequest(
    "this is the WebSocket: connect to it with ws://, sub-protocol katgate.v1, version 13 of the protocol"
)


def _is_upgrade(request: Any) -> bool:
    upgrade = (request.getHeader(b"upgrade") or b"").strip().lower()
    has_key = bool(request.getHeader(b"sec-websocket-key"))
    return bool(upgrade == b"websocket" and has_key and request.getHeader(b"sec-websocket-version") == b"13")


class _Sockets(WebSocketResource):
    """Hands a connection over to Autobahn, and lets go of the request that asked for it."""

    def __init__(self, browsers: BrowserFactory) -> None:
        super().__init__(browsers)
        self._browsers = browsers

    def render(self, request: Any) -> Any:
        """Shake hands."""
        channel = request.channel
        self._browsers.next_caller = request.caller
        address = request.getClientAddress()
        self._browsers.next_address = None if address == channel.getPeer() else address.host
        try:
            answer = super().render(request)
        finally:
            self._browsers.next_caller = None
        if answer is NOT_DONE_YET:
            # twisted.web would remove it at its end, which does not come: each would keep the other for ever.
            channel.requests.remove(request)
            channel.hand_over()
        return answer


class _Health(Resource):
    """Says ok, or 503; takes any Host, so that an orchestrator may ask."""

    isLeaf = True

    def __init__(self, is_well: Callable[[], bool]) -> None:
        super().__init__()
        self._is_well = is_well

    def render(self, request: Any) -> bytes:
        """Answer GET and HEAD, in JSON."""
        if request.method not in (b"GET", b"HEAD"):
            return send_problem(request, Failure(MethodNotAllowed(["GET", "HEAD"])))
        is_well = self._is_well()
        request.setResponseCode(200 if is_well else 503)
        request.setHeader(b"content-type", b"application/json")
        request.setHeader(b"cache-control", b"no-store")
        return without_body_for_head(request, b'{"status":"ok"}' if is_well else b'{"status":"not ready"}')


class _Below(Resource):
    """Sends a browser from `/gate` to `/gate/`, below which all is."""

    isLeaf = True

    def render(self, request: Any) -> bytes:
        """Answer with headers alone."""
        request.setResponseCode(308)
        # Relative, since a proxy may have another path before it.
        request.setHeader(b"location", request.path.rpartition(b"/")[2] + b"/")
        return without_body_for_head(request, b"")


class _Preflight(Resource):
    """Tells a browser what a page of an allowed origin may send."""

    isLeaf = True

    def render(self, request: Any) -> bytes:
        """Answer with headers alone."""
        request.setResponseCode(204)
        request.setHeader(b"access-control-allow-methods", b"GET, POST, DELETE")
        request.setHeader(b"access-control-allow-headers", b"content-type, authorization, last-event-id")
        request.setHeader(b"access-control-max-age", b"600")
        return b""
