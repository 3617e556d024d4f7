"""What scripts read: JSON with the members and values of the web API. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from katgate.katcp.json_values import json_text, json_value
from katgate.katcp.message import Message
from katgate.katcp.reading import Reading, SensorDescription
from katgate.terminal.source import Answer, Informed
from katgate.terminal.words import log_line

__all__ = ["answer_document", "inform_document", "reading_document", "sensors_document"]


def _text(document: Any) -> str:
    return msgspec.json.encode(document).decode("utf-8")


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "timestamp": reading.timestamp,
        "status": reading.status.value,
        "value": json_value(reading.value),
    }


def sensors_document(device: str, rows: Iterable[tuple[SensorDescription, Reading | None]]) -> str:
    """Return `{"device", "sensors": [{"name", ..., "reading"}]}`."""
    sensors = [
        {
            "name": about.name,
            "description": about.description,
            "units": about.units,
            "type": about.type,
            "params": [json_value(param) for param in about.params],
            "reading": None if reading is None else _reading(reading),
        }
        for about, reading in rows
    ]
    return _text({"device": device, "sensors": sensors})


def reading_document(device: str, sensor: str, reading: Reading) -> str:
    """Return `{"device", "sensor", "timestamp", "status", "value"}`."""
    return _text({"device": device, "sensor": sensor, **_reading(reading)})


def answer_document(device: str, request: str, answer: Answer, informs: Sequence[Message]) -> str:
    """Return `{"device", "request", "ok", "arguments", "informs", "duration"}`; `arguments` follow the return code,
    which is there as `"code"` if it is not ok.
    """
    reply = answer.reply
    return _text(
        {
            "device": device,
            "request": request,
            "ok": reply.is_ok,
            **({} if reply.is_ok else {"code": reply.text(0)}),
            "arguments": [json_text(raw) for raw in reply.arguments[1:]],
            "informs": [[msg.name, *map(json_text, msg.arguments)] for msg in informs],
            "duration": answer.duration_s,
        }
    )


def inform_document(device: str, informed: Informed) -> str:
    """Return `{"device", "received", "name", "arguments"}`, and of a `#log` its parts by name."""
    msg = informed.message
    document: dict[str, Any] = {
        "device": device,
        "received": informed.received,
        "name": msg.name,
        "arguments": [json_text(raw) for raw in msg.arguments],
    }
    if msg.name == "log":
        line = log_line(msg)
        document |= {
            "level": line.level,
            "timestamp": line.timestamp,
            "logger": line.name,
            "message": line.text,
        }
    return _text(document)
