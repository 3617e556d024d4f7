"""The AsyncAPI 3.0 description of the WebSocket, made of its methods, its notifications and the types of the wire.

Operations are named from katgate's side, as AsyncAPI has it: what browsers call is received, what katgate says by
itself is sent.
"""

from typing import Any, Final

from katgate.api.described import Described
from katgate.api.methods import METHODS, NOTIFICATIONS, Method
from katgate.api.references import reference
from katgate.api.schemas import Schemas, as_draft_7
from katgate.api.wire import DeviceJson, SensorJson
from katgate.api.wire_in import CallId
from katgate.api.wire_socket import ErrorAnswer

__all__ = ["asyncapi"]

_SUBPROTOCOL: Final = "katgate.v1"

_ABOUT: Final = """KATCP devices over a WebSocket: JSON-RPC 2.0 in text frames, both ways, no batches. katgate speaks
first (`hello`). A call has an id, a string or an integer, which comes back with its result or error; an error has the
problem details as its data. What can be asked once is over HTTP, which openapi.json describes."""

_CHANNEL: Final = {"$ref": "#/channels/socket"}
_ERROR: Final = "error"


def asyncapi(of: Described) -> dict[str, Any]:
    """Return the description."""
    schemas = Schemas(
        [
            *(method.params for method in METHODS.values() if method.params is not object),
            *(method.result for method in METHODS.values()),
            *(notified.params for notified in NOTIFICATIONS.values()),
            *(DeviceJson, SensorJson, ErrorAnswer, CallId | int),
        ]
    )
    cookie_too = {name: _scheme(scheme) for name, scheme in of.security_schemes().items()}
    security = [{"$ref": f"#/components/securitySchemes/{name}"} for name in cookie_too]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "katgate",
            "version": of.version,
            "description": " ".join(_ABOUT.split()),
            "license": {"name": "BSD-3-Clause", "url": "https://opensource.org/license/bsd-3-clause"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "katgate": {
                "host": "{host}",
                "pathname": of.prefix,
                "protocol": "ws",
                "variables": {"host": {"default": f"127.0.0.1:{of.port}", "description": "Where it runs."}},
                **({"security": security} if of.has_logins else {}),
            }
        },
        "channels": {"socket": _channel(schemas)},
        "operations": _operations(),
        "components": {"schemas": as_draft_7(schemas.components), "securitySchemes": cookie_too},
    }


def _scheme(scheme: dict[str, Any]) -> dict[str, Any]:
    """Return how somebody is known in AsyncAPI's words."""
    return {**scheme, "type": "httpApiKey"} if scheme["type"] == "apiKey" else scheme


def _channel(schemas: Schemas) -> dict[str, Any]:
    messages: dict[str, Any] = {}
    for name, method in METHODS.items():
        messages[name] = _call(name, method, schemas)
        messages[f"{name}.result"] = _result(name, method, schemas)
    for name, notified in NOTIFICATIONS.items():
        example = {"jsonrpc": "2.0", "method": name, "params": notified.example}
        payload = _rpc({"method": {"const": name}, "params": schemas.of(notified.params)})
        messages[name] = _message(name, notified.about, payload, example)
    messages[_ERROR] = _message(
        _ERROR,
        "The answer to a call that failed, or to a message that could not be used (then the id may be null).",
        reference("ErrorAnswer"),
        _FAILED,
    )
    return {
        "address": "/api/v1/ws",
        "description": f"The WebSocket; its sub-protocol is {_SUBPROTOCOL}.",
        "messages": messages,
        "bindings": {"ws": {"method": "GET", "headers": _HEADERS, "bindingVersion": "0.1.0"}},
    }


_HEADERS: Final = {
    "type": "object",
    "properties": {"Sec-WebSocket-Protocol": {"type": "string", "const": _SUBPROTOCOL}},
}

_FAILED: Final = {
    "jsonrpc": "2.0",
    "id": 3,
    "error": {
        "code": -32000,
        "message": "there is no device 'cfb'",
        "data": {
            "type": "urn:katgate:problem:unknown-device",
            "title": "Unknown device",
            "status": 404,
            "detail": "there is no device 'cfb'",
            "code": "unknown-device",
        },
    },
}


def _call(name: str, method: Method, schemas: Schemas) -> dict[str, Any]:
    is_free = method.params is object
    params = {} if is_free else schemas.of(method.params)
    needed = () if is_free else schemas.components[method.params.__name__]["required"]
    payload = _rpc(
        {"method": {"const": name}, "params": params, "id": schemas.of(CallId | int)},
        optional=[*(() if needed else ["params"]), *(["id"] if name in ("ping", "unsubscribe") else ())],
    )
    payload["additionalProperties"] = False
    example = {"jsonrpc": "2.0", "id": 3, "method": name, "params": method.example}
    return _message(name, method.about, payload, example)


def _result(name: str, method: Method, schemas: Schemas) -> dict[str, Any]:
    payload = _rpc({"id": {"type": ["string", "integer"]}, "result": schemas.of(method.result)})
    example = {"jsonrpc": "2.0", "id": 3, "result": method.answer}
    return _message(f"{name}.result", f"The result of `{name}`.", payload, example)


def _rpc(members: dict[str, Any], optional: list[str] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"jsonrpc": {"const": "2.0"}, **members},
        "required": ["jsonrpc", *(name for name in members if name not in (optional or ()))],
    }


def _message(name: str, about: str, payload: dict[str, Any], example: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "summary": about,
        "payload": as_draft_7(payload),
        "examples": [{"payload": example}],
    }


def _operations() -> dict[str, Any]:
    operations: dict[str, Any] = {}
    for name, method in METHODS.items():
        answers = [_message_of(f"{name}.result"), _message_of(_ERROR)]
        operations[name] = {
            "action": "receive",
            "channel": _CHANNEL,
            "summary": method.about,
            "messages": [_message_of(name)],
            "reply": {"channel": _CHANNEL, "messages": answers},
        }
    for name, notified in NOTIFICATIONS.items():
        operations[f"on.{name}"] = {
            "action": "send",
            "channel": _CHANNEL,
            "summary": notified.about,
            "messages": [_message_of(name)],
        }
    return operations


def _message_of(name: str) -> dict[str, str]:
    return {"$ref": f"#/channels/socket/messages/{name}"}
