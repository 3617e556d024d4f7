"""What a value is in JSON: no NaN, no integer that JavaScript would round, base64 for bytes that are not UTF-8.

The web API and the command line say values alike. msgspec writes NaN as null, so every value goes through here first.
"""

import math
from typing import Annotated, Final

from msgspec import Meta, Struct

from katgate.katcp.values import Value, decode_text

__all__ = ["Base64", "JsonValue", "json_text", "json_value"]

#: The largest integer that a JavaScript number holds exactly.
_SAFE_INTEGER: Final = 2**53 - 1

#: What is read as base64: whole groups of four. For who is told by a schema; reading finds out by itself.
_BASE64: Final = "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"


class Base64(Struct, frozen=True, forbid_unknown_fields=True):
    """Bytes that are not UTF-8."""

    base64: Annotated[bytes, Meta(extra_json_schema={"pattern": _BASE64})]


JsonValue = bool | int | float | str | Base64


def json_value(value: Value) -> JsonValue:
    """Return what a value is in JSON: no NaN, no integer that JavaScript would round."""
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if -_SAFE_INTEGER <= value <= _SAFE_INTEGER else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return Base64(value)


def json_text(raw: bytes) -> str | Base64:
    """Return an argument of a message: text, or base64 where it is not UTF-8."""
    text = decode_text(raw)
    return text if isinstance(text, str) else Base64(text)
