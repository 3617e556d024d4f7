"""Sensor: a sensor that we host, and two ready-made ones."""

import math
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from katgate.katcp.reading import WORD_OF, Reading, SensorDescription, Status, status_named
from katgate.katcp.sampling import Strategy
from katgate.katcp.types import type_named
from katgate.katcp.values import V5, Value, decode_seconds, decode_text, encode_seconds

__all__ = ["FloatSensor", "IntSensor", "Observer", "Sensor", "WireReading", "status_by_limits"]

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
    the Reading; or override `read_formatted`, which gives (timestamp, status, value) as the wire has them.
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
        sensor_type: str | type,
        name: str,
        description: str = "",
        units: str = "",
        params: Sequence[Value] = (),
        *,
        default: Value | None = None,
        initial_status: Status = Status.UNKNOWN,
        status_func: Callable[[Any], Status] | None = None,
        auto_strategy: Strategy | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if not isinstance(sensor_type, str):
            sensor_type = _named_type(sensor_type)
        self.description = SensorDescription(name, description, units, sensor_type, tuple(params))
        self.status_func = status_func
        self.auto_strategy = auto_strategy
        self._katcp_type = type_named(sensor_type)
        self._kinds = _KINDS.get(sensor_type, ())
        self._options = frozenset(params) if sensor_type == Sensor.DISCRETE else frozenset()
        self._clock = clock
        if default is None:
            default = params[0] if sensor_type == Sensor.DISCRETE and params else self._katcp_type.first_value
        #: A legal value, for when there is no other.
        self.default = default
        self._reading = Reading(clock(), Status(initial_status), default)
        self._observers: list[Observer] = []
        # What cannot be listed or sent is found here, not when a client asks.
        for param in params:
            self._katcp_type.encode(param)
        self.check(default)

    @property
    def name(self) -> str:
        """The sensor's name."""
        return self.description.name

    @property
    def type(self) -> str:
        """KATCP's word for its type."""
        return self.description.type

    @property
    def units(self) -> str:
        """Its units; empty where there are none."""
        return self.description.units

    @property
    def params(self) -> tuple[Value, ...]:
        """Its limits or options, as `#sensor-list` has them."""
        return self.description.params

    @property
    def timestamp(self) -> float:
        """When the present reading was taken, UNIX seconds."""
        return self._reading.timestamp

    @property
    def value(self) -> Any:
        """The present value. Setting it is `set_value`."""
        return self._reading.value

    @value.setter
    def value(self, value: Value) -> None:
        self.set_value(value)

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
        """Take a new reading; `timestamp` in UNIX seconds. `status` may be its word.

        Raises ValueError or TypeError for a status or a value that this sensor cannot have.
        """
        if type(status) is not Status:
            status = Status(status)
        if type(value) not in self._kinds or self._options:
            self.check(value)
        # `Reading(...)`, without the Python function around it that a NamedTuple has.
        self._reading = reading = tuple.__new__(Reading, (timestamp, status, value))
        failure: Exception | None = None
        for observer in list(self._observers):
            if self._reading is not reading:
                break  # an observer has set a newer one, which all have been told of
            try:
                observer(self, reading)
            except Exception as error:
                failure = failure or error
        if failure is not None:
            raise failure

    def check(self, value: Value) -> None:
        """Raise ValueError or TypeError for a value that this sensor cannot have."""
        if isinstance(value, str | bytes) and (self._katcp_type.is_numeric or self.type == Sensor.BOOLEAN):
            raise TypeError(f"{value!r} is not what sensor {self.name!r} of type {self.type} can have")
        raw = self._katcp_type.encode(value)
        if self.type in _CHECKED:
            self._katcp_type.check(value)
        if self._options and value not in self._options and decode_text(raw) not in self._options:
            raise ValueError(f"{value!r} is not one of the options of sensor {self.name!r}")

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


#: What a sensor of a type is set to as a rule. Anything else is looked at more closely.
_KINDS: Final[dict[str, tuple[type, ...]]] = {
    Sensor.INTEGER: (int,),
    Sensor.FLOAT: (float, int),
    Sensor.BOOLEAN: (bool,),
    Sensor.STRING: (str, bytes),
}

#: Types whose values have a form that is looked at.
_CHECKED: Final = {Sensor.TIMESTAMP, Sensor.ADDRESS, Sensor.LRU}


def _named_type(kind: type) -> str:
    """Return KATCP's word for a type of Python's."""
    words = {int: Sensor.INTEGER, float: Sensor.FLOAT, bool: Sensor.BOOLEAN, str: Sensor.STRING}
    if kind not in words:
        raise TypeError(f"{kind!r} is not a type of sensors; use Sensor.INTEGER, Sensor.FLOAT and the others")
    return words[kind]


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
