"""Reading a sensor that may take its time, or fail: the reading is a value or a Deferred, and never an error."""

import time
from typing import Any, Final
from weakref import WeakSet

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from katgate.katcp.reading import Reading, Status
from katgate.katcp.sensor import Sensor, WireReading
from katgate.katcp.values import encode
from katgate.tx.deferreds import deferred_of

__all__ = ["present_reading", "wire_form"]

log = Logger()

#: How long a sensor may take to be read, in seconds; KATCP expects requests to take less than 5 s.
_TIMEOUT_S: Final = 4.0

#: Sensors that could not be read the last time: said once, not at every period.
_failing: "WeakSet[Sensor]" = WeakSet()


def present_reading(sensor: Sensor, clock: IReactorTime) -> "Reading | Deferred[Reading]":
    """Return a sensor's reading, or a Deferred of it, which fails only if it is cancelled.

    A sensor that cannot be read, or not in time, has the status `failure` and the value it had; the log says
    why.
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
    return _late_reading(sensor, waiting, clock)


def wire_form(sensor: Sensor, reading: Reading) -> WireReading:
    """Return a reading as the wire has it; one that has no wire form is a `failure`, and the log says why."""
    try:
        return sensor.format_reading(reading)
    except Exception:
        return sensor.format_reading(_failed(sensor, Failure())._replace(value=sensor.default))


def _late_reading(sensor: Sensor, waiting: "Deferred[Any]", clock: IReactorTime) -> "Deferred[Reading]":
    # A Deferred of our own: what does not even end when it is cancelled holds up nobody.
    read: Deferred[Reading] = Deferred(lambda _: finish(Failure(CancelledError())))

    def finish(outcome: Reading | Failure) -> None:
        if timer.active():
            timer.cancel()
        if not read.called:
            read.callback(outcome)  # a Failure makes it fail
            waiting.cancel()  # nobody wants what may still come

    def give_up() -> None:
        finish(_failed(sensor, Failure(TimeoutError(f"not within {_TIMEOUT_S:g} s"))))

    timer = clock.callLater(_TIMEOUT_S, give_up)
    waiting.addCallback(lambda result: finish(_taken(sensor, result)))
    waiting.addErrback(lambda why: None if read.called else finish(_failed(sensor, why)))
    return read


def _taken(sensor: Sensor, result: Any) -> Reading:
    reading = _reading_of(sensor, result)
    _failing.discard(sensor)
    return reading


def _reading_of(sensor: Sensor, result: Any) -> Reading:
    timestamp, status, value = result
    if isinstance(result, Reading) and type(status) is Status:
        return result
    if isinstance(timestamp, str | bytes):
        return sensor.parse_reading(encode(timestamp), encode(status), encode(value))
    return Reading(timestamp, Status(status), value)


def _failed(sensor: Sensor, why: Failure) -> Reading:
    if sensor not in _failing:
        _failing.add(sensor)
        log.failure("! sensor {name} could not be read", why, name=sensor.name)
    return Reading(time.time(), Status.FAILURE, sensor.value)
