"""JSON-RPC 2.0, as the WebSocket speaks it: from a message to a call, or to an error that says what is wrong."""

from typing import Any, Final

import msgspec
from msgspec import UNSET

from katgate.api import wire_in

__all__ = ["INVALID_REQUEST", "PROBLEM", "UNKNOWN_METHOD", "CallError", "id_of", "read_call", "read_params"]

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
UNKNOWN_METHOD: Final = -32601
INVALID_PARAMS: Final = -32602
#: Every code of the contract's table of problems.
PROBLEM: Final = -32000

_decode_call = msgspec.json.Decoder(wire_in.Call).decode


class CallError(Exception):
    """A message that cannot be used, with the JSON-RPC code for it, and its id where one can be read."""

    def __init__(self, code: int, detail: str, call_id: str | int | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.call_id = call_id


def id_of(call: wire_in.Call) -> str | int | None:
    """Return a call's id, or None."""
    return None if call.id is UNSET else call.id


def read_call(payload: bytes, is_binary: bool) -> wire_in.Call:
    """Return the call that a message is. Raises CallError."""
    if is_binary:
        raise CallError(INVALID_REQUEST, "a binary frame: send JSON-RPC in text frames")
    try:
        return _decode_call(payload)
    except (ValueError, RecursionError) as error:
        # The typed decoder stops at the first thing it does not expect, so ask again what this is.
        raise CallError(INVALID_REQUEST, f"not a JSON-RPC 2.0 call: {error}", _find_id(payload)) from None


def _find_id(payload: bytes) -> str | int | None:
    """Return the id of a call that is no call, so that its sender can tell which it was.

    Raises CallError for what is not even JSON.
    """
    try:
        anything = msgspec.json.decode(payload)
    except (ValueError, RecursionError) as error:
        raise CallError(PARSE_ERROR, f"not JSON: {error}") from None
    found = anything.get("id") if isinstance(anything, dict) else None
    if isinstance(found, str):
        return found if len(found) <= wire_in.LONGEST_ID else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def read_params(call: wire_in.Call, params_type: type) -> Any:
    """Return a call's parameters; `object` takes anything, unread. Raises CallError."""
    raw = b"{}" if call.params is UNSET else bytes(call.params)
    try:
        return msgspec.json.decode(raw, type=params_type) if params_type is not object else None
    except (ValueError, RecursionError) as error:
        raise CallError(
            INVALID_PARAMS, f"the params of {call.method} cannot be used: {error}", id_of(call)
        ) from None
