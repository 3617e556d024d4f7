"""Congestion: whether one browser keeps up with what it is sent, and what is done if it does not.

Being paused for a moment is no congestion: a browser keeps its place in the ring of frames. It is congested
when it has fallen out of that, and is sent the newest readings in place of all: it is told so, and again when it
has kept up for a while. One that does not come to the end of what it was sent for a long time is cut; none is cut
for how many readings are due to it.
"""

from collections.abc import Callable
from typing import Final

from katgate.api import wire_socket
from katgate.api.nobody import nobody
from katgate.hub.deadlines import Clock, Timer

__all__ = ["Congestion"]

#: How long a browser must have kept up, in seconds, before its congestion is over: or it would be told all the time.
_WELL_S: Final = 5.0

#: How long a browser may take to come to the end of what it was sent, in seconds: mostly 64 kB and a frame.
STUCK_S: Final = 60.0


class Congestion:
    """One browser's. `tell` sends a notice; `cut` ends the connection."""

    def __init__(
        self, clock: Clock, *, tell: Callable[[wire_socket.Notice], None], cut: Callable[[], None]
    ) -> None:
        self._clock = clock
        self._tell = tell
        self._cut = cut
        self._is_paused = False
        self._behind_since: float | None = None
        self._stuck: Timer | None = None
        self._well: Timer | None = None

    @property
    def lag_s(self) -> float:
        """For how long the browser has not come to the end of what is due to it, in seconds."""
        return 0.0 if self._behind_since is None else self._clock.seconds() - self._behind_since

    def paused(self) -> None:
        """The browser has enough for now."""
        if self._behind_since is None:
            self._behind_since = self._clock.seconds()
        if not self._is_paused:
            self._is_paused = True
            self._stuck = self._clock.callLater(STUCK_S, self._is_stuck)

    def resumed(self) -> None:
        """The browser has taken everything."""
        self._is_paused = False
        self._cancel_stuck()

    def caught_up(self) -> None:
        """It has been given all that was due to it, and would take more."""
        self._behind_since = None

    def fell_behind(self) -> None:
        """It gets the newest readings in place of all that it missed. Call this before they are sent."""
        if self._well is None:
            self._tell(
                wire_socket.Notice(
                    "warn", "congestion", "you read too slowly: of each sensor you get the newest only"
                )
            )
        else:
            self._well.cancel()
        self._well = self._clock.callLater(_WELL_S, self._look)

    def close(self) -> None:
        """The browser is gone: call nobody."""
        self._tell, self._cut = nobody, nobody
        self._cancel_stuck()
        if self._well is not None:
            self._well.cancel()
            self._well = None

    def _look(self) -> None:
        if self._is_paused:
            self._well = self._clock.callLater(_WELL_S, self._look)
            return
        self._well = None
        self._tell(wire_socket.Notice("info", "congestion", "you keep up again, and get every reading"))

    def _is_stuck(self) -> None:
        self._stuck = None
        self._cut()

    def _cancel_stuck(self) -> None:
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None
