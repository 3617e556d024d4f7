"""LoopLag: how late the event loop comes to what is due. Whatever takes long delays every browser and device."""

from collections import deque
from typing import Final

from twisted.internet.interfaces import IDelayedCall, IReactorTime

from katgate.devices.histogram import Histogram

__all__ = ["LoopLag"]

#: How often it is looked, in seconds: it costs 20 us.
_EVERY_S: Final = 0.1
_BOUNDS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

#: The worst is told of the last minute, so that it is there for each of several who ask, at any interval up to that;
#: kept for so many seconds together.
_WINDOW_S: Final = 60.0
_TOGETHER_S: Final = 5.0


class LoopLag:
    """Looks from `start` until `stop`."""

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._due = 0.0
        self._timer: IDelayedCall | None = None
        #: How late it was, each time.
        self.histogram = Histogram(_BOUNDS_S)
        # When each span began, and the worst in it.
        self._worst: deque[tuple[float, float]] = deque()

    def start(self) -> None:
        """Look from now on."""
        if self._timer is None:
            self._wait()

    def stop(self) -> None:
        """Leave no timer behind."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @property
    def worst_s(self) -> float:
        """How late it was at worst, within the last minute; in seconds."""
        self._forget()
        return max((late_s for _, late_s in self._worst), default=0.0)

    def _wait(self) -> None:
        self._due = self._clock.seconds() + _EVERY_S
        self._timer = self._clock.callLater(_EVERY_S, self._look)

    def _look(self) -> None:
        now = self._clock.seconds()
        late_s = max(0.0, now - self._due)
        self.histogram.observe(late_s)
        if not self._worst or now - self._worst[-1][0] >= _TOGETHER_S:
            self._worst.append((now, late_s))
            self._forget()
        elif late_s > self._worst[-1][1]:
            self._worst[-1] = self._worst[-1][0], late_s
        self._wait()

    def _forget(self) -> None:
        oldest = self._clock.seconds() - _WINDOW_S - _TOGETHER_S
        while self._worst and self._worst[0][0] < oldest:
            self._worst.popleft()
