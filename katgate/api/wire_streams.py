"""What the hub's streams say, as `encoder.py` writes it row by row: types to describe it by, not to make it of."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType, field

from katgate.api.references import any_of
from katgate.api.wire import Omitted, SensorJson
from katgate.katcp.json_values import Base64
from katgate.katcp.reading import Status

__all__ = ["ReadingRow", "Readings", "Sensors", "StreamedValue"]

#: A value, `{"omitted": n}` for one of n bytes that is too long for a message, or null: there is no reading yet.
StreamedValue = Annotated[
    Any,
    Meta(
        extra_json_schema=any_of(
            {"type": "boolean"}, {"type": "number"}, {"type": "string"}, Base64, Omitted, {"type": "null"}
        )
    ),
]


class ReadingRow(Struct, array_like=True):
    """A reading: sensor, the device's own timestamp, status, value; in a snapshot also when katgate received it.

    A sensor without a reading is `[name, null, "unknown", null, null]`.
    """

    sensor: str
    timestamp: float | None
    status: Status
    value: StreamedValue
    received: float | UnsetType | None = UNSET


class Readings(Struct):
    """Rows of each device, oldest first. `from` to `seq` are the numbers that they stand for; without `from` it is
    `seq` alone. Anything but the last `seq` + 1 is a gap: subscribe anew. So many readings as `conflated` says were
    replaced by newer ones, because this browser was slow.

    A `snapshot` has the present reading of each sensor; with `more`, another page of it follows, and only the last
    one has its number.
    """

    sub: int
    readings: dict[str, list[ReadingRow]]
    seq: int | UnsetType = UNSET
    from_: int | UnsetType = field(default=UNSET, name="from")
    conflated: int | UnsetType = UNSET
    snapshot: bool | UnsetType = UNSET
    more: bool | UnsetType = UNSET


class Sensors(Struct):
    """Sensors that joined a selection (with their device), and those that left it, as `[device, sensor]`."""

    sub: int
    added: list[SensorJson]
    removed: list[tuple[str, str]]
