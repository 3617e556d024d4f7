"""Sensors: what one is (SensorDescription), what it reads (Reading), and one that we host (Sensor)."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from katgate.katcp.kattypes import V5, KatType, Value, decode_value, encode_seconds, type_named

__all__ = ["Reading", "Sensor", "SensorDescription", "Status", "status_named"]


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


#: Called with the sensor and its new reading.
Observer = Callable[["Sensor", Reading], None]


class Sensor:
    """A sensor that a device server hosts: a description and a present reading.

        sensor = Sensor(Sensor.FLOAT, "wind-speed", "Wind at the mast", "m/s", params=[0.0, 20.0])
        sensor.set_value(3.2)

    `set` and `set_value` tell every observer, also when nothing changed: what is worth sending is the
    sampler's decision.
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
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.description = SensorDescription(name, description, units, sensor_type, tuple(params))
        self._clock = clock
        if default is None:
            default = (
                params[0] if sensor_type == Sensor.DISCRETE and params else type_named(sensor_type).default
            )
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

    def read(self) -> Reading:
        """Return the present reading. Override for a sensor that is measured when asked."""
        return self._reading

    def read_formatted(self, major: int = V5) -> tuple[bytes, bytes, bytes]:
        """Return timestamp, status and value as the wire has them."""
        return self.format_reading(self.read(), major)

    def format_reading(self, reading: Reading, major: int = V5) -> tuple[bytes, bytes, bytes]:
        """Return a reading's timestamp, status and value as the wire has them."""
        value = self.description.katcp_type.encode(reading.value, major)
        return encode_seconds(reading.timestamp, major), reading.status.value.encode("ascii"), value

    def set(self, timestamp: float, status: Status, value: Value) -> None:
        """Take a new reading; `timestamp` in UNIX seconds."""
        self._reading = reading = Reading(timestamp, status, value)
        for observer in list(self._observers):
            observer(self, reading)

    def set_value(
        self, value: Value, status: Status = Status.NOMINAL, timestamp: float | None = None
    ) -> None:
        """Take a new value, now unless `timestamp` says otherwise."""
        self.set(self._clock() if timestamp is None else timestamp, status, value)

    def attach(self, observer: Observer) -> None:
        """Tell `observer` of each new reading from now on."""
        self._observers.append(observer)

    def detach(self, observer: Observer) -> None:
        """Tell `observer` no more."""
        self._observers.remove(observer)


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
