"""Routes: from an address to a handler and back to JSON. What every noun of the REST API shares."""

from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, Final, TypeVar
from urllib.parse import unquote_to_bytes

import msgspec
from klein import Klein
from twisted.python.failure import Failure
from werkzeug.routing import BaseConverter

from katgate.api.access import demand
from katgate.api.problems import problem_of
from katgate.authority.role import Role
from katgate.errors import BadRequest, UnsupportedMediaType

__all__ = [
    "API",
    "Query",
    "add_route",
    "new_app",
    "read_body",
    "send_problem",
    "without_body_for_head",
]

#: Where the API lives.
API: Final = "/api/v1"

Handler = Callable[..., Any]

_T = TypeVar("_T")
_encode = msgspec.json.Encoder().encode


class _Name(BaseConverter):
    """One name in a path. Routing works on the undecoded path, so `%2F` is a slash inside a name."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        if "%" not in value:
            return value
        try:
            return unquote_to_bytes(value).decode("utf-8")
        except UnicodeDecodeError:
            raise BadRequest(f"{value} in the path is not UTF-8 once decoded") from None


def new_app() -> Klein:
    """Return an app without routes, whose every error is a problem."""
    app = Klein()
    app.url_map.converters["name"] = _Name
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = False

    def on_error(request: Any, failure: Failure) -> bytes:
        return send_problem(request, failure)

    app.handle_errors(Exception)(on_error)
    return app


def add_route(
    app: Klein,
    method: str,
    path: str,
    handler: Handler,
    parameters: Iterable[str] = (),
    *,
    role: Role | None = Role.VIEWER,
) -> None:
    """Let `handler(request, **names)` answer; it returns what msgspec can write as JSON, or bytes of the content-type
    that it has set, or an awaitable of these. It is called for those who have that role at least; with None for
    everybody, and `request.caller` may be None then.

    If there are `parameters` that the address may have, it is handed a Query of these, too, as `query`.
    """
    allowed = frozenset(parameters)

    def respond(request: Any, **names: str) -> bytes | Coroutine[Any, Any, bytes]:
        if role is not None:
            demand(request.caller, role)
        if allowed:
            answer = handler(request, query=Query(request, allowed), **names)
        else:
            if request.args:
                Query(request, ())  # which refuses what it is
            answer = handler(request, **names)
        # Not a coroutine for all: one that has nothing to wait for costs as much as the handler itself.
        return _later(request, answer) if isinstance(answer, Awaitable) else _json(request, answer)

    app.route(path, methods=[method], endpoint=f"{method} {path}")(respond)


async def _later(request: Any, answer: Awaitable[Any]) -> bytes:
    return _json(request, await answer)


def _json(request: Any, answer: Any) -> bytes:
    if isinstance(answer, bytes):
        body = answer
    else:
        body = _encode(answer)
        request.setHeader(b"content-type", b"application/json")
    request.setHeader(b"content-length", b"%d" % len(body))
    request.setHeader(b"cache-control", b"no-store")
    return body


def send_problem(request: Any, failure: Failure) -> bytes:
    """Set a problem's status and headers; return its body."""
    problem = problem_of(failure)
    body = problem.json()
    request.problem, request.error = problem, failure.value
    request.setResponseCode(problem.status, problem.phrase)
    request.setHeader(b"content-type", b"application/problem+json")
    request.setHeader(b"content-length", b"%d" % len(body))
    request.setHeader(b"cache-control", b"no-store")
    for name, value in problem.headers.items():
        request.setHeader(name.encode("ascii"), value.encode("ascii"))
    return body


def without_body_for_head(request: Any, body: bytes) -> bytes:
    """Return the body of a resource's answer, its length set; for HEAD none, which twisted.web leaves to us."""
    request.setHeader(b"content-length", b"%d" % len(body))
    return b"" if request.method == b"HEAD" else body


def read_body(request: Any, body_type: type[_T]) -> _T:
    """Return a request's JSON body; without any, what the type has by default. Raises BadRequest."""
    raw: bytes = request.content.read()
    if not raw:
        return body_type()
    media_type = (request.requestHeaders.getRawHeaders(b"content-type") or [b""])[0].decode("latin-1")
    if media_type.partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaType(media_type)
    try:
        return msgspec.json.decode(raw, type=body_type)
    except msgspec.ValidationError as error:
        raise BadRequest(f"the body cannot be used: {error}") from None
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"the body is not JSON: {error}") from None


class Query:
    """The parameters of a request's address. One that is not `allowed` is an error: it may be misspelt."""

    def __init__(self, request: Any, allowed: Iterable[str]) -> None:
        names = set(allowed)
        self._values: dict[str, list[str]] = {}
        arguments: dict[bytes, list[bytes]] = request.args
        for raw_name, raw_values in arguments.items():
            try:
                name = raw_name.decode("utf-8")
                values = [value.decode("utf-8") for value in raw_values]
            except UnicodeDecodeError:
                raise BadRequest(f"the parameter {raw_name!r} is not UTF-8") from None
            if name not in names:
                there_are = ", ".join(sorted(names)) or "none"
                raise BadRequest(f"there is no parameter {name!r} here; those that there are: {there_are}")
            self._values[name] = values

    def all(self, name: str) -> list[str]:
        """Return every value of a parameter that may be repeated."""
        return self._values.get(name, [])

    def one(self, name: str) -> str | None:
        """Return the value of a parameter, or None. Raises BadRequest if it was repeated."""
        values = self.all(name)
        if len(values) > 1:
            raise BadRequest(f"the parameter {name!r} is given {len(values)} times; give it once")
        return values[0] if values else None

    def integer(self, name: str, default: int, least: int, most: int) -> int:
        """Return a parameter that is an integer. Raises BadRequest outside `least` to `most`."""
        text = self.one(name)
        if text is None:
            return default
        if not (text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most):
            raise BadRequest(f"{name} must be an integer from {least} to {most}, not {text!r}")
        return int(text)
