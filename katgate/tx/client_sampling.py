"""ClientSampling: the strategies that one device client has set, and the timers they need."""

from collections.abc import Callable

from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger

from katgate.katcp.message import Message
from katgate.katcp.sampling import Kind, Sampler, Strategy
from katgate.katcp.sensor import Reading, Sensor

__all__ = ["ClientSampling"]

_NONE = Strategy(Kind.NONE)


class ClientSampling:
    """One client's strategies, by sensor name; sends `#sensor-status` when a reading is due."""

    def __init__(self, send: Callable[[Message], None], reactor: IReactorTime) -> None:
        self._send = send
        self._reactor = reactor
        self._sampled: dict[str, _Sampled] = {}

    def strategy_of(self, sensor: Sensor) -> Strategy:
        """Return the strategy set for a sensor; `none` if none is."""
        sampled = self._sampled.get(sensor.name)
        return sampled.strategy if sampled is not None else _NONE

    def set(self, sensors: list[Sensor], strategy: Strategy) -> None:
        """Sample sensors from now on; their present readings go out at once (KATCP v5).

        All or nothing: what reading a sensor raises leaves the old strategies as they were.
        """
        sampled = [_Sampled(sensor, strategy, self._send, self._reactor) for sensor in sensors]
        for sensor, new in zip(sensors, sampled, strict=True):
            self.forget(sensor.name)
            if strategy.kind is not Kind.NONE:
                self._sampled[sensor.name] = new
                new.start()

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

    log = Logger()

    def __init__(
        self, sensor: Sensor, strategy: Strategy, send: Callable[[Message], None], reactor: IReactorTime
    ) -> None:
        self.strategy = strategy
        self._sensor = sensor
        self._send = send
        self._reactor = reactor
        self._sampler = Sampler(strategy)
        self._timer: IDelayedCall | None = None
        self._is_running = False
        self._is_failing = False
        self._first = sensor.read()
        sensor.format_reading(self._first)

    def start(self) -> None:
        self._is_running = True
        self._sensor.attach(self._observe)
        self._observe(self._sensor, self._first)

    def stop(self) -> None:
        if not self._is_running:
            return
        self._is_running = False
        self._sensor.detach(self._observe)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _observe(self, _sensor: Sensor, reading: Reading) -> None:
        # A sensor tells a copy of its observers, so one that has just been stopped may still be told.
        if self._is_running:
            self._send_if_due(self._sampler.observe(reading, self._reactor.seconds()))

    def _expire(self) -> None:
        self._timer = None
        now = self._reactor.seconds()
        if self.strategy.kind is Kind.PERIOD:
            self._measure(now)
        self._send_if_due(self._sampler.expire(now))

    def _measure(self, now: float) -> None:
        """For a sensor that is measured when asked this is when. If it cannot be, the last reading stands."""
        try:
            self._sampler.observe(self._sensor.read(), now)
        except Exception:
            if not self._is_failing:  # said once, not every period
                self.log.failure("! sensor {name} could not be read", name=self._sensor.name)
            self._is_failing = True
        else:
            self._is_failing = False

    def _send_if_due(self, due: Reading | None) -> None:
        try:
            if due is not None:
                timestamp, status, value = self._sensor.format_reading(due)
                self._send(Message.inform("sensor-status", timestamp, "1", self._sensor.name, status, value))
        except Exception:
            # One reading that has no wire form does not end the sampling.
            self.log.failure("! a reading of {name} could not be sent", name=self._sensor.name)
        if self._is_running:
            self._set_timer()

    def _set_timer(self) -> None:
        deadline = self._sampler.deadline
        if self._timer is not None:
            if deadline is not None and self._timer.getTime() == deadline:
                return
            self._timer.cancel()
            self._timer = None
        if deadline is not None:
            delay = max(0.0, deadline - self._reactor.seconds())
            self._timer = self._reactor.callLater(delay, self._expire)
