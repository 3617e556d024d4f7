"""What the web API says, as katgate's own values: sensors, readings, messages. The way back from `api/wire.py`."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Any

from katgate.katcp.message import Message
from katgate.katcp.reading import Reading, SensorDescription, status_named
from katgate.katcp.values import Value

__all__ = ["api_argument", "bytes_of", "description_of", "inform_of", "reading_of", "reply_of"]


def value_of(json: Any) -> Value:
    """Return a value. What JSON cannot hold is text there, and stays text: a NaN, an integer beyond 2^53."""
    if isinstance(json, bool | int | float | str):
        return json
    if isinstance(json, dict) and "base64" in json:
        return b64decode(json["base64"])
    if isinstance(json, dict) and "omitted" in json:
        return f"({json['omitted']} bytes are too long for a message)"
    return str(json)


def bytes_of(json: Any) -> bytes:
    """Return an argument of a message."""
    value = value_of(json)
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "backslashreplace")


def api_argument(raw: bytes) -> str | dict[str, str]:
    """Return an argument as the API takes it: text, or base64 where it is not UTF-8."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": b64encode(raw).decode("ascii")}


def description_of(json: dict[str, Any]) -> SensorDescription:
    """Return a sensor's description."""
    return SensorDescription(
        json["name"],
        json["description"],
        json["units"],
        json["type"],
        tuple(value_of(param) for param in json["params"]),
    )


def reading_of(row: Sequence[Any]) -> Reading | None:
    """Return the reading of `[sensor, timestamp, status, value, ...]`; None if none has come in yet."""
    _, timestamp, status, value, *_ = row
    if timestamp is None:
        return None
    return Reading(timestamp, status_named(status.encode()), value_of(value))


def inform_of(words: Sequence[Any]) -> Message:
    """Return the inform of `[name, argument, ...]`."""
    return Message.inform(str(words[0]), *map(bytes_of, words[1:]))


def reply_of(request: str, code: str, arguments: Sequence[Any]) -> Message:
    """Return a device's reply."""
    return Message.reply(request, code, *map(bytes_of, arguments))
