"""StatusChanges: katgate's own word beside KATCP's strategies. A reading is told when its status is another.

For who watches ten thousand sensors for trouble. It is cheap: the hub tells such a tap only of readings whose status
differs from that of the one before (`KnownSensor.status_taps`), so that all others cost one comparison, however many
browsers watch. And it is no demand: nobody samples a sensor because of it.
"""

from dataclasses import dataclass
from typing import Final

from katgate.katcp.reading import Reading
from katgate.katcp.sampling import Strategy

__all__ = ["ALL_DUE", "STATUS", "StatusChanges", "WishStrategy"]

#: The word for it, where a strategy may stand.
STATUS: Final = "status"


@dataclass(frozen=True, slots=True)
class StatusChanges:
    """What a browser wishes in place of a strategy (`katgate.hub.stream.Wish`)."""

    def __str__(self) -> str:
        return STATUS


#: What a wish may have.
WishStrategy = Strategy | StatusChanges


class _AllDue:
    """The sampler of such taps: all that they are told is due."""

    __slots__ = ()

    deadline: None = None

    def observe(self, reading: Reading, now: float) -> Reading:
        """Return the reading."""
        return reading

    def force(self, reading: Reading, now: float) -> Reading:
        """Return the reading."""
        return reading

    def expire(self, now: float) -> None:
        """Return nothing: there is no deadline."""


#: One for all, as it keeps nothing.
ALL_DUE: Final = _AllDue()
