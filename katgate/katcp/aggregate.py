"""AggregateSensor: a sensor whose reading is computed from others'."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable
from typing import Any

from katgate.katcp.reading import Reading, Status
from katgate.katcp.sensor import Sensor
from katgate.katcp.values import Value

__all__ = ["AggregateSensor", "worst_status"]

log = logging.getLogger(__name__)

#: Those that are somebody's business, the worst last. The others say nothing of how things are.
_SEVERITY = (Status.NOMINAL, Status.WARN, Status.ERROR, Status.UNREACHABLE, Status.FAILURE)


class AggregateSensor(Sensor, ABC):
    """A sensor that follows others of its server, as they are added, set and removed.

        class Hottest(AggregateSensor):
            def includes(self, sensor):
                return sensor.name.endswith(".temperature")

            def compute(self, sensors):
                return max(sensor.value for sensor in sensors)

        server.add_sensor(Hottest(Sensor.FLOAT, "hottest", "The warmest board", "C"))

    Without any sensor to follow it is `unknown`; one that cannot be computed is a `failure`, and the log (of
    `logging`) says why. Sensors that are measured when asked tell nobody, and so are not followed.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._sources: dict[str, Sensor] = {}
        self._is_updating = False
        self._is_failing = False

    def includes(self, sensor: Sensor) -> bool:
        """Return whether to follow a sensor; asked when it is added. All that are no aggregates, unless
        overridden.
        """
        return not isinstance(sensor, AggregateSensor)

    @abstractmethod
    def compute(self, sensors: Collection[Sensor]) -> Value | tuple[Status, Value] | Reading | None:
        """Return the value that follows from the sensors (never none of them), or (status, value), or a whole
        Reading, or None to leave the reading as it is. Without a status it is that of `status_func`, else the
        worst of theirs; without a timestamp that of the reading that came last.
        """

    def add_sources(self, sensors: Iterable[Sensor]) -> None:
        """Follow these from now on, those of them that it includes. One of the same name is replaced."""
        before = dict(self._sources)
        latest = 0.0
        for sensor in sensors:
            replaced = self._sources.pop(sensor.name, None)
            if replaced is not None:
                replaced.detach(self._observe)
            if sensor is not self and self.includes(sensor):
                self._sources[sensor.name] = sensor
                sensor.attach(self._observe)
                latest = max(latest, sensor.timestamp)
        if self._sources != before:
            self._update(latest or self._clock())

    def remove_sources(self, names: Iterable[str]) -> None:
        """Follow the sensors of these names no more."""
        removed = [self._sources.pop(name) for name in list(names) if name in self._sources]
        for sensor in removed:
            sensor.detach(self._observe)
        if removed:
            self._update(self._clock())

    def release(self) -> None:
        """Follow nothing any more."""
        for name in list(self._sources):
            self._sources.pop(name).detach(self._observe)

    def _observe(self, _sensor: Sensor, reading: Reading) -> None:
        self._update(reading.timestamp)

    def _update(self, timestamp: float) -> None:
        if self._is_updating:
            return  # two that follow each other
        self._is_updating = True
        try:
            self._compute(timestamp)
            self._is_failing = False
        except Exception:
            if not self._is_failing:  # said once, not at each reading
                log.exception("the aggregate sensor %s could not be computed", self.name)
            self._is_failing = True
            self.set(timestamp, Status.FAILURE, self.value)
        finally:
            self._is_updating = False

    def _compute(self, timestamp: float) -> None:
        if not self._sources:
            self.set(timestamp, Status.UNKNOWN, self.value)
            return
        computed = self.compute(list(self._sources.values()))
        if isinstance(computed, Reading):
            self.set(*computed)
        elif isinstance(computed, tuple):
            self.set(timestamp, *computed)
        elif computed is not None:
            follows = worst_status(sensor.status for sensor in self._sources.values())
            self.set_value(computed, None if self.status_func is not None else follows, timestamp)


def worst_status(statuses: Iterable[Status]) -> Status:
    """Return the worst of these; nominal if none is anybody's business (unknown and inactive are not)."""
    serious = [status for status in statuses if status in _SEVERITY]
    return max(serious, key=_SEVERITY.index, default=Status.NOMINAL)
