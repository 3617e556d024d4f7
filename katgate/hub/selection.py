"""Selection: which sensors of which devices are meant, now and later."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from katgate.errors import BadRequest, PatternError
from katgate.katcp.pattern import Pattern
from katgate.katcp.patterns import Patterns

__all__ = ["Selection"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Selection:
    """Sensors by patterns over device names and sensor names. It is alive: later sensors that match join."""

    device: Pattern
    sensors: Patterns

    @classmethod
    def of(cls, device: str, sensors: Iterable[str]) -> "Selection":
        """Return the selection of these names, globs and `/regex/`es. Raises PatternError and BadRequest."""
        patterns = Patterns.of(sensors)
        if not patterns:
            raise BadRequest('no sensors are named; ["*"] means all')
        return cls(Pattern(device), patterns)

    @classmethod
    def parse(cls, text: str) -> "Selection":
        """Return the selection that `DEVICE/SENSOR` is: the device a name or glob, the sensor a name, glob or
        /regex/. Raises PatternError.
        """
        device, found, sensor = text.partition("/")
        if not (device and found and sensor):
            raise PatternError(text, "it is DEVICE/SENSOR, such as cbf/*.temperature or m0*/wind-speed")
        return cls.of(device, [sensor])

    def among(self, device: str, sensors: Mapping[str, _T]) -> list[_T]:
        """Return those of a device's sensors, by name, that are meant."""
        return self.sensors.among(sensors) if self.device.matches(device) else []
