"""JsonEncoder: how the hub's streams are written (`katgate.hub.stream.Encoder`).

Rows are encoded one by one and joined as bytes, so that a reading is encoded once however many frames and
browsers it goes to.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from katgate.api import wire
from katgate.hub.known import KnownSensor
from katgate.hub.stream import Rows
from katgate.katcp.reading import Reading

__all__ = ["JsonEncoder"]

#: A page of a snapshot, in bytes: small enough that a browser shows the first while the next comes in.
_PAGE_BYTES: Final = 64 * 1024


class JsonEncoder:
    """Writes rows, frames, snapshots and announcements as notifications of the WebSocket."""

    def __init__(self) -> None:
        self._encode = msgspec.json.Encoder().encode

    def row(self, known: KnownSensor, reading: Reading) -> bytes:
        """Return `[sensor, timestamp, status, value]`."""
        value = wire.json_value(reading.value)
        return self._encode((known.name, reading.timestamp, reading.status.value, value))

    def readings(self, sub: int, rows: Rows, seq: int, first: int, conflated: int) -> bytes:
        """Return a `readings` notification."""
        extra = b'"from":%d,' % first if first != seq else b""
        if conflated:
            extra += b'"conflated":%d,' % conflated
        return self._frame(sub, b'"seq":%d,' % seq + extra, rows)

    def snapshot(
        self, sub: int, present: Sequence[tuple[KnownSensor, Reading | None]], seq: int
    ) -> Iterable[bytes]:
        """Return the pages of a snapshot; only the last has the number it stands at."""
        *pages, last = self._pages(present)
        for rows in pages:
            yield self._frame(sub, b'"snapshot":true,"more":true,', rows)
        yield self._frame(sub, b'"seq":%d,"snapshot":true,' % seq, last)

    def sensors(self, sub: int, added: Sequence[KnownSensor], removed: Sequence[tuple[str, str]]) -> bytes:
        """Return a `sensors` notification."""
        params = {
            "sub": sub,
            "added": [wire.sensor_json(known, with_device=True, with_reading=False) for known in added],
            "removed": removed,
        }
        return self._encode(wire.Notification("sensors", params))

    def _pages(self, present: Iterable[tuple[KnownSensor, Reading | None]]) -> Iterator[Rows]:
        page: Rows = {}
        size = 0
        for known, reading in present:
            row = self._snapshot_row(known, reading)
            if page and size + len(row) > _PAGE_BYTES:
                yield page
                page, size = {}, 0
            page.setdefault(known.device, []).append(row)
            size += len(row)
        yield page

    def _snapshot_row(self, known: KnownSensor, reading: Reading | None) -> bytes:
        if reading is None:
            return self._encode((known.name, None, "unknown", None, None))
        value = wire.json_value(reading.value)
        return self._encode((known.name, reading.timestamp, reading.status.value, value, known.received))

    def _frame(self, sub: int, numbers: bytes, rows: Rows) -> bytes:
        devices = b",".join(
            self._encode(device) + b":[" + b",".join(its_rows) + b"]" for device, its_rows in rows.items()
        )
        return b'{"jsonrpc":"2.0","method":"readings","params":{"sub":%d,%s"readings":{%s}}}' % (
            sub,
            numbers,
            devices,
        )
