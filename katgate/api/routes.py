"""Routes: from an address to a handler and back to JSON. What every noun of the REST API shares."""

import inspect
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, TypeVar
from urllib.parse import unquote_to_bytes

import msgspec
from klein import Klein
from twisted.python.failure import Failure
from werkzeug.routing import BaseConverter

from katgate.api.access import demand
from katgate.api.parameters import Parameter
from katgate.api.problems import problem_of
from katgate.api.query import Query
from katgate.api.route_table import JSON, App, Route, answer_of, path_of
from katgate.authority.role import Role
from katgate.errors import BadRequest, UnsupportedMediaType

__all__ = [
    "API",
    "add_route",
    "new_app",
    "read_body",
    "send_problem",
    "without_body_for_head",
]

#: Where the API lives.
API: Final = "/api/v1"

#: What any route may answer instead: a defect of ours, a Host or Origin that is not ours, a parameter that there is
#: not, a token that does not count; and what a body can be.
_ANYWHERE: Final = ("bad-request", "forbidden", "unauthorized", "internal")
_WITH_BODY: Final = ("too-large", "unsupported-media-type")

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


def new_app() -> App:
    """Return an app without routes, whose every error is a problem."""
    app = App()
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
    parameters: Iterable[Parameter] = (),
    *,
    role: Role | None = Role.VIEWER,
    body: type | None = None,
    problems: Iterable[str] = (),
    about: str = "",
    media_type: str = JSON,
) -> None:
    """Let `handler(request, **names)` answer; it returns what msgspec can write as JSON, or an awaitable of it. With
    another `media_type` it sends that itself, or returns bytes. It is called for those who have that `role` at least;
    with None for everybody, and `request.caller` may be None then.

    If there are `parameters` that the address may have, it is handed a Query of these, too, as `query`; and, read
    from the request, a `body` of that type.

    The rest is for the descriptions: `problems` are codes besides those that any route may answer, `about` is said in
    place of the handler's docstring, and the answer is what its annotation says.
    """
    declared = tuple(parameters)
    allowed = frozenset(parameter.name for parameter in declared)
    is_json = media_type == JSON

    def respond(request: Any, **names: Any) -> Any:
        if role is not None:
            demand(request.caller, role)
        if allowed:
            names["query"] = Query(request, allowed)
        elif request.args:
            Query(request, ())  # which refuses what it is
        if body is not None:
            names["body"] = read_body(request, body)
        answer = handler(request, **names)
        if not is_json:
            return answer
        # Not a coroutine for all: one that has nothing to wait for costs as much as the handler itself.
        return _later(request, answer) if isinstance(answer, Awaitable) else _json(request, answer)

    endpoint = f"{method} {path}"
    app.route(path, methods=[method], endpoint=endpoint)(respond)
    assert isinstance(app, App)
    app.table[endpoint] = Route(
        method,
        path_of(path),
        about or inspect.getdoc(handler) or "",
        answer_of(handler),
        (*_ANYWHERE, *(_WITH_BODY if body else ()), *problems),
        declared,
        body,
        media_type,
        role,
    )


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
    media_type = (request.requestHeaders.getRawHeaders(b"content-type") or [b""])[0].decode("latin-1")
    if raw and media_type.partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaType(media_type)
    try:
        return msgspec.json.decode(raw or b"{}", type=body_type)
    except msgspec.ValidationError as error:
        raise BadRequest(f"the body cannot be used: {error}") from None
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"the body is not JSON: {error}") from None
