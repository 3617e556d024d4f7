"""Undertaking: a request that takes its time, and may be ended from outside."""

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater

from katgate.katcp import FailReply

__all__ = ["Undertaking"]


class Undertaking:
    """One request under way. It pauses with `await wait(seconds)`; whoever calls `end` makes it fail.

    Once ended it stays so: each later `wait` fails too.
    """

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._pause: Deferred[None] | None = None
        self._why_ended = ""

    async def wait(self, seconds: float) -> None:
        """Pause. Raises FailReply with the sentence given to `end`, if that is called."""
        if self._why_ended:
            raise FailReply(self._why_ended)
        self._pause = deferLater(self._clock, seconds)
        try:
            await self._pause
        except CancelledError:
            raise FailReply(self._why_ended) from None
        finally:
            self._pause = None

    def end(self, why: str) -> None:
        """Let the request fail now, with this sentence. Its reply is sent before this returns."""
        self._why_ended = why
        if self._pause is not None:
            self._pause.cancel()
