"""Deadlines: one timer for all taps that wait for their time."""

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import Any, Final, Protocol

from katgate.hub.tap import Tap

__all__ = ["Clock", "Deadlines", "Timer"]

#: Entries from which it is worth looking for closed ones among them.
_TIDY_FROM: Final = 1000


class Timer(Protocol):
    """A call that waits for its time."""

    def cancel(self) -> None:
        """Do not call."""


class Clock(Protocol):
    """What the hub needs of a reactor."""

    def seconds(self) -> float:
        """Return the time."""
        ...

    def callLater(self, delay: float, callable: Callable[..., Any], /) -> Timer:
        """Call in `delay` seconds."""
        ...


class Deadlines:
    """Calls `tap.expire` when its time has come, and `expired` once after each batch of them.

    A tap's deadline mostly moves away (each report starts a new interval), so an entry that comes up early
    is put back for the real deadline rather than replaced each time. An entry that a tap has left behind for an
    earlier one is dropped when there are many.
    """

    def __init__(self, clock: Clock, expired: Callable[[], None]) -> None:
        self._clock = clock
        self._expired = expired
        self._heap: list[tuple[float, int, Tap]] = []
        self._count = 0
        self._tidy_at = _TIDY_FROM
        self._closed = 0
        self._timer: Timer | None = None
        self._timer_at = 0.0

    def watch(self, tap: Tap) -> None:
        """Expire this tap at its deadline."""
        deadline = tap.deadline
        if deadline is None or (tap.watched is not None and tap.watched <= deadline):
            return
        if len(self._heap) >= self._tidy_at:
            self._tidy()
        tap.watched = deadline
        self._count += 1
        heappush(self._heap, (deadline, self._count, tap))
        self._set_timer()

    def closed(self, count: int) -> None:
        """So many taps have been closed, whose deadlines need not be waited for."""
        self._closed += count
        if self._closed > len(self._heap) // 2:
            self._tidy()
            self._set_timer()

    def stop(self) -> None:
        """Forget everything."""
        self._heap.clear()
        self._set_timer()

    def _tidy(self) -> None:
        """Drop what is closed or left behind: a deadline may lie years ahead, and browsers come and go all day."""
        self._heap = [entry for entry in self._heap if entry[2].is_open and entry[2].watched == entry[0]]
        heapify(self._heap)
        self._tidy_at = max(_TIDY_FROM, 2 * len(self._heap))
        self._closed = 0

    def _run(self) -> None:
        self._timer = None
        now = self._clock.seconds()
        due: list[Tap] = []
        # First taken, then expired: a deadline that an expiry sets is for the next time, whatever it says.
        while self._heap and self._heap[0][0] <= now:
            at, _, tap = heappop(self._heap)
            if tap.watched == at:
                tap.watched = None
                due.append(tap)
        for tap in due:
            if tap.is_open:
                tap.expire(now)  # which sets the next
        self._set_timer()
        self._expired()

    def _set_timer(self) -> None:
        at = self._heap[0][0] if self._heap else None
        if self._timer is not None:
            if at == self._timer_at:
                return
            self._timer.cancel()
            self._timer = None
        if at is not None:
            self._timer_at = at
            self._timer = self._clock.callLater(max(0.0, at - self._clock.seconds()), self._run)
