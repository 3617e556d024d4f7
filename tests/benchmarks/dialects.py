"""Dialects: what browsers say to a server so that it sends them updates, and how they read what it says.

katgate   `sensors.subscribe` over JSON-RPC; ready when the snapshot is in
naive     JSON objects, one an update, from the moment of connecting: `naive_gateway.py`
silent    to katgate, too, but they ask for nothing; ready when it has said hello
autobahn  whatever comes from the moment of connecting: `autobahn_server.py`
nats      nats-server's own protocol inside binary frames; ready when it answers a PING that follows the SUB
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import msgspec

from tests.benchmarks.frames import BINARY, TEXT

__all__ = ["DIALECTS", "MARKER", "NATS_SUBJECT", "Dialect", "Told"]

#: Stands once in each update, in whichever dialect.
MARKER: Final = b'"nominal"'

NATS_SUBJECT: Final = "cbf"


class Told(NamedTuple):
    """What a message holds: timestamps of readings, and for katgate which frames it covers.

    `last` is 0 where frames have no numbers; `conflated` readings were replaced by newer ones.
    """

    timestamps: list[float]
    first: int = 0
    last: int = 0
    conflated: int = 0


@dataclass(frozen=True, slots=True)
class Dialect:
    """How to talk to a server. `call` gives what a browser sends first, and `read` reads a message, or is None
    where that is of no interest; a message without readings is None.
    """

    path: str
    subprotocol: str
    opcode: int
    call: Callable[[Any], bytes]
    is_ready: re.Pattern[bytes]
    read: Callable[[bytes], Told | None] | None


class _Readings(msgspec.Struct):
    """The params of `readings`; pages of a snapshot but the last have no `seq`."""

    readings: dict[str, list[list[Any]]]
    seq: int = 0
    first: int = msgspec.field(name="from", default=0)
    snapshot: bool = False
    conflated: int = 0


class _Message(msgspec.Struct):
    """A notification, or an answer."""

    method: str = ""
    params: msgspec.Raw = msgspec.Raw()


class _Update(msgspec.Struct):
    """What the naive gateway sends."""

    timestamp: float


_message: Final = msgspec.json.Decoder(_Message).decode
_readings: Final = msgspec.json.Decoder(_Readings).decode
_update: Final = msgspec.json.Decoder(_Update).decode


def _subscribe(params: Any) -> bytes:
    call = {"jsonrpc": "2.0", "id": 1, "method": "sensors.subscribe", "params": params}
    return msgspec.json.encode(call)


def _read_katgate(payload: bytes) -> Told | None:
    message = _message(payload)
    if message.method != "readings":
        return None
    its = _readings(message.params)
    if its.snapshot:
        return Told([], its.seq, its.seq) if its.seq else None
    stamps = [row[1] for rows in its.readings.values() for row in rows]
    return Told(stamps, its.first or its.seq, its.seq, its.conflated)


def _read_naive(payload: bytes) -> Told:
    return Told([_update(payload).timestamp])


def _nats_subscribe(_: Any) -> bytes:
    options = b'{"verbose":false,"pedantic":false,"lang":"python","version":"1"}'
    return b"CONNECT %b\r\nSUB %b 1\r\nPING\r\n" % (options, NATS_SUBJECT.encode())


DIALECTS: Final = {
    "katgate": Dialect(
        "/api/v1/ws",
        "katgate.v1",
        TEXT,
        _subscribe,
        re.compile(rb'"seq":\d+,"snapshot":true'),
        _read_katgate,
    ),
    "silent": Dialect("/api/v1/ws", "katgate.v1", TEXT, lambda _: b"", re.compile(b'"method":"hello"'), None),
    "autobahn": Dialect("/", "", TEXT, lambda _: b"", re.compile(b""), None),
    "naive": Dialect("/", "", TEXT, lambda _: b"", re.compile(b""), _read_naive),
    "nats": Dialect("/", "", BINARY, _nats_subscribe, re.compile(b"PONG\r\n"), None),
}
