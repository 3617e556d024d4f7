"""ClientSampling: the strategies that one device client has set, and the timers they need."""

from collections.abc import Callable

from twisted.internet.interfaces import IDelayedCall, IReactorTime

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

    def set(self, sensor: Sensor, strategy: Strategy) -> None:
        """Sample a sensor from now on; the present reading goes out at once (KATCP v5)."""
        self.forget(sensor.name)
        if strategy.kind is not Kind.NONE:
            self._sampled[sensor.name] = _Sampled(sensor, strategy, self._send, self._reactor)

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
        self, sensor: Sensor, strategy: Strategy, send: Callable[[Message], None], reactor: IReactorTime
    ) -> None:
        self.strategy = strategy
        self._sensor = sensor
        self._send = send
        self._reactor = reactor
        self._sampler = Sampler(strategy)
        self._timer: IDelayedCall | None = None
        sensor.attach(self._observe)
        self._observe(sensor, sensor.read())

    def stop(self) -> None:
        self._sensor.detach(self._observe)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _observe(self, _sensor: Sensor, reading: Reading) -> None:
        self._send_if_due(self._sampler.observe(reading, self._reactor.seconds()))

    def _expire(self) -> None:
        self._timer = None
        self._send_if_due(self._sampler.expire(self._reactor.seconds()))

    def _send_if_due(self, due: Reading | None) -> None:
        if due is not None:
            timestamp, status, value = self._sensor.format_reading(due)
            self._send(Message.inform("sensor-status", timestamp, "1", self._sensor.name, status, value))
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
