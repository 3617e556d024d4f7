"""JsonEncoder: how the hub's streams are written (`katgate.hub.telling.Encoder`).

Rows are encoded one by one and joined as bytes, so that a reading is encoded once however many frames and
browsers it goes to.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from katgate.api import wire, wire_socket
from katgate.hub.known import KnownSensor
from katgate.hub.telling import Rows
from katgate.katcp.json_values import json_value
from katgate.katcp.reading import Reading

__all__ = ["JsonEncoder"]

#: What is longer, in bytes, is told without its value, or without what describes it: a message holds one at least.
_LONGEST_ROW: Final = 512 * 1024
_LONGEST_DESCRIPTION: Final = 64 * 1024

_MORE: Final = b'"snapshot":true,"more":true,'


class JsonEncoder:
    """Writes rows, frames, snapshots and announcements as notifications of the WebSocket."""

    def __init__(self) -> None:
        self._encode = msgspec.json.Encoder().encode
        #: Device -> its name as the member of an object.
        self._members: dict[str, bytes] = {}

    def row(self, known: KnownSensor, reading: Reading) -> bytes:
        """Return `[sensor, timestamp, status, value]`."""
        value = json_value(reading.value)
        row = self._encode((known.name, reading.timestamp, reading.status.value, value))
        return row if len(row) <= _LONGEST_ROW else self._cut(known, reading)

    def readings(self, sub: int, rows: Rows, seq: int, first: int, conflated: int) -> bytes:
        """Return a `readings` notification."""
        extra = b'"from":%d,' % first if first != seq else b""
        if conflated:
            extra += b'"conflated":%d,' % conflated
        return self._frame(sub, b'"seq":%d,' % seq + extra, rows)

    def snapshot_row(self, row: bytes, received: float | None) -> bytes:
        """Return `[sensor, timestamp, status, value, received]`."""
        return b"%b,%b]" % (row[:-1], self._encode(received))

    def no_reading(self, known: KnownSensor) -> bytes:
        """Return `[sensor, null, "unknown", null, null]`."""
        return self._encode((known.name, None, "unknown", None, None))

    def snapshot(self, sub: int, rows: Rows, seq: int | None) -> bytes:
        """Return a page; only the last has the number it stands at."""
        return self._frame(sub, _MORE if seq is None else b'"seq":%d,"snapshot":true,' % seq, rows)

    def description(self, known: KnownSensor) -> bytes:
        """Return a sensor without its reading; one that is too long for a list without what describes it."""
        shown = self._encode(wire.sensor_json(known, with_device=True))
        if len(shown) <= _LONGEST_DESCRIPTION:
            return shown
        return self._encode(wire.sensor_in_short(known))

    def sensors(self, sub: int, added: Sequence[bytes], removed: Sequence[tuple[str, str]]) -> bytes:
        """Return a `sensors` notification."""
        params = {"sub": sub, "added": [msgspec.Raw(one) for one in added], "removed": removed}
        return self._encode(wire_socket.Notification("sensors", params))

    def _cut(self, known: KnownSensor, reading: Reading) -> bytes:
        value = reading.value
        size = len(value if isinstance(value, bytes) else str(value).encode("utf-8"))
        return self._encode((known.name, reading.timestamp, reading.status.value, wire.Omitted(size)))

    def _frame(self, sub: int, numbers: bytes, rows: Rows) -> bytes:
        devices = b",".join(
            [self._member(device) + b",".join(its_rows) + b"]" for device, its_rows in rows.items()]
        )
        return b'{"jsonrpc":"2.0","method":"readings","params":{"sub":%d,%s"readings":{%s}}}' % (
            sub,
            numbers,
            devices,
        )

    def _member(self, device: str) -> bytes:
        member = self._members.get(device)
        if member is None:
            member = self._members[device] = self._encode(device) + b":["
        return member
