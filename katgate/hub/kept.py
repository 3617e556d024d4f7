"""Kept: streams without a browser, for a while, because one that was cut may come back."""

from collections.abc import Callable
from typing import Final

from katgate.hub.deadlines import Clock, Timer
from katgate.hub.stream import Stream

__all__ = ["KeptStreams"]

#: How long, in seconds.
KEPT_S: Final = 60.0
#: How many, and of how many sensors in all; each takes about 600 bytes, besides the frames.
_MOST: Final = 1000
_MOST_SENSORS: Final = 100_000


class KeptStreams:
    """The oldest make room for others. `end` is called with each whose time is over."""

    def __init__(self, clock: Clock, end: Callable[[Stream], None]) -> None:
        self._clock = clock
        self._end = end
        self._kept: dict[Stream, tuple[Timer, int]] = {}
        self._sensors = 0

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, stream: Stream) -> None:
        """Keep a stream that nobody reads now."""
        count = stream.count
        timer = self._clock.callLater(KEPT_S, lambda: self._time_is_over(stream))
        self._kept[stream] = timer, count
        self._sensors += count
        while len(self._kept) > _MOST or self._sensors > _MOST_SENSORS:
            oldest = next(iter(self._kept))
            self.give_back(oldest)
            self._end(oldest)

    def give_back(self, stream: Stream) -> None:
        """Keep a stream no more, if it was kept: somebody reads it, or it ends."""
        timer, count = self._kept.pop(stream, (None, 0))
        self._sensors -= count
        if timer is not None:
            timer.cancel()

    def stop(self) -> None:
        """Leave no timer behind."""
        for stream in list(self._kept):
            self.give_back(stream)

    def _time_is_over(self, stream: Stream) -> None:
        _, count = self._kept.pop(stream)
        self._sensors -= count
        self._end(stream)
