"""Past: how the sensors of a stream were, for snapshots that are still being sent.

A browser takes a large snapshot page by page, and readings go on meanwhile. All pages show one moment: a sensor
that is reported anew while somebody still has to be told how it was is kept here as it was. Nothing is kept
while no snapshot is on its way, and never more than a share of the memory: one that takes longer is `lost`.
"""

from collections import deque
from typing import Final, NamedTuple

from katgate.hub.ring import RingShare
from katgate.hub.tap import Tap
from katgate.katcp.reading import Reading

__all__ = ["Past", "Shown"]

#: What is kept, of what a ring may hold, and what each reading takes besides its text, in bytes.
_PART = 4
_OVERHEAD: Final = 300


class Shown(NamedTuple):
    """A sensor's reading, and when it was received (UNIX seconds); None before the first."""

    reading: Reading | None
    received: float | None


class Past:
    """What was shown before. Moments are counts of the readings that the stream had sent by then."""

    def __init__(self, share: RingShare) -> None:
        self._share = share
        self._bytes = 0
        self._moments: list[int] = []
        self._kept: dict[Tap, list[tuple[int, Shown]]] = {}
        self._order: deque[Tap] = deque()
        self._lost_before = -1

    @property
    def is_needed(self) -> bool:
        """Whether anybody is still being told of a moment."""
        return bool(self._moments)

    def begin(self, moment: int) -> None:
        """Keep what is shown at a moment, which is now. Call `end` for each."""
        self._moments.append(moment)

    def end(self, moment: int) -> None:
        """Nobody needs that moment any more."""
        self._moments.remove(moment)
        if not self._moments:
            self._kept.clear()
            self._order.clear()
            self._bytes = 0

    def replace(self, tap: Tap, following: int) -> None:
        """A sensor is reported anew, as a reading after those of `following`: keep how it was, if need be.

        Only while that `is_needed`.
        """
        # Moments grow, so the last is the newest: it alone may fall into the time of the tap's last report.
        if self._moments[-1] < tap.changed:
            return
        kept = self._kept.setdefault(tap, [])
        if kept and kept[-1][0] == following:
            return
        kept.append((following, Shown(tap.reported, tap.received)))
        self._order.append(tap)
        self._bytes += _size_of(tap.reported)
        while self._bytes > self._share.bytes // _PART:
            self._forget_oldest()

    def shown(self, tap: Tap, moment: int) -> Shown | None:
        """Return how a sensor was at a moment; None if it has not been reported since."""
        for following, shown in self._kept.get(tap, ()):
            if following >= moment:
                return shown
        return None

    def is_lost(self, moment: int) -> bool:
        """Return whether that moment is so long ago that some of it is not known any more."""
        return moment <= self._lost_before

    def _forget_oldest(self) -> None:
        tap = self._order.popleft()
        following, (reading, _) = self._kept[tap].pop(0)
        self._bytes -= _size_of(reading)
        if not self._kept[tap]:
            del self._kept[tap]
        self._lost_before = max(self._lost_before, following)


def _size_of(reading: Reading | None) -> int:
    value = None if reading is None else reading.value
    return _OVERHEAD + (len(value) if isinstance(value, str | bytes) else 0)
