"""Exports: the sensors whose readings Prometheus is shown, as the configuration says them.

Which they are is looked up when somebody asks, and kept until a device's sensors are others. Those of them that are
sampled on demand are wanted from the first time that somebody asks until a while after the last.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final, NamedTuple

from twisted.internet.interfaces import IDelayedCall, IReactorTime

from katgate.devices.device import Device
from katgate.devices.fleet import Fleet
from katgate.hub.hub import Hub
from katgate.hub.known import KnownSensor
from katgate.hub.selection import Selection
from katgate.katcp.patterns import Patterns

__all__ = ["Exports"]

#: Nobody who asks less often keeps a history, in seconds.
_NOBODY_ASKS_S: Final = 600.0


class _Meant(NamedTuple):
    """The sensors of a device that are meant, how many of them are shown, and what ends the want of these."""

    device: Device
    edition: int
    sensors: Sequence[KnownSensor]
    shown: int
    want_no_more: Callable[[], None]


class Exports:
    """Of one gateway. `choose` says which, `stop` ends it."""

    def __init__(self, hub: Hub, fleet: Fleet, clock: IReactorTime) -> None:
        self._hub = hub
        self._fleet = fleet
        self._clock = clock
        self._selections: Sequence[Selection] = ()
        self._most = 0
        self._by_device: dict[str, _Meant] = {}
        self._timer: IDelayedCall | None = None

    def choose(self, selections: Sequence[Selection], most: int) -> None:
        """Show these sensors from now on, but no more than so many in all: the first by device and name."""
        self._selections, self._most = selections, most
        self._rest()

    @property
    def is_empty(self) -> bool:
        """Whether none are asked for."""
        return not self._selections

    def shown(self) -> Iterator[tuple[Device, Sequence[KnownSensor]]]:
        """Yield the sensors of each device that are shown."""
        if self.is_empty:
            return
        self._look()
        for meant in list(self._by_device.values()):
            yield meant.device, meant.sensors[: meant.shown]

    def left_out(self, devices: Collection[Device]) -> int:
        """Return how many sensors of these devices were meant, and not shown when somebody asked last."""
        by_device = self._by_device.values()
        return sum(len(meant.sensors) - meant.shown for meant in by_device if meant.device in devices)

    def stop(self) -> None:
        """Want nothing, and leave no timer behind."""
        self._rest()

    def _look(self) -> None:
        """Find those that are shown now, and want them for a while."""
        before, self._by_device = self._by_device, {}
        left = self._most
        for device in self._fleet:
            meant = self._meant(device, before.pop(device.name, None), left)
            self._by_device[device.name] = meant
            left -= meant.shown
        for gone in before.values():
            gone.want_no_more()
        if self._timer is not None:
            self._timer.reset(_NOBODY_ASKS_S)
        else:
            self._timer = self._clock.callLater(_NOBODY_ASKS_S, self._nobody_asks)

    def _meant(self, device: Device, before: _Meant | None, left: int) -> _Meant:
        edition = self._hub.edition(device.name)
        is_same = before is not None and before.device is device and before.edition == edition
        sensors = before.sensors if before is not None and is_same else self._among(device.name)
        shown = min(left, len(sensors))
        if before is not None and is_same and before.shown == shown:
            return before
        # The new want first: what is wanted still is not let go of in between.
        want_no_more = device.want(known.name for known in sensors[:shown])
        if before is not None:
            before.want_no_more()
        return _Meant(device, edition, sensors, shown, want_no_more)

    def _among(self, device: str) -> Sequence[KnownSensor]:
        texts = [text for its in self._selections if its.device.matches(device) for text in its.sensors.texts]
        return self._hub.among(device, Patterns.of(texts)) if texts else ()

    def _nobody_asks(self) -> None:
        self._timer = None
        self._rest()

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        before, self._by_device = self._by_device, {}
        for meant in before.values():
            meant.want_no_more()
