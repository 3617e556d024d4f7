"""Demand: how each sensor of a device shall be sampled now, by the rules of its options and by who wants it.

A sensor `on-demand` is sampled while somebody wants it, and `on_demand_linger_s` longer: people go from page to page.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from twisted.internet.interfaces import IDelayedCall, IReactorTime

from katgate.devices.options import DeviceOptions, SamplingRule
from katgate.hub.hub import Hub
from katgate.katcp.sampling import NOT_SAMPLED, Strategy

__all__ = ["Demand"]

#: So many rules of sensors that the device does not have are kept before all are forgotten.
_MOST_STRANGERS: Final = 1000


class Demand:
    """The demand for one device's sensors: of the hub's streams, and of others that say so (`want`).

    `changed` is called with the names of sensors whose `strategy_of` is another.
    """

    def __init__(
        self,
        device: str,
        hub: Hub,
        options: DeviceOptions,
        clock: IReactorTime,
        changed: Callable[[Sequence[str]], None],
    ) -> None:
        self._device = device
        self._hub = hub
        self._options = options
        self._clock = clock
        self._changed = changed
        #: The rule of each sensor that was looked for: to try twenty rules takes 40 us.
        self._rules: dict[str, SamplingRule] = {}
        self._others: Counter[str] = Counter()
        #: The sensors on demand that are sampled now.
        self._open: set[str] = set()
        #: Those of them that nobody wants any more, with the time at which they are closed: the next comes first.
        self._closing: dict[str, float] = {}
        self._timer: IDelayedCall | None = None
        self._unwatch: Callable[[], None] | None = None
        self.configure(options)

    def strategy_of(self, sensor: str) -> Strategy:
        """Return how a sensor shall be sampled now. The first rule that means it counts."""
        rule = self._rule_of(sensor)
        return NOT_SAMPLED if rule.is_on_demand and sensor not in self._open else rule.strategy

    def configure(self, options: DeviceOptions) -> None:
        """Take other rules. Any sensor's strategy may be another then; `changed` is not called."""
        self._options = options
        self._rules.clear()
        self._stop_watching()
        self._open = {name for name in self._open if self._is_on_demand(name)}
        # Not later than what is let go of from now on: the next comes first.
        latest = self._clock.seconds() + options.on_demand_linger_s
        self._closing = {name: min(at, latest) for name, at in self._closing.items() if name in self._open}
        if any(rule.is_on_demand for rule in options.sampling):
            self._unwatch = self._hub.watch_demand(self._device, self._look)
            names = [*self._others, *(known.name for known in self._hub.sensors_of(self._device))]
            self._open.update(self._wanted_on_demand(names))
            self._set_timer()

    def want(self, sensors: Iterable[str]) -> Callable[[], None]:
        """Want these sensors, also once they appear. Returns what ends that; it may be called more than once."""
        names = set(sensors)
        self._others.update(names)
        self._look(list(names))

        def end() -> None:
            self._others.subtract(names)
            for name in names:
                if self._others[name] <= 0:
                    del self._others[name]
            self._look(list(names))
            names.clear()

        return end

    def stop(self) -> None:
        """Leave nothing behind."""
        self._stop_watching()

    # Details.

    def _look(self, sensors: Sequence[str]) -> None:
        """Look who wants these sensors: they have come to be wanted, or may be so no more."""
        if self._unwatch is None:
            return
        closing_at = self._clock.seconds() + self._options.on_demand_linger_s
        closed = []
        for name in sensors:
            if self._is_wanted(name):
                self._closing.pop(name, None)
            elif name in self._open and name not in self._closing:
                closed.append(name)
        self._closing.update(dict.fromkeys(closed, closing_at))
        opened = [name for name in self._wanted_on_demand(sensors) if name not in self._open]
        self._open.update(opened)
        if opened:
            self._changed(opened)
        self._set_timer()

    def _wanted_on_demand(self, sensors: Iterable[str]) -> list[str]:
        return [name for name in sensors if self._is_wanted(name) and self._is_on_demand(name)]

    def _is_wanted(self, sensor: str) -> bool:
        return sensor in self._others or self._hub.is_wanted(self._device, sensor)

    def _is_on_demand(self, sensor: str) -> bool:
        return self._rule_of(sensor).is_on_demand

    def _rule_of(self, sensor: str) -> SamplingRule:
        rule = self._rules.get(sensor)
        if rule is None:
            if len(self._rules) > 2 * self._hub.count(self._device) + _MOST_STRANGERS:
                self._rules.clear()  # names that are gone, most of them
            rule = next(rule for rule in self._options.sampling if rule.sensors.match(sensor))
            self._rules[sensor] = rule
        return rule

    def _set_timer(self) -> None:
        """One timer for all: for those that are closed next."""
        if self._timer is None and self._closing:
            at = next(iter(self._closing.values()))
            self._timer = self._clock.callLater(max(0.0, at - self._clock.seconds()), self._close)

    def _close(self) -> None:
        self._timer = None
        now = self._clock.seconds()
        closed = []
        for name, at in self._closing.items():
            if at > now:
                break
            closed.append(name)
        for name in closed:
            del self._closing[name]
        self._open.difference_update(closed)
        if closed:
            self._changed(closed)
        self._set_timer()

    def _stop_watching(self) -> None:
        if self._unwatch is not None:
            self._unwatch()
            self._unwatch = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
