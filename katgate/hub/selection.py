"""Selection: which sensors of which devices are meant, now and later."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from katgate.errors import BadRequest, PatternError
from katgate.katcp.pattern import Pattern
from katgate.katcp.patterns import NOTHING, Patterns

__all__ = ["Selection"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Selection:
    """Sensors by patterns over device names and sensor names; none of the `hidden` devices. It is alive: later
    sensors that match join.
    """

    device: Pattern
    sensors: Patterns
    hidden: Patterns = NOTHING

    @classmethod
    def of(cls, device: str, sensors: Iterable[str], hidden: Patterns = NOTHING) -> "Selection":
        """Return the selection of these names, globs and `/regex/`es. Raises PatternError and BadRequest."""
        patterns = Patterns.of(sensors)
        if not patterns:
            raise BadRequest('no sensors are named; ["*"] means all')
        return cls(Pattern(device), patterns, hidden)

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
        is_meant = self.device.matches(device) and not self.hidden.match(device)
        return self.sensors.among(sensors) if is_meant else []
