"""Strategies: how each sensor of one device shall be sampled, and telling the device so."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from twisted.logger import Logger

from katgate.errors import RemoteError, shortened
from katgate.katcp.message import Message
from katgate.katcp.sampling import NOT_SAMPLED, Kind, Strategy
from katgate.tx.asking import sample
from katgate.tx.client import ClientKatCPProtocol
from katgate.tx.mirrored import MirroredSensor

__all__ = ["AUTO", "SAMPLING_REQUESTS", "Strategies", "Wanted"]

#: Requests by which a device is told how to sample for a connection, and so for everybody who shares it.
SAMPLING_REQUESTS: Final = ("sensor-sampling", "sensor-sampling-clear", "bulk-sampling")

#: Sensor -> what was asked for by name; None where nothing was.
Wanted = dict[str, Strategy | None]

#: What every device must have (katcp.md section 7), and so what is tried where it refuses another.
AUTO: Final = Strategy(Kind.AUTO)

_REFUSED: Final = {
    True: "sensors cannot be sampled as configured, and are sampled otherwise",
    False: "sensors cannot be sampled, and are asked for their values now and then",
}


class Strategies:
    """What is wanted: what `choose` says of a sensor's name, save for those that are named, which the device need
    not have yet.

    Where the device refuses what was chosen, it is told `auto`; where it refuses that too, it goes on as before.
    What it was told stands in each MirroredSensor; `sensors` gives those that it has now, by name.
    """

    log = Logger()

    def __init__(
        self,
        device: str,
        choose: Callable[[str], Strategy],
        sensors: Callable[[], Mapping[str, MirroredSensor]],
    ) -> None:
        self._device = device
        self._choose = choose
        self._sensors = sensors
        self._named: dict[str, Strategy] = {}
        #: Which sensors' refusals the log tells of.
        self._logged: set[tuple[str, Strategy]] = set()

    def want(self, names: Iterable[str], strategy: Strategy) -> Wanted:
        """Want that strategy for these sensors. Returns what was wanted before, for `restore`."""
        before: Wanted = {}
        for name in names:
            before[name] = self._named.get(name)
            self._named[name] = strategy
            if name in self._sensors():
                self._sensors()[name].refused = ()  # the device may have changed its mind
        return before

    def restore(self, before: Wanted, strategy: Strategy) -> None:
        """Want again what was wanted before, where `strategy` still is: it has been refused."""
        for name, previous in before.items():
            if self._named.get(name) is strategy:
                if previous is None:
                    del self._named[name]
                else:
                    self._named[name] = previous

    def choose_again(self, names: Iterable[str] | None) -> list[str]:
        """Let `choose` say anew what these sensors shall have, all if None. Returns those that the device has."""
        sensors = self._sensors()
        known = list(sensors) if names is None else [name for name in names if name in sensors]
        for name in known:
            sensors[name].chosen = None
        return known

    async def tell(
        self,
        is_current: Callable[[], bool],
        protocol: ClientKatCPProtocol,
        names: Iterable[str] | None = None,
    ) -> dict[str, Message]:
        """Tell the device each strategy that is another than it was told last (of these sensors only, if any are
        named), until there is none, or the protocol is current no longer.

        Returns what it refused: sensor -> reply. Raises RemoteError.
        """
        about = None if names is None else list(names)
        refusals: dict[str, Message] = {}
        refused: list[tuple[MirroredSensor, Strategy]] = []
        while is_current() and (untold := self._untold(about)):
            for strategy, sensors in untold.items():
                # Another may be wanted by now, or have been told by someone else.
                still = [
                    sensor
                    for sensor in sensors
                    if self._is_untold(sensor) and self._wanted(sensor) == strategy
                ]
                if not is_current() or not still:
                    continue
                for sensor, reply in await self._tell(protocol, still, strategy):
                    refusals[sensor.name] = reply
                    refused.append((sensor, strategy))
        # Who has asked for it by name, now, is told.
        self._log([one for one in refused if about is None or one[0].name not in self._named], refusals)
        return refusals

    def unsampled(self) -> list[MirroredSensor]:
        """Return the sensors that shall be sampled, and that the device does not sample by any strategy."""
        return [
            sensor
            for sensor in self._sensors().values()
            if sensor.refused and not sensor.is_sampled and self._wanted(sensor).kind is not Kind.NONE
        ]

    # Details.

    async def _tell(
        self, protocol: ClientKatCPProtocol, sensors: list[MirroredSensor], strategy: Strategy
    ) -> list[tuple[MirroredSensor, Message]]:
        before = [(sensor.strategy, sensor.is_awaited) for sensor in sensors]
        for sensor in sensors:
            if not sensor.is_sampled and strategy.kind is not Kind.NONE:
                sensor.is_awaited = True  # v4 promises no first update, and what was not sampled is old
            sensor.strategy = strategy  # before it is sent: who looks meanwhile sees what is on its way
        try:
            replies = await sample(protocol, [sensor.wire_name for sensor in sensors], strategy)
        except RemoteError:
            for sensor, (previous, _) in zip(sensors, before, strict=True):
                if sensor.strategy is strategy:
                    sensor.strategy = previous  # nobody knows; it is told again
            raise
        refused: list[tuple[MirroredSensor, Message]] = []
        for sensor, (previous, was_awaited) in zip(sensors, before, strict=True):
            reply = replies.get(sensor.wire_name)
            if reply is not None:  # the device goes on as before, and is not asked again
                sensor.strategy = previous
                sensor.is_awaited = sensor.is_awaited and was_awaited
                sensor.refused = (*sensor.refused, strategy)
                refused.append((sensor, reply))
        return refused

    def _untold(self, names: list[str] | None) -> dict[Strategy, list[MirroredSensor]]:
        """Return each strategy with all sensors that the device should be told it for; nothing if it knows all."""
        sensors = self._sensors()
        meant = sensors.values() if names is None else [sensors[name] for name in names if name in sensors]
        grouped: dict[Strategy, list[MirroredSensor]] = {}
        for sensor in meant:
            if self._is_untold(sensor):
                grouped.setdefault(self._wanted(sensor), []).append(sensor)
        return grouped

    def _is_untold(self, sensor: MirroredSensor) -> bool:
        wanted = self._wanted(sensor)
        return (sensor.strategy or NOT_SAMPLED) != wanted and wanted not in sensor.refused

    def _wanted(self, sensor: MirroredSensor) -> Strategy:
        named = self._named.get(sensor.name)
        if named is not None:
            return named
        if sensor.chosen is None:
            sensor.chosen = self._choose(sensor.name)
        chosen = sensor.chosen
        return AUTO if chosen in sensor.refused and chosen.kind is not Kind.NONE else chosen

    def _log(self, refused: list[tuple[MirroredSensor, Strategy]], replies: Mapping[str, Message]) -> None:
        """Say what was refused: once for each sensor and strategy, not on each connection."""
        sensors = self._sensors()
        news = [(one, strategy) for one, strategy in refused if (one.name, strategy) not in self._logged]
        if not news:
            return
        known = {(name, strategy) for name, strategy in self._logged if name in sensors}
        self._logged = known | {(sensor.name, strategy) for sensor, strategy in news}
        for is_sampled, what in _REFUSED.items():
            some = [(sensor, strategy) for sensor, strategy in news if sensor.is_sampled is is_sampled]
            if some:
                sensor, strategy = some[0]
                self.log.warn(
                    "! {name}: {count} " + what + "; the first: {sensor} by {strategy}: {text}",
                    name=self._device,
                    count=len({sensor.name for sensor, _ in some}),
                    sensor=sensor.name,
                    strategy=strategy.text,
                    text=shortened(str(replies[sensor.name])),
                )
