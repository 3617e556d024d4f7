"""The OpenAPI 3.1 description of what is asked over HTTP, made of the routes and the types of the wire."""

import inspect
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

import msgspec
from msgspec import Struct

from katgate.api.described import Described
from katgate.api.parameters import Parameter
from katgate.api.problems import STATUSES
from katgate.api.references import reference
from katgate.api.route_table import JSON, Route
from katgate.api.schemas import Schemas

__all__ = ["openapi"]

_PROBLEM: Final = "application/problem+json"

_ABOUT: Final = """KATCP devices over HTTP: their sensors, readings and requests. What goes on by itself is on the
WebSocket, which asyncapi.json describes. What goes wrong is a problem (RFC 9457) with a `code`."""

#: What stands in a path.
_TEXT: Final = {"type": "string", "minLength": 1}
_NAMES: Final[dict[str, dict[str, Any]]] = {
    "device": {
        "description": "The device's name. In a path a name is percent-encoded, a slash in it too (`%2F`).",
        "schema": _TEXT,
        "example": "m000",
    },
    "sensor": {"description": "The sensor's name.", "schema": _TEXT, "example": "actual-azimuth"},
    "request": {
        "description": "The request's name, without the question mark.",
        "schema": {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9-]*$"},
        "example": "watchdog",
    },
    "number": {
        "description": "A browser's `id` in `GET /api/v1/browsers`.",
        "schema": {"type": "integer", "minimum": 1, "maximum": 10**18 - 1},
        "example": 1,
    },
}


_RETRY_AFTER: Final = {
    "Retry-After": {"description": "When to ask again, in seconds.", "schema": {"type": "integer"}}
}


def openapi(routes: Iterable[Route], of: Described) -> dict[str, Any]:
    """Return the description of these routes."""
    routes = list(routes)
    schemas = Schemas([*_types(routes)])
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas, of)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "katgate",
            "version": of.version,
            "description": " ".join(_ABOUT.split()),
            "license": {"name": "BSD-3-Clause", "identifier": "BSD-3-Clause"},
        },
        "servers": [{"url": of.prefix}],
        "paths": paths,
        "components": {"schemas": schemas.components, "securitySchemes": of.security_schemes()},
    }


def _types(routes: Iterable[Route]) -> Iterable[Any]:
    for route in routes:
        if route.media_type == JSON:
            yield route.answer
        if route.body is not None:
            yield route.body


def _operation(route: Route, schemas: Schemas, of: Described) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _id_of(route),
        "summary": route.summary,
        "tags": [_tag_of(route)],
        "parameters": [*map(_in_path, route.names), *map(_in_query, route.parameters)],
        "responses": _responses(route, schemas),
        "security": of.security(route.role),
    }
    if route.details:
        operation["description"] = route.details
    if route.role is not None:
        operation["x-role"] = route.role.value
    if route.body is not None:
        is_needed = any(field.required for field in msgspec.structs.fields(route.body))
        content = {JSON: {"schema": schemas.of(route.body)}}
        operation["requestBody"] = {"content": content, "required": is_needed}
    return operation


def _id_of(route: Route) -> str:
    """Return a name for it in programs: method and path, as `get_devices_device_sensors`."""
    words = route.path.removeprefix("/api/v1").replace("{", "").replace("}", "").replace(".", "_").split("/")
    return "_".join([route.method.lower(), *filter(None, words)]) if any(words) else "get_root"


def _tag_of(route: Route) -> str:
    within = route.path.removeprefix("/api/v1/")
    return "katgate" if within.startswith("/") else within.partition("/")[0]


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, **_NAMES[name]}


def _in_query(parameter: Parameter) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "description": parameter.about,
        "schema": parameter.schema(),
    }
    if parameter.example is not None:
        shown["example"] = [parameter.example] if parameter.many else parameter.example
    return shown


def _responses(route: Route, schemas: Schemas) -> dict[str, Any]:
    is_json = route.media_type == JSON
    content = {route.media_type: {"schema": schemas.of(route.answer) if is_json else {"type": "string"}}}
    responses: dict[str, Any] = {"200": {"description": _meaning(route.answer), "content": content}}
    for status, meaning in route.also.items():
        responses[str(status)] = {"description": meaning, "content": content}
    for status, codes in sorted(_by_status(route.problems).items()):
        responses[str(status)] = _problem(status, codes)
    return responses


def _meaning(answer: Any) -> str:
    """Return what an answer's type says of itself first."""
    is_ours = isinstance(answer, type) and issubclass(answer, Struct)
    return (
        f"{(inspect.getdoc(answer) or '').partition('. ')[0].removesuffix('.')}."
        if is_ours
        else "The answer."
    )


def _by_status(codes: Iterable[str]) -> Mapping[int, list[str]]:
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(STATUSES[code], []).append(code)
    return by_status


def _problem(status: int, codes: list[str]) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(f'`{code}`' for code in codes)}.",
        "content": {_PROBLEM: {"schema": reference("ProblemJson")}},
        # Not in the schema: of that, generators of clients would make a type for each status of each route.
        "x-codes": codes,
    }
    return {**answer, "headers": _RETRY_AFTER} if status in (429, 503) else answer
