"""How a katgate ends: it begins nothing new, waits a while for what is under way, says goodbye, and is gone in time
whatever others do.

    nothing is listened to, browsers are told, those that wait for nothing are let go      at once
    requests that are under way end; what has no reply by then is given up, and said so    within `drain_s`
    answers go out, devices are let go, hosted servers stop; who still holds on is cut     1.5 s later at most
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

__all__ = ["Ending", "Guests"]

#: How long the last answers may take on their way after `drain_s`, in seconds: an orchestrator that allows 10 s in
#: all is content with the usual 8 s for what is under way.
_LAST_S: Final = 1.5


class Guests(Protocol):
    """Those who are connected to one part of katgate."""

    def leave(self) -> None:
        """Begin nothing new, and let each go as soon as it waits for nothing."""

    def gone(self) -> "Deferred[None]":
        """Fire when all have gone."""
        ...

    def cut(self) -> None:
        """End all that are left at once."""


class Ending:
    """One end. `drain` is given how long requests may take, in seconds, and fires when none is under way; then each
    of `let_go` is called, and fires when its part is done.
    """

    log = Logger()

    def __init__(
        self,
        guests: Sequence[Guests],
        drain: Callable[[float], "Deferred[Any]"],
        let_go: Sequence[Callable[[], "Deferred[Any]"]],
        clock: IReactorTime,
    ) -> None:
        self._guests = guests
        self._drain = drain
        self._let_go = let_go
        self._clock = clock

    async def run(self, drain_s: float) -> None:
        """Come to the end, `drain_s` and a little from now at the latest."""
        latest = self._clock.seconds() + drain_s + _LAST_S
        drained = self._drain(drain_s)
        for guests in self._guests:
            guests.leave()
        await drained
        last = [guests.gone() for guests in self._guests] + [self._done(let_go) for let_go in self._let_go]
        await self._either(gatherResults(last), latest)

    def _done(self, let_go: Callable[[], "Deferred[Any]"]) -> "Deferred[Any]":
        """Let go, and log what goes wrong: the others are let go all the same."""
        return let_go().addErrback(lambda failure: self.log.failure("! while katgate ends", failure))

    def _either(self, last: "Deferred[Any]", latest: float) -> "Deferred[None]":
        over: Deferred[None] = Deferred()

        def cut() -> None:
            self.log.warn("! time is up: who is still connected is cut")
            for guests in self._guests:
                guests.cut()
            if not over.called:
                over.callback(None)

        timer = self._clock.callLater(max(0.0, latest - self._clock.seconds()), cut)

        def done(_: object) -> None:
            if timer.active():
                timer.cancel()
                over.callback(None)

        last.addBoth(done)
        return over
