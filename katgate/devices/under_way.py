"""UnderWay: the requests to one device that somebody waits for, and how they end when katgate does."""

from typing import Any, TypeVar

from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.internet.interfaces import IDelayedCall, IReactorTime

from katgate.errors import GivenUp, ShuttingDown

__all__ = ["UnderWay"]

T = TypeVar("T")


class UnderWay:
    """Requests that were sent to a device and have no reply yet."""

    def __init__(self, device: str, clock: IReactorTime) -> None:
        self._device = device
        self._clock = clock
        self._replies: set[Deferred[Any]] = set()
        self._gave_up = False
        #: Fires when none is left; there is one as soon as no more are taken.
        self._ended: Deferred[None] | None = None
        self._timer: IDelayedCall | None = None

    def __len__(self) -> int:
        return len(self._replies)

    def check(self) -> None:
        """Raise ShuttingDown if no more are taken."""
        if self._ended is not None:
            raise ShuttingDown()

    async def wait_for(self, request: str, reply: "Deferred[T]") -> T:
        """Return the reply to a request that was sent. Raises what it fails with, and GivenUp."""
        self._replies.add(reply)
        try:
            return await reply
        except CancelledError:
            if self._gave_up:
                raise GivenUp(self._device, request) from None
            raise
        finally:
            self._replies.discard(reply)
            if not self._replies:
                self._end()

    def drain(self, within_s: float) -> "Deferred[None]":
        """Take no more. The Deferred fires when none is left: what has no reply by then is given up."""
        self._ended = Deferred()
        if not self._replies:
            return succeed(None)
        self._timer = self._clock.callLater(within_s, self._give_up)
        return self._ended

    def _give_up(self) -> None:
        self._gave_up = True
        for reply in list(self._replies):
            reply.cancel()

    def _end(self) -> None:
        if self._ended is None:
            return
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        if not self._ended.called:
            self._ended.callback(None)
