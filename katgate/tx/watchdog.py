"""Watchdog: finds a connection that is open on this side alone, and a device that hangs.

    silent for                 what is done
    half of `watchdog_s`       `?watchdog` is asked, once: whatever comes is a sign of life, `fail` and `invalid` too
    all of `watchdog_s`        the connection is cut; unless the device may be busy with a request of ours
    the longest busy time      then too, counted from when that request was written

C servers answer nothing while they carry out a slow request (katcp.md section 11, rows 32 and 33), so silence
proves nothing then. What holds good is that their system acknowledges what it is sent: the `?watchdog` is on its
way all the same, and after `unacknowledged_s` without that our own system cuts the connection (TCP_USER_TIMEOUT).

One timer, set again only when it fires: what comes in between costs the watchdog nothing. It knows no sockets;
`connection.py` lets one run while a connection is syncing or synced.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Protocol

from twisted.internet.interfaces import IDelayedCall, IReactorTime

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

__all__ = ["LONGEST_BUSY_S", "WATCHDOG_S", "Watchdog", "unacknowledged_s"]

#: How long a device may be silent, in seconds: twice as long as one may think about the usual request.
WATCHDOG_S: Final = 15.0

#: How long a device may be silent over a request of ours, in seconds. A ROACH's ?progdev takes minutes; what has not
#: been answered by then may never be (?check-pause).
LONGEST_BUSY_S: Final = 600.0

#: Asking begins after this part of the time, and the answer has what is left of it.
_ASK_AFTER: Final = 0.5

#: The `?watchdog` must be acknowledged in this part: a little less than is left, for Linux counts from when it sends
#: it again for the first time, 0.2 to 0.4 s later (measured).
_ACKNOWLEDGED_IN: Final = 0.45

#: A look that comes later than it should by this part of the time tells of this process and not of the device.
_HELD_UP: Final = 0.25


class Watched(Protocol):
    """What a watchdog looks at: a client's protocol."""

    heard_at: float

    @property
    def busy_since(self) -> float | None:
        """When a request was written that the device may be busy with; None if it has answered all."""

    def send_request(self, name: str, *, timeout: float) -> "Deferred[Any]":
        """Ask."""


class Watchdog:
    """Watches one connection from `start` to `stop`, or until it calls `cut` with a sentence for an operator.

    `watchdog_s` is more than 0, in seconds on `clock`, as are the times of `watched`.
    """

    def __init__(
        self, watched: Watched, watchdog_s: float, cut: Callable[[str], None], clock: IReactorTime
    ) -> None:
        self._watched = watched
        self._watchdog_s = watchdog_s
        self._cut = cut
        self._clock = clock
        self._timer: IDelayedCall | None = None
        self._due = 0.0
        #: Silence counts from here on at the earliest.
        self._began = 0.0
        self._asked_at = 0.0
        self._is_asking = False

    def start(self) -> None:
        """Watch from now on."""
        self._began = self._clock.seconds()
        self._look_at(self._began + _ASK_AFTER * self._watchdog_s)

    def stop(self) -> None:
        """Watch no more."""
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()

    def _look_at(self, when: float) -> None:
        self._due = when
        self._timer = self._clock.callLater(max(0.0, when - self._clock.seconds()), self._look)

    def _look(self) -> None:
        self._timer = None
        now = self._clock.seconds()
        if now - self._due > _HELD_UP * self._watchdog_s:
            # We have slept, or the clock was set. What the device has said meanwhile is still to be read.
            self._began = now
        silent_since = max(self._began, self._watched.heard_at)
        patience_s = (1 - _ASK_AFTER) * self._watchdog_s
        if now < silent_since + _ASK_AFTER * self._watchdog_s:
            self._look_at(silent_since + _ASK_AFTER * self._watchdog_s)
        elif self._asked_at <= silent_since:
            self._ask(now)
            self._look_at(now + patience_s)
        else:
            self._judge(now, silent_since, patience_s)

    def _ask(self, now: float) -> None:
        self._asked_at = now
        if self._is_asking:
            return  # it has spoken since, and yet not answered: asked once more it would have two to answer

        def answered(_: object) -> None:
            self._is_asking = False

        # Set first: one that cannot be sent any more is answered at once.
        self._is_asking = True
        self._watched.send_request("watchdog", timeout=LONGEST_BUSY_S).addBoth(answered)

    def _judge(self, now: float, silent_since: float, patience_s: float) -> None:
        """It was asked, and had its time to answer."""
        busy_since = self._watched.busy_since
        if busy_since is None:
            self._cut(
                f"it has said nothing for {now - silent_since:.3g} s, and does not answer ?watchdog; "
                "the connection was cut"
            )
        elif now < busy_since + LONGEST_BUSY_S:
            self._look_at(min(now + patience_s, busy_since + LONGEST_BUSY_S))
        else:
            self._cut(
                f"it has said nothing for {now - silent_since:.3g} s, and has not answered a request for "
                f"{now - busy_since:.3g} s; the connection was cut"
            )


def unacknowledged_s(watchdog_s: float) -> float:
    """Return how long what is sent may stay unacknowledged, in seconds, so that a link that is gone is found within
    `watchdog_s` also while the device is busy.
    """
    return _ACKNOWLEDGED_IN * watchdog_s
