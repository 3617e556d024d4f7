"""The dashboard's files, as the build left them in `katgate/static`; or a page that says they are missing."""

from pathlib import Path
from typing import Any, Final

from twisted.python.failure import Failure
from twisted.web.resource import IResource, Resource
from twisted.web.static import File
from werkzeug.exceptions import MethodNotAllowed, NotFound

import katgate
from katgate.api.routes import send_problem

__all__ = ["ProblemPage", "dashboard_resource"]

STATIC: Final = Path(katgate.__file__).parent / "static"

_MISSING: Final = b"""<!doctype html><html lang="en"><title>katgate</title>
<h1>This katgate was built without its dashboard</h1>
<p>The API is at <a href="api/v1">api/v1</a>. For the page, install katgate without KATGATE_SKIP_UI, or run
<code>npm ci &amp;&amp; npm run build</code> in its <code>web</code> folder.</p></html>
"""


def dashboard_resource(static: Path = STATIC) -> IResource:
    """Return what answers everything that is not the API."""
    if not (static / "index.html").is_file():
        return _MissingPage()
    return _Files(str(static))


class ProblemPage(Resource):
    """Answers everything with one problem."""

    isLeaf = True

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def render(self, request: Any) -> bytes:
        """Answer the problem."""
        return send_problem(request, Failure(self._error))


class _Files(File):
    """The built files. Hashed names never change what they hold; the page itself is asked for each time."""

    childNotFound: Any = ProblemPage(NotFound())

    def directoryListing(self) -> Any:
        return self.childNotFound

    def render(self, request: Any) -> Any:
        if request.method not in (b"GET", b"HEAD"):
            return send_problem(request, Failure(MethodNotAllowed(["GET", "HEAD"])))
        lasts = self.dirname().endswith("assets")
        caching = b"public, max-age=31536000, immutable" if lasts else b"no-cache"
        request.setHeader(b"cache-control", caching)
        return super().render(request)


class _MissingPage(Resource):
    isLeaf = True

    def render(self, request: Any) -> bytes:
        if request.path not in (b"/", b"/index.html"):
            return send_problem(request, Failure(NotFound()))
        request.setHeader(b"content-type", b"text/html; charset=utf-8")
        return _MISSING
