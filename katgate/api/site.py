"""KatgateSite: one Site on one port. It finds who answers a request: REST, WebSocket, dashboard, health."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from autobahn.twisted.resource import WebSocketResource
from autobahn.twisted.websocket import WebSocketServerFactory
from klein import Klein
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.resource import IResource, Resource, getChildForRequest
from twisted.web.server import Site
from werkzeug.exceptions import MethodNotAllowed

from katgate.api.access import Access
from katgate.api.dashboard import ProblemPage
from katgate.api.request import KatgateRequest
from katgate.api.routes import API, send_problem
from katgate.errors import BadRequest

__all__ = ["BODY_LIMIT", "KatgateSite"]

#: Largest body taken, in bytes: a request's arguments are rarely more than a few kB, a ROACH's gateware
#: does not come this way.
BODY_LIMIT: Final = 1024 * 1024

_WEBSOCKET_PATH: Final = f"{API}/ws".encode("ascii")


class KatgateSite(Site):
    """Finds who answers a request: health, the WebSocket, the API, else the dashboard."""

    log_source = Logger()
    requestFactory = KatgateRequest
    noisy = False

    def __init__(
        self,
        access: Access,
        app: Klein,
        sockets: WebSocketServerFactory,
        dashboard: IResource,
        *,
        is_ready: Callable[[], bool],
        body_limit: int = BODY_LIMIT,
    ) -> None:
        super().__init__(Resource())
        self.access = access
        self.body_limit = body_limit
        self._app = app.resource()
        self._sockets = WebSocketResource(sockets)
        self._dashboard = dashboard
        self._health = _Health(lambda: True)
        self._readiness = _Health(is_ready)

    def getResourceFor(self, request: Any) -> Any:
        """Return what answers. Names in the API's paths stay encoded: `%2F` is part of a name."""
        path: bytes = request.path
        request.prepath, request.postpath = [], path[1:].split(b"/")
        if path == b"/healthz":
            return self._health
        if path == b"/readyz":
            return self._readiness
        if path == _WEBSOCKET_PATH:
            return self._sockets if _is_upgrade(request) else ProblemPage(_NO_UPGRADE)
        if path == b"/api" or path.startswith(b"/api/"):
            return self._preflight(request) or self._app
        request.postpath = [unquote_to_bytes(part) for part in request.postpath]
        return getChildForRequest(self._dashboard, request)

    def log(self, request: Any) -> None:
        """Log what was refused or went wrong; the rest only when debugging."""
        say = self.log_source.info if request.code >= 400 else self.log_source.debug
        say(
            "< {peer} {method} {path}: {code} {why}",
            peer=request.getClientAddress().host,
            method=request.method.decode("latin-1"),
            path=request.uri.decode("latin-1"),
            code=request.code,
            why=request.problem.detail if request.problem is not None else "",
        )

    def log_refusal(self, peer: Any, detail: str) -> None:
        """Log a request that was refused before its body had come in."""
        self.log_source.info("< {peer} refused: {detail}", peer=peer.host, detail=detail)

    def _preflight(self, request: Any) -> Resource | None:
        """Give an allowed origin its CORS headers; return what answers its preflight."""
        origin = request.getHeader(b"origin")
        if origin is None or not self.access.is_allowed_origin(origin.decode("latin-1")):
            return None
        request.setHeader(b"access-control-allow-origin", origin)
        request.setHeader(b"vary", b"Origin")
        return _Preflight() if request.method == b"OPTIONS" else None


_NO_UPGRADE: Final = BadRequest("this is the WebSocket: connect to it with ws://, sub-protocol katgate.v1")


def _is_upgrade(request: Any) -> bool:
    upgrade = request.getHeader(b"upgrade") or b""
    return request.method == b"GET" and bool(upgrade.strip().lower() == b"websocket")


class _Health(Resource):
    """Says ok, or 503; takes any Host, so that an orchestrator may ask."""

    isLeaf = True

    def __init__(self, is_well: Callable[[], bool]) -> None:
        super().__init__()
        self._is_well = is_well

    def render_GET(self, request: Any) -> bytes:
        """Answer in JSON."""
        is_well = self._is_well()
        request.setResponseCode(200 if is_well else 503)
        request.setHeader(b"content-type", b"application/json")
        request.setHeader(b"cache-control", b"no-store")
        return b'{"status":"ok"}' if is_well else b'{"status":"not ready"}'

    def render(self, request: Any) -> Any:
        """Take GET and HEAD only."""
        if request.method not in (b"GET", b"HEAD"):
            return send_problem(request, Failure(MethodNotAllowed(["GET", "HEAD"])))
        return self.render_GET(request)


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
