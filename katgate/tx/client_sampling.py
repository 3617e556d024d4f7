"""ClientSampling: the strategies that one device client has set, and the timers they need."""

import re
from collections.abc import Callable
from typing import Final

from twisted.internet.interfaces import IDelayedCall, IReactorTime

from katgate.katcp.message import inform_line
from katgate.katcp.sampling import Kind, Sampler, Strategy
from katgate.katcp.sensor import WORD_OF, Reading, Sensor
from katgate.tx.reading import present_reading, wire_form

__all__ = ["ClientSampling"]

_NONE: Final = Strategy(Kind.NONE)

#: Names that stand in a line, and in a format, as they are.
_PLAIN: Final = re.compile(rb"[A-Za-z0-9._-]+\Z")


class ClientSampling:
    """One client's strategies, by sensor name; sends `#sensor-status` when a reading is due."""

    def __init__(self, send_line: Callable[[bytes], None], reactor: IReactorTime) -> None:
        self._send_line = send_line
        self._reactor = reactor
        self._sampled: dict[str, _Sampled] = {}

    def strategy_of(self, sensor: Sensor) -> Strategy:
        """Return the strategy set for a sensor, as it was asked for; `none` if none is."""
        sampled = self._sampled.get(sensor.name)
        return sampled.strategy if sampled is not None else _NONE

    def set(self, sensors: list[Sensor], strategy: Strategy) -> None:
        """Sample sensors from now on. Their present readings go out at once (KATCP v5), or as soon as they
        are read.
        """
        for sensor in sensors:
            self.forget(sensor.name)
            if strategy.kind is not Kind.NONE:
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
        """Sample nothing any more."""
        for name in list(self._sampled):
            self.forget(name)


class _Sampled:
    """One sensor sampled for one client."""

    def __init__(
        self, sensor: Sensor, strategy: Strategy, send_line: Callable[[bytes], None], reactor: IReactorTime
    ) -> None:
        self.strategy = strategy
        self._sensor = sensor
        self._wire_name = sensor.name.encode("utf-8")
        self._form = _form_of(sensor)
        self._send_line = send_line
        self._reactor = reactor
        used = strategy
        if strategy.kind is Kind.AUTO and sensor.auto_strategy is not None:
            used = sensor.auto_strategy
        self._sampler = Sampler(used)
        self._timer: IDelayedCall | None = None
        self._is_running = False

    def start(self) -> None:
        self._is_running = True
        self._sensor.attach(self._observe)
        self._measure(lambda reading: self._observe(self._sensor, reading))

    def stop(self) -> None:
        self._is_running = False
        self._sensor.detach(self._observe)
        self._cancel_timer()

    def _observe(self, _sensor: Sensor, reading: Reading) -> None:
        # A sensor tells a copy of its observers, so one that has just been stopped may still be told.
        if self._is_running:
            self._send_if_due(self._sampler.observe(reading, self._reactor.seconds()))

    def _expire(self) -> None:
        self._timer = None
        self._measure(self._take_at_deadline)  # for a sensor that is measured when asked this is when

    def _take_at_deadline(self, reading: Reading) -> None:
        now = self._reactor.seconds()
        # Due as a change, or because the time has come; in either case once.
        self._send_if_due(self._sampler.observe(reading, now) or self._sampler.expire(now))

    def _measure(self, take: Callable[[Reading], None]) -> None:
        reading = present_reading(self._sensor, self._reactor)
        if isinstance(reading, Reading):
            take(reading)
        else:
            reading.addCallback(lambda late: take(late) if self._is_running else None)

    def _send_if_due(self, due: Reading | None) -> None:
        if due is not None:
            self._send_line(self._line(due))
        # What was sent may have been too much for a client that does not read: then all is over.
        if self._is_running and (self._timer is not None or self._sampler.deadline is not None):
            self._set_timer()

    def _line(self, reading: Reading) -> bytes:
        kind = type(reading.value)
        if self._form and (kind is float or kind is int):
            # Nearly all readings there are: one formatting, and nothing in it needs to be escaped.
            timestamp, status, value = reading
            return self._form % (timestamp, WORD_OF[status], repr(value).encode("ascii"))
        words = wire_form(self._sensor, reading)
        return inform_line("sensor-status", [words[0], b"1", self._wire_name, *words[1:]])

    def _set_timer(self) -> None:
        deadline = self._sampler.deadline
        if deadline is None or (self._timer is not None and self._timer.getTime() != deadline):
            self._cancel_timer()
        if deadline is not None and self._timer is None:
            delay = max(0.0, deadline - self._reactor.seconds())
            self._timer = self._reactor.callLater(delay, self._expire)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _form_of(sensor: Sensor) -> bytes:
    """Return the line of a number's reading, to be formatted with timestamp, status and value; empty where a
    sensor must be asked itself.
    """
    name = sensor.name.encode("utf-8")
    is_usual = (
        type(sensor).format_reading is Sensor.format_reading and sensor.description.katcp_type.is_numeric
    )
    return b"#sensor-status %%.6f 1 %b %%b %%b\n" % name if is_usual and _PLAIN.match(name) else b""
