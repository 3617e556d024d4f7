"""Reading a sensor that may take its time, or fail: the reading is a value or a Deferred, and never an error."""

import time
from typing import Any, Final
from weakref import WeakSet

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from katgate.katcp.sensor import Reading, Sensor, Status, WireReading
from katgate.tx.deferreds import deferred_of

__all__ = ["present_reading", "wire_form"]

log = Logger()

#: How long a sensor may take to be read, in seconds; KATCP expects requests to take less than 5 s.
_TIMEOUT_S: Final = 4.0

#: Sensors that could not be read the last time: said once, not at every period.
_failing: "WeakSet[Sensor]" = WeakSet()


def present_reading(sensor: Sensor, clock: IReactorTime) -> "Reading | Deferred[Reading]":
    """Return a sensor's reading, or a Deferred of it, which never fails.

    One that cannot be read has the status `failure`, and the value it had; the log says why.
    """
    try:
        # A sensor in the manner of katcp.tx gives its wire form, any other its reading.
        is_formatted = type(sensor).read_formatted is not Sensor.read_formatted
        result: Any = sensor.read_formatted() if is_formatted else sensor.read()
        waiting = deferred_of(result)
        if waiting is None:
            return _taken(sensor, result)
    except Exception:
        return _failed(sensor, Failure())
    waiting.addTimeout(_TIMEOUT_S, clock)
    return waiting.addCallback(lambda late: _taken(sensor, late)).addErrback(lambda why: _failed(sensor, why))


def wire_form(sensor: Sensor, reading: Reading) -> WireReading:
    """Return a reading as the wire has it; one that has no wire form is a `failure`, and the log says why."""
    try:
        return sensor.format_reading(reading)
    except Exception:
        legal = sensor.description.katcp_type.first_value
        return sensor.format_reading(_failed(sensor, Failure())._replace(value=legal))


def _taken(sensor: Sensor, result: Any) -> Reading:
    reading = result if isinstance(result, Reading) else sensor.parse_reading(*result)
    _failing.discard(sensor)
    return reading


def _failed(sensor: Sensor, why: Failure) -> Reading:
    if sensor not in _failing:
        _failing.add(sensor)
        log.failure("! sensor {name} could not be read", why, name=sensor.name)
    return Reading(time.time(), Status.FAILURE, sensor.value)
