"""DemoDevice and DemoProtocol: what all devices of the pretend telescope share.

A demo device has a table of sensors and a `tick` that puts its model's values into them; it keeps no
history and commands nothing real.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IListeningPort
from twisted.internet.protocol import connectionDone
from twisted.internet.task import LoopingCall
from twisted.python.failure import Failure

from katgate.demo.levels import health, status_of
from katgate.demo.undertaking import Undertaking
from katgate.katcp import Sensor, SensorDescription, Status
from katgate.katcp.values import Value
from katgate.tx import DeviceProtocol, DeviceServer

__all__ = ["DEVICE_STATUS", "DemoDevice", "DemoProtocol"]

DEVICE_STATUS = SensorDescription(
    "device-status",
    "Health of the device as a whole",
    "",
    Sensor.DISCRETE,
    ("ok", "degraded", "fail"),
)


class DemoProtocol(DeviceProtocol):
    """One client of a demo device. Requests that take their time do so in an `undertaking`."""

    def __init__(self) -> None:
        super().__init__()
        self._undertakings: list[Undertaking] = []

    @contextmanager
    def undertaking(self) -> Iterator[Undertaking]:
        """Give a request something to wait with, which ends with this client or the device.

        with self.undertaking() as way:
            await way.wait(1.0)
        """
        undertaking = Undertaking(self.factory.reactor)
        self._undertakings.append(undertaking)
        try:
            yield undertaking
        finally:
            self._undertakings.remove(undertaking)

    def end_undertakings(self, why: str) -> None:
        """Let all requests of this client that are under way fail."""
        for undertaking in list(self._undertakings):
            undertaking.end(why)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """End what nobody waits for any more."""
        super().connectionLost(reason)
        self.end_undertakings("the client is gone")


class DemoDevice(DeviceServer):
    """A device whose sensors follow a model. Override `DESCRIPTIONS` and `tick`."""

    protocol = DemoProtocol
    DESCRIPTIONS: Iterable[SensorDescription] = ()
    #: Seconds from tick to tick.
    PERIOD_S = 0.5

    def __init__(self, port: int = 0, host: str = "127.0.0.1", *, reactor: Any = None) -> None:
        super().__init__(port, host, reactor=reactor)
        self._loop = LoopingCall(self.tick)
        self._loop.clock = self.reactor
        self._last_tick: float | None = None

    def setup_sensors(self) -> None:
        """Add all that the table describes."""
        clock = self.reactor.seconds
        for about in self.DESCRIPTIONS:
            sensor = Sensor(about.type, about.name, about.description, about.units, about.params, clock=clock)
            self.add_sensor(sensor)

    def tick(self) -> None:
        """Override: let time pass in the model, and show what it says. `elapsed` says how much time."""

    def elapsed(self) -> float:
        """Return the seconds since the last call: 0.0 the first time, never negative."""
        now: float = self.reactor.seconds()
        last, self._last_tick = self._last_tick, now
        # A clock that was set back must not run the model backwards.
        return 0.0 if last is None else max(0.0, now - last)

    def show(self, name: str, value: Value, status: Status | None = None) -> None:
        """Put a value into a sensor, now. Without a `status` its limits or its word say which."""
        sensor = self.sensors[name]
        if isinstance(value, float) and sensor.description.type == Sensor.FLOAT:
            value = round(value, 4)  # more digits than any instrument here has
        sensor.set_value(value, status_of(sensor.description, value) if status is None else status)

    def show_all(self, values: Mapping[str, Value]) -> None:
        """Put values into sensors, by name."""
        for name, value in values.items():
            self.show(name, value)

    def show_if_new(self, values: Mapping[str, Value]) -> None:
        """Put values into sensors that are no measurements: a state has a reading only when it changes."""
        for name, value in values.items():
            sensor = self.sensors[name]
            if sensor.status is Status.UNKNOWN or sensor.value != value:
                self.show(name, value)

    def show_health(self, *names: str) -> None:
        """Let `device-status` say how these sensors are; without names, all others."""
        names = names or tuple(name for name in self.sensors if name != DEVICE_STATUS.name)
        self.show_if_new({DEVICE_STATUS.name: health(self.sensors[name].status for name in names)})

    def start(self) -> IListeningPort:
        """Listen, and bring the model to life."""
        port = super().start()
        # The time spent stopped is not the model's.
        self._last_tick = None
        if self._loop.running:
            return port  # a restart, which the model has lived through
        ticking = self._loop.start(self.PERIOD_S)
        ticking.addErrback(lambda failure: self._log.failure("! the model broke; its sensors stand", failure))
        return port

    def stop(self) -> "Deferred[None]":
        """Stop the model and all requests under way, then as any server does."""
        if self._loop.running:
            self._loop.stop()
        for client in list(self.clients.values()):
            if isinstance(client, DemoProtocol):
                client.end_undertakings("the device is shutting down")
        return super().stop()
