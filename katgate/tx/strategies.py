"""Strategies: how each sensor of one device shall be sampled, and telling the device so."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from katgate.katcp.message import Message
from katgate.katcp.sampling import NOT_SAMPLED, Strategy
from katgate.tx.asking import sample
from katgate.tx.client import ClientKatCPProtocol
from katgate.tx.mirrored import MirroredSensor

__all__ = ["SAMPLING_REQUESTS", "Strategies", "Wanted"]

#: Requests by which a device is told how to sample for a connection, and so for everybody who shares it.
SAMPLING_REQUESTS: Final = ("sensor-sampling", "sensor-sampling-clear", "bulk-sampling")

#: Sensor -> what was asked for by name; None where nothing was.
Wanted = dict[str, Strategy | None]


class Strategies:
    """What is wanted: `default` for all sensors, save those that are named, which the device need not have yet.

    What the device was told stands in each MirroredSensor; `sensors` gives those that it has now, by name.
    """

    def __init__(self, default: Strategy, sensors: Callable[[], Mapping[str, MirroredSensor]]) -> None:
        self._default = default
        self._sensors = sensors
        self._named: dict[str, Strategy] = {}

    def want(self, names: Iterable[str], strategy: Strategy) -> Wanted:
        """Want that strategy for these sensors. Returns what was wanted before, for `restore`."""
        before: Wanted = {}
        for name in names:
            before[name] = self._named.get(name)
            self._named[name] = strategy
            if name in self._sensors():
                self._sensors()[name].refused = None  # the device may have changed its mind
        return before

    def restore(self, before: Wanted, strategy: Strategy) -> None:
        """Want again what was wanted before, where `strategy` still is: it has been refused."""
        for name, previous in before.items():
            if self._named.get(name) is strategy:
                if previous is None:
                    del self._named[name]
                else:
                    self._named[name] = previous

    async def tell(self, is_current: Callable[[], bool], protocol: ClientKatCPProtocol) -> dict[str, Message]:
        """Tell the device each strategy that is another than it was told last, until there is none, or the
        protocol is current no longer. Returns what it refused: sensor -> reply. Raises RemoteError.
        """
        refusals: dict[str, Message] = {}
        while is_current() and (untold := self._untold()):
            strategy, sensors = untold
            before = [sensor.strategy for sensor in sensors]
            for sensor in sensors:
                sensor.strategy = strategy  # before it is sent: who looks meanwhile sees what is on its way
            replies = await sample(protocol, [sensor.wire_name for sensor in sensors], strategy)
            for sensor, previous in zip(sensors, before, strict=True):
                if sensor.wire_name in replies:  # the device goes on as before, and is not asked again
                    sensor.strategy, sensor.refused = previous, strategy
                    refusals[sensor.name] = replies[sensor.wire_name]
        return refusals

    def _untold(self) -> tuple[Strategy, list[MirroredSensor]] | None:
        """Return one strategy and all sensors that the device should be told it for, or None if it knows all."""
        grouped: dict[Strategy, list[MirroredSensor]] = {}
        for name, sensor in self._sensors().items():
            wanted = self._named.get(name, self._default)
            if (sensor.strategy or NOT_SAMPLED) != wanted != sensor.refused:
                grouped.setdefault(wanted, []).append(sensor)
        return next(iter(grouped.items()), None)
