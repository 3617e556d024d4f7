"""The machine-readable descriptions: OpenAPI of what is asked over HTTP, AsyncAPI of the WebSocket."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Annotated, Any

import msgspec
from klein import Klein

from katgate.api.asyncapi import asyncapi
from katgate.api.described import Described
from katgate.api.openapi import openapi
from katgate.api.route_table import App, Route
from katgate.api.routes import API, add_route

__all__ = ["Descriptions", "Document"]

#: A description as it is written.
Document = Annotated[msgspec.Raw, msgspec.Meta(extra_json_schema={"type": "object"})]


class Descriptions:
    """`GET /openapi.json` and `/asyncapi.json`, made when they are first asked for: of all routes of the app by then,
    and of `more` that are not its. `described` says what is so by then.
    """

    def __init__(self, more: Iterable[Route], described: Callable[[], Described]) -> None:
        self._more = tuple(more)
        self.described = described
        self._app: App | None = None
        self._written = lru_cache(maxsize=4)(self._write)

    def add_routes(self, app: Klein) -> None:
        """Answer these addresses."""
        assert isinstance(app, App)
        self._app = app
        add_route(app, "GET", f"{API}/openapi.json", self.openapi, role=None)
        add_route(app, "GET", f"{API}/asyncapi.json", self.asyncapi, role=None)

    def openapi(self, request: Any) -> Document:
        """Describe what is asked over HTTP, as OpenAPI 3.1."""
        return self._written(self.described())[0]

    def asyncapi(self, request: Any) -> Document:
        """Describe the WebSocket, as AsyncAPI 3.0."""
        return self._written(self.described())[1]

    @property
    def routes(self) -> list[Route]:
        """All that are described."""
        table = self._app.table.values() if self._app is not None else ()
        return [*table, *self._more]

    def _write(self, of: Described) -> tuple[msgspec.Raw, msgspec.Raw]:
        encode = msgspec.json.encode
        return msgspec.Raw(encode(openapi(self.routes, of))), msgspec.Raw(encode(asyncapi(of)))
