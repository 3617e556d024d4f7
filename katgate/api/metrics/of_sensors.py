"""Metrics of sensors: their readings themselves, where the configuration asks for that.

Families come in parts, the parts of one name after each other, so that ten thousand sensors need not be written at
one go.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final

from prometheus_client.core import Metric

from katgate.api.metrics.exports import Exports
from katgate.api.metrics.families import Samples, gauge
from katgate.devices.device import Device
from katgate.hub.known import KnownSensor
from katgate.katcp.reading import Status

__all__ = ["sensor_families"]

#: Sensors in one part: it is written in 2 ms.
_PART: Final = 200

_OF_SENSOR: Final = ("device", "sensor")


def sensor_families(exports: Exports, seen: Collection[Device]) -> Iterator[Metric]:
    """Yield the readings of the sensors that are shown, of the devices that may be seen."""
    if exports.is_empty:
        return
    sensors = [known for device, its_sensors in exports.shown() if device in seen for known in its_sensors]
    for name, about, labels, samples in _FAMILIES:
        for at in range(0, max(1, len(sensors)), _PART):
            yield gauge(name, about, labels, samples(sensors[at : at + _PART]))
    yield gauge("katgate_sensors_exported", "Sensors whose readings stand here", (), [((), len(sensors))])
    yield gauge(
        "katgate_sensors_left_out",
        "Sensors that [metrics] sensors means and max_sensors leaves out",
        (),
        [((), exports.left_out(seen))],
    )


def _values(sensors: Sequence[KnownSensor]) -> Samples:
    for known in sensors:
        number = _number(known)
        if number is not None:
            yield (known.device, known.name, known.description.units), number


def _states(sensors: Sequence[KnownSensor]) -> Samples:
    for known in sensors:
        reading = _usable(known)
        # What is none of the options may be anything: a label for each word that a device says has no end.
        if (
            reading is not None
            and known.description.type == "discrete"
            and reading in known.description.params
        ):
            yield (known.device, known.name, str(reading)), 1


def _statuses(sensors: Sequence[KnownSensor]) -> Samples:
    return (((known.device, known.name, known.status.value), 1) for known in sensors)


def _times(sensors: Sequence[KnownSensor]) -> Samples:
    for known in sensors:
        if known.reading is not None:
            yield (known.device, known.name), known.reading.timestamp


def _usable(known: KnownSensor) -> object:
    """Return a sensor's value; None before the first, and while the device is away."""
    if known.reading is None or known.reading.status is Status.UNREACHABLE:
        return None
    return known.reading.value


def _number(known: KnownSensor) -> float | None:
    value = _usable(known)
    if not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:  # an integer of hundreds of digits
        return None


#: Name, meaning, labels, and what gives the samples of some sensors.
_FAMILIES: Final[list[tuple[str, str, tuple[str, ...], Callable[[Sequence[KnownSensor]], Samples]]]] = [
    (
        "katgate_sensor_value",
        "The value of a sensor that is a number, a boolean (0 or 1) or a time (UNIX seconds); absent while it is "
        "unreachable",
        (*_OF_SENSOR, "units"),
        _values,
    ),
    (
        "katgate_sensor_state",
        "1 for the option that a discrete sensor shows; absent while it is unreachable",
        (*_OF_SENSOR, "state"),
        _states,
    ),
    (
        "katgate_sensor_status",
        "1 for the status of a sensor's reading; unknown before the first",
        (*_OF_SENSOR, "status"),
        _statuses,
    ),
    (
        "katgate_sensor_timestamp_seconds",
        "When a sensor had its reading, as its device says, UNIX seconds",
        _OF_SENSOR,
        _times,
    ),
]
