"""The addresses of the page: `/docs` and its style sheet."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from twisted.python.failure import Failure
from twisted.web.resource import IResource, Resource
from werkzeug.exceptions import MethodNotAllowed

from katgate.api.asyncapi import asyncapi
from katgate.api.described import Described
from katgate.api.descriptions import Descriptions
from katgate.api.docs.page import page
from katgate.api.openapi import openapi
from katgate.api.routes import send_problem
from katgate.api.static_file import StaticFile

__all__ = ["docs"]

#: What the page may do: be styled.
_HEADERS: Final = {
    b"cache-control": b"no-cache",
    b"content-security-policy": b"default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; "
    b"form-action 'none'; frame-ancestors 'none'",
}
_STYLE: Final = Path(__file__).parent / "docs.css"


def docs(descriptions: Descriptions) -> dict[bytes, IResource]:
    """Return what answers, by its address."""
    style = StaticFile.read(_STYLE, _HEADERS)
    # Written again for each name that katgate is asked by, as the examples are for that; a few are kept.
    written = lru_cache(maxsize=4)(lambda base, of: _written(descriptions, base, of))

    def page_of(request: Any) -> StaticFile:
        of = descriptions.described()
        scheme = "https" if request.isSecure() else "http"
        host = (request.getHeader(b"host") or b"").decode("latin-1").strip()
        return written(f"{scheme}://{host}{of.prefix.rstrip('/')}", of)

    return {b"/docs": _Page(page_of), b"/docs.css": _Page(lambda request: style)}


def _written(descriptions: Descriptions, base: str, of: Described) -> StaticFile:
    text = page(openapi(descriptions.routes, of), asyncapi(of), base)
    return StaticFile(text.encode("utf-8"), {b"content-type": b"text/html; charset=utf-8", **_HEADERS})


class _Page(Resource):
    """A file that is made for a request."""

    isLeaf = True

    def __init__(self, file_for: Callable[[Any], StaticFile]) -> None:
        super().__init__()
        self._file_for = file_for

    def render(self, request: Any) -> bytes | int:
        """Answer GET and HEAD."""
        if request.method not in (b"GET", b"HEAD"):
            return send_problem(request, Failure(MethodNotAllowed(["GET", "HEAD"])))
        return self._file_for(request).answer(request)
