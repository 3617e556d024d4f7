"""Sensors: what one is (SensorDescription), what it reads (Reading), and one that we host (Sensor)."""

import math
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from katgate.katcp.types import KatType, decode_value, type_named
from katgate.katcp.values import V5, Value, decode_seconds, encode_seconds

if TYPE_CHECKING:
    from katgate.katcp.sampling import Strategy  # which is about readings, and so imports this file

__all__ = [
    "WORD_OF",
    "FloatSensor",
    "IntSensor",
    "Reading",
    "Sensor",
    "SensorDescription",
    "Status",
    "WireReading",
    "status_by_limits",
    "status_named",
]


class Status(StrEnum):
    """The state of a reading. Only nominal, warn and error promise a usable value."""

    UNKNOWN = "unknown"
    NOMINAL = "nominal"
    WARN = "warn"
    ERROR = "error"
    FAILURE = "failure"
    UNREACHABLE = "unreachable"
    INACTIVE = "inactive"


_STATUS = {status.value.encode("ascii"): status for status in Status}
#: Statuses as the wire has them.
WORD_OF = {status: word for word, status in _STATUS.items()}


def status_named(raw: bytes) -> Status:
    """Return the status of that name; `unknown` for a word that no protocol version has."""
    return _STATUS.get(raw, Status.UNKNOWN)


class Reading(NamedTuple):
    """What a sensor showed: UNIX seconds (UTC), its status then, its value then."""

    timestamp: float
    status: Status
    value: Value


@dataclass(frozen=True, slots=True)
class SensorDescription:
    """What `#sensor-list` says of a sensor.

    `units` is empty where there are none. `params` are the words after the type, decoded by it: two or
    four limits of a number, the options of a discrete.
    """

    name: str
    description: str
    units: str
    type: str
    params: tuple[Value, ...] = ()

    @classmethod
    def from_inform(cls, arguments: Sequence[bytes], major: int = V5) -> "SensorDescription":
        """Read `#sensor-list name description units type params...`. Raises ValueError if it is too short."""
        if len(arguments) < 4 or not arguments[0]:
            raise ValueError(f"a sensor-list inform of {len(arguments)} arguments; it takes four or more")
        name, description, units, type_name = (a.decode("utf-8", "backslashreplace") for a in arguments[:4])
        katcp_type = type_named(type_name)
        params = tuple(decode_value(katcp_type, raw, major) for raw in arguments[4:])
        return cls(name, description, units, type_name, params)

    @property
    def katcp_type(self) -> KatType:
        """The type that decodes and encodes this sensor's values."""
        return type_named(self.type)


#: A reading on the wire: timestamp, status, value.
WireReading = tuple[bytes, bytes, bytes]

#: Called with the sensor and its new reading.
Observer = Callable[["Sensor", Reading], None]


class Sensor:
    """A sensor that a device server hosts: a description and a present reading.

        sensor = Sensor(Sensor.FLOAT, "wind-speed", "Wind at the mast", "m/s", params=[0.0, 20.0])
        sensor.set_value(3.2)

    `set` and `set_value` tell every observer, also when nothing changed: what is worth sending is the
    sampler's decision.

    `status_func` gives the status of a value that is set without one; nominal if there is none. See
    `status_by_limits`. `auto_strategy` is what a client gets that asks for `auto`, where each new reading
    would be too many.

    A sensor that is measured when asked overrides `read`; if that takes time, `read` gives an awaitable of
    the Reading (or, as in katcp.tx, `read_formatted` one of its wire form).
    """

    INTEGER: Final = "integer"
    FLOAT: Final = "float"
    BOOLEAN: Final = "boolean"
    LRU: Final = "lru"
    DISCRETE: Final = "discrete"
    STRING: Final = "string"
    TIMESTAMP: Final = "timestamp"
    ADDRESS: Final = "address"

    UNKNOWN: Final = Status.UNKNOWN
    NOMINAL: Final = Status.NOMINAL
    WARN: Final = Status.WARN
    ERROR: Final = Status.ERROR
    FAILURE: Final = Status.FAILURE
    UNREACHABLE: Final = Status.UNREACHABLE
    INACTIVE: Final = Status.INACTIVE

    def __init__(
        self,
        sensor_type: str,
        name: str,
        description: str = "",
        units: str = "",
        params: Sequence[Value] = (),
        *,
        default: Value | None = None,
        initial_status: Status = Status.UNKNOWN,
        status_func: Callable[[Any], Status] | None = None,
        auto_strategy: "Strategy | None" = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.description = SensorDescription(name, description, units, sensor_type, tuple(params))
        self.status_func = status_func
        self.auto_strategy = auto_strategy
        self._katcp_type = type_named(sensor_type)
        self._clock = clock
        if default is None:
            default = params[0] if sensor_type == Sensor.DISCRETE and params else self._katcp_type.first_value
        self._reading = Reading(clock(), initial_status, default)
        self._observers: list[Observer] = []

    @property
    def name(self) -> str:
        """The sensor's name."""
        return self.description.name

    @property
    def value(self) -> Value:
        """The present value."""
        return self._reading.value

    @property
    def status(self) -> Status:
        """The present status."""
        return self._reading.status

    @property
    def reading(self) -> Reading:
        """The present reading: what was set last."""
        return self._reading

    def read(self) -> Reading | Awaitable[Reading]:
        """Return the present reading. Override for a sensor that is measured when asked."""
        return self._reading

    def read_formatted(self) -> WireReading | Awaitable[WireReading]:
        """Return timestamp, status and value as the wire has them."""
        reading = self.read()
        if isinstance(reading, Reading):
            return self.format_reading(reading)
        return self._format_later(reading)

    async def _format_later(self, reading: Awaitable[Reading]) -> WireReading:
        return self.format_reading(await reading)

    def format_reading(self, reading: Reading, major: int = V5) -> WireReading:
        """Return a reading's timestamp, status and value as the wire has them."""
        value = self._katcp_type.encode(reading.value, major)
        return encode_seconds(reading.timestamp, major), WORD_OF[reading.status], value

    def set(self, timestamp: float, status: Status, value: Value) -> None:
        """Take a new reading; `timestamp` in UNIX seconds."""
        # `Reading(...)`, without the Python function around it that a NamedTuple has.
        self._reading = reading = tuple.__new__(Reading, (timestamp, status, value))
        for observer in list(self._observers):
            observer(self, reading)

    def set_value(self, value: Value, status: Status | None = None, timestamp: float | None = None) -> None:
        """Take a new value; now, and with the status that follows from it, unless these are given."""
        if status is None:
            status = Status.NOMINAL if self.status_func is None else self.status_func(value)
        self.set(self._clock() if timestamp is None else timestamp, status, value)

    def set_formatted(self, timestamp: bytes, status: bytes, value: bytes, major: int = V5) -> None:
        """Take a new reading in its wire form. Raises ValueError for what is none."""
        self.set(*self.parse_reading(timestamp, status, value, major))

    def parse_reading(self, timestamp: bytes, status: bytes, value: bytes, major: int = V5) -> Reading:
        """Return the reading that `format_reading` wrote. Raises ValueError."""
        return Reading(
            decode_seconds(timestamp, major), status_named(status), self._katcp_type.decode(value, major)
        )

    def attach(self, observer: Observer) -> None:
        """Tell `observer` of each new reading from now on."""
        self._observers.append(observer)

    def detach(self, observer: Observer) -> None:
        """Tell `observer` no more."""
        self._observers.remove(observer)


def status_by_limits(*limits: float) -> Callable[[Any], Status]:
    """Return a `status_func` for numbers: nominal within the first two limits, warn within the second two (or
    beyond the first, if there are but two), error elsewhere.

        Sensor(Sensor.FLOAT, "temperature", units="C", status_func=status_by_limits(10, 40, 0, 60))

    Source: KATCP guidelines rev 5, sensor-list of integers and floats.
    """
    if len(limits) not in (2, 4):
        raise ValueError(f"two or four limits, not {len(limits)}")

    def status_of(value: float) -> Status:
        if limits[0] <= value <= limits[1]:
            return Status.NOMINAL
        if math.isnan(value):
            return Status.ERROR
        return Status.WARN if len(limits) < 4 or limits[2] <= value <= limits[3] else Status.ERROR

    return status_of


class IntSensor(Sensor):
    """A ready-made sensor for demonstrations: each reading is one more than the last."""

    def read(self) -> Reading:
        """Move on by one, and return that."""
        self._reading = Reading(self._clock(), Status.NOMINAL, int(self._reading.value) + 1)
        return self._reading


class FloatSensor(Sensor):
    """A ready-made sensor for demonstrations: each reading is half a unit more than the last."""

    def read(self) -> Reading:
        """Move on by a half, and return that."""
        self._reading = Reading(self._clock(), Status.NOMINAL, float(self._reading.value) + 0.5)
        return self._reading
