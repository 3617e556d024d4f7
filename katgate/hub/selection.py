"""Selection: which sensors of which devices are meant, now and later."""

from collections.abc import Iterable
from dataclasses import dataclass

from katgate.errors import PatternError
from katgate.katcp.pattern import Pattern

__all__ = ["Selection"]

#: A browser that wants more than this many names wants a glob.
_MOST_PATTERNS = 10_000


@dataclass(frozen=True, slots=True)
class Selection:
    """Sensors by patterns over device names and sensor names. It is alive: later sensors that match join."""

    device: Pattern
    sensors: frozenset[Pattern]

    @classmethod
    def of(cls, device: str, sensors: Iterable[str]) -> "Selection":
        """Return the selection of these names, globs and `/regex/`es. Raises PatternError."""
        patterns = frozenset(Pattern(text) for text in sensors)
        if not patterns:
            raise PatternError("", 'no sensors are named; ["*"] selects all')
        if len(patterns) > _MOST_PATTERNS:
            raise PatternError("", f"more than {_MOST_PATTERNS} patterns; use a glob")
        return cls(Pattern(device), patterns)

    def matches(self, device: str, sensor: str) -> bool:
        """Return whether that sensor of that device is meant."""
        return self.device.matches(device) and matches_any(self.sensors, sensor)


def matches_any(patterns: Iterable[Pattern], name: str) -> bool:
    """Return whether one of the patterns means that name."""
    return any(pattern.matches(name) for pattern in patterns)
