"""ClientSampling: the strategies that one device client has set, and the timers they need."""

import re
from collections.abc import Callable
from typing import Final

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime

from katgate.katcp.message import inform_line
from katgate.katcp.reading import WORD_OF, Reading
from katgate.katcp.sampling import NOT_SAMPLED, Kind, Sampler, Strategy
from katgate.katcp.sensor import Sensor
from katgate.tx.reading import present_reading, wire_form

__all__ = ["ClientSampling"]

_PLAIN_KINDS: Final = {"integer": (int,), "float": (float, int)}
#: Names that stand in a line, and in a format, as they are.
_PLAIN: Final = re.compile(rb"[A-Za-z0-9._-]+\Z")


class ClientSampling:
    """One client's strategies, by sensor name; sends `#sensor-status` when a reading is due."""

    def __init__(self, send_line: Callable[[bytes], None], reactor: IReactorTime) -> None:
        self._send_line = send_line
        self._reactor = reactor
        self._sampled: dict[str, _Sampled] = {}
        self._is_closed = False

    def strategy_of(self, sensor: Sensor) -> Strategy:
        """Return the strategy set for a sensor, as it was asked for; `none` if none is."""
        sampled = self._sampled.get(sensor.name)
        return sampled.strategy if sampled is not None else NOT_SAMPLED

    def set(self, sensors: list[Sensor], strategy: Strategy) -> None:
        """Sample sensors from now on. Their present readings go out at once (KATCP v5), or as soon as they
        are read.
        """
        for sensor in sensors:
            self.forget(sensor.name)
            if strategy.kind is not Kind.NONE and not self._is_closed:
                sampled = self._sampled[sensor.name] = _Sampled(
                    sensor, strategy, self._send_line, self._reactor
                )
                sampled.start()

    def forget(self, name: str) -> None:
        """Sample that sensor no more."""
        sampled = self._sampled.pop(name, None)
        if sampled is not None:
            sampled.stop()

    def clear(self) -> None:
        """Sample nothing, until the next `set`."""
        for name in list(self._sampled):
            self.forget(name)

    def close(self) -> None:
        """Sample nothing any more: the client is gone."""
        self._is_closed = True
        self.clear()


class _Sampled:
    """One sensor sampled for one client."""

    def __init__(
        self, sensor: Sensor, strategy: Strategy, send_line: Callable[[bytes], None], reactor: IReactorTime
    ) -> None:
        self.strategy = strategy
        self._sensor = sensor
        self._wire_name = sensor.name.encode("utf-8")
        self._form = _form_of(sensor)
        #: What is written as it prints.
        self._plain = _PLAIN_KINDS.get(sensor.type, ()) if self._form else ()
        self._send_line = send_line
        self._reactor = reactor
        used = strategy
        if strategy.kind is Kind.AUTO and sensor.auto_strategy is not None:
            used = sensor.auto_strategy
        self._sampler = Sampler(used)
        self._timer: IDelayedCall | None = None
        #: The deadline that the timer was set for. (Its own time is not quite that.)
        self._timer_for: float | None = None
        #: A reading under way, of a sensor that takes its time.
        self._late: Deferred[Reading] | None = None
        self._is_running = False

    def start(self) -> None:
        self._is_running = True
        self._sensor.attach(self._observe)
        self._measure()

    def stop(self) -> None:
        self._is_running = False
        self._sensor.detach(self._observe)
        self._cancel_timer()
        self._cancel_late()

    def _observe(self, _sensor: Sensor, reading: Reading) -> None:
        # A sensor tells a copy of its observers, so one that has just been stopped may still be told.
        if self._is_running:
            if self._late is not None:
                self._cancel_late()  # it would be older than this
            self._take(reading)

    def _take(self, reading: Reading) -> None:
        now = self._reactor.seconds()
        # Due as a change, or because the time has come; in either case once.
        self._send_if_due(self._sampler.observe(reading, now) or self._sampler.expire(now))

    def _measure(self) -> None:
        """For a sensor that is measured when asked this is when: at first, and at each deadline."""
        self._timer = None
        reading = present_reading(self._sensor, self._reactor)
        if isinstance(reading, Reading):
            self._take(reading)
            return
        self._late = reading

        def arrived(reading: Reading) -> None:
            self._late = None
            self._take(reading)

        reading.addCallbacks(arrived, lambda failure: failure.trap(CancelledError))

    def _cancel_late(self) -> None:
        if self._late is not None:
            late, self._late = self._late, None
            late.cancel()

    def _send_if_due(self, due: Reading | None) -> None:
        if due is not None:
            self._send_line(self._line(due))
        # What was sent may have been too much for a client that does not read: then all is over.
        if self._is_running and self._sampler.deadline != self._timer_for:
            self._set_timer()

    def _line(self, reading: Reading) -> bytes:
        if type(reading.value) in self._plain:
            # Nearly all readings there are: one formatting, and nothing in it needs to be escaped.
            timestamp, status, value = reading
            try:
                return self._form % (timestamp, WORD_OF[status], repr(value).encode("ascii"))
            except (KeyError, TypeError):  # one that a sensor has measured may be anything
                pass
        words = wire_form(self._sensor, reading)
        return inform_line("sensor-status", [words[0], b"1", self._wire_name, *words[1:]])

    def _set_timer(self) -> None:
        self._cancel_timer()
        self._timer_for = deadline = self._sampler.deadline
        if deadline is not None:
            delay = max(0.0, deadline - self._reactor.seconds())
            self._timer = self._reactor.callLater(delay, self._measure)

    def _cancel_timer(self) -> None:
        timer, self._timer, self._timer_for = self._timer, None, None
        if timer is not None:
            timer.cancel()


def _form_of(sensor: Sensor) -> bytes:
    """Return the line of a number's reading, to be formatted with timestamp, status and value; empty where a
    sensor must be asked itself.
    """
    name = sensor.name.encode("utf-8")
    is_usual = (
        type(sensor).format_reading is Sensor.format_reading and sensor.description.katcp_type.is_numeric
    )
    return b"#sensor-status %%.6f 1 %b %%b %%b\n" % name if is_usual and _PLAIN.match(name) else b""
