"""StatusCounts: how many sensors of each device have each status.

Kept at each change of a status, which is rare: nothing is counted for a reading, nor for who asks.
"""

from collections.abc import Iterable

from katgate.hub.known import KnownSensor
from katgate.katcp.reading import Reading, Status

__all__ = ["StatusCounts"]


class StatusCounts:
    """The counts of all devices. A sensor without a reading counts as unknown."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[Status, int]] = {}

    def of(self, device: str) -> dict[Status, int]:
        """Return the counts of a device that are not 0, in the order of the statuses."""
        return {status: count for status, count in self._counts.get(device, {}).items() if count}

    def change(self, device: str, added: Iterable[KnownSensor], removed: Iterable[KnownSensor]) -> None:
        """Count sensors that came, and those that went no more."""
        counts = self._counts.setdefault(device, dict.fromkeys(Status, 0))
        for known in removed:
            counts[known.status] -= 1
        for known in added:
            counts[known.status] += 1

    def move(self, device: str, before: Reading | None, reading: Reading) -> None:
        """A sensor of a device has another reading."""
        counts = self._counts[device]
        counts[Status.UNKNOWN if before is None else before.status] -= 1
        counts[reading.status] += 1

    def forget(self, device: str) -> None:
        """A device is no more."""
        self._counts.pop(device, None)
