"""The dashboard's files, as the build left them in `katgate/static`; or a page that says they are missing."""

from mimetypes import guess_type
from pathlib import Path
from typing import Any, Final, NamedTuple

from twisted.python.failure import Failure
from twisted.web.resource import Resource
from werkzeug.exceptions import MethodNotAllowed, NotFound

import katgate
from katgate.api.routes import send_problem, without_body_for_head

__all__ = ["Dashboard", "ProblemPage"]

STATIC: Final = Path(katgate.__file__).parent / "static"

_MISSING: Final = b"""<!doctype html><html lang="en"><title>katgate</title>
<h1>This katgate was built without its dashboard</h1>
<p>The API is at <a href="api/v1">api/v1</a>. For the page, install katgate without KATGATE_SKIP_UI, or run
<code>npm ci &amp;&amp; npm run build</code> in its <code>web</code> folder.</p></html>
"""


class ProblemPage(Resource):
    """Answers everything with one problem."""

    isLeaf = True

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def render(self, request: Any) -> bytes:
        """Answer the problem."""
        return without_body_for_head(request, send_problem(request, Failure(self._error)))


class _File(NamedTuple):
    body: bytes
    content_type: bytes
    caching: bytes


class Dashboard(Resource):
    """The built files, read once: an address is looked up in a table, and never reaches the file system."""

    isLeaf = True

    def __init__(self, static: Path = STATIC) -> None:
        super().__init__()
        self._files = {
            b"/" + path.relative_to(static).as_posix().encode("utf-8"): _read(path)
            for path in static.rglob("*")
            if path.is_file()
        }
        missing = _File(_MISSING, b"text/html; charset=utf-8", b"no-cache")
        self._files[b"/"] = self._files.get(b"/index.html", missing)

    def render(self, request: Any) -> bytes:
        """Answer GET and HEAD of a file."""
        file = self._files.get(request.path)
        if file is None:
            return ProblemPage(NotFound()).render(request)
        if request.method not in (b"GET", b"HEAD"):
            return send_problem(request, Failure(MethodNotAllowed(["GET", "HEAD"])))
        request.setHeader(b"content-type", file.content_type)
        request.setHeader(b"cache-control", file.caching)
        return without_body_for_head(request, file.body)


def _read(path: Path) -> _File:
    content_type = guess_type(path.name)[0] or "application/octet-stream"
    if content_type.startswith("text/"):
        content_type += "; charset=utf-8"
    # Hashed names never change what they hold; the page itself is asked for each time.
    caching = b"public, max-age=31536000, immutable" if path.parent.name == "assets" else b"no-cache"
    return _File(path.read_bytes(), content_type.encode("ascii"), caching)
