"""The dashboard's files, as the build left them in `katgate/static`; or a page that says they are missing."""

from pathlib import Path
from typing import Any, Final

from twisted.python.failure import Failure
from twisted.web.resource import Resource
from werkzeug.exceptions import MethodNotAllowed, NotFound

import katgate
from katgate.api.access import CLIENT
from katgate.api.routes import send_problem, without_body_for_head
from katgate.api.static_file import StaticFile

__all__ = ["Dashboard", "ProblemPage"]

STATIC: Final = Path(katgate.__file__).parent / "static"

_MISSING: Final = b"""<!doctype html><html lang="en"><title>katgate</title>
<h1>This katgate was built without its dashboard</h1>
<p>The API is at <a href="api/v1">api/v1</a>. For the page, install katgate without KATGATE_SKIP_UI, or run
<code>npm ci &amp;&amp; npm run build</code> in its <code>web</code> folder.</p></html>
"""

#: What the page may do. All other answers may do nothing (`channel.py`).
_POLICY: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    b"font-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
#: Hashed names never change what they hold; the others are asked for each time.
_KEPT: Final = b"public, max-age=31536000, immutable"
_ASKED_FOR: Final = b"no-cache"


class ProblemPage(Resource):
    """Answers everything with one problem."""

    isLeaf = True

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def render(self, request: Any) -> bytes:
        """Answer the problem."""
        return without_body_for_head(request, send_problem(request, Failure(self._error)))


class Dashboard(Resource):
    """The built files, read once: an address is looked up in a table, and never reaches the file system."""

    isLeaf = True

    def __init__(self, static: Path = STATIC) -> None:
        super().__init__()
        self._files = {
            address: StaticFile.read(path, _headers(address))
            for path in static.rglob("*")
            if path.is_file()
            for address in [b"/" + path.relative_to(static).as_posix().encode("utf-8")]
        }
        missing = StaticFile(
            _MISSING, {b"content-type": b"text/html; charset=utf-8", b"cache-control": _ASKED_FOR}
        )
        self._files[b"/"] = self._files.get(b"/index.html", missing)

    def render(self, request: Any) -> bytes | int:
        """Answer GET and HEAD of a file."""
        file = self._files.get(request.path)
        if file is None:
            return ProblemPage(NotFound()).render(request)
        if request.method not in (b"GET", b"HEAD"):
            return send_problem(request, Failure(MethodNotAllowed(["GET", "HEAD"])))
        return file.answer(request)


def _headers(address: bytes) -> dict[bytes, bytes]:
    caching = _KEPT if address.startswith(b"/assets/") else _ASKED_FOR
    headers = {b"cache-control": caching, b"content-security-policy": _POLICY}
    if address == CLIENT:
        headers[b"access-control-allow-origin"] = b"*"
        headers[b"cross-origin-resource-policy"] = b"cross-origin"
    return headers
