"""Mailbox: what happens, kept in order until someone takes all of it."""

from typing import Generic, TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.python.failure import Failure

__all__ = ["Mailbox"]

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Put by callbacks, taken by one coroutine: what came in together is taken together."""

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._kept: list[T] = []
        self._is_over = False
        self._failure: Failure | None = None
        self._waiting: Deferred[None] | None = None
        self._waking: IDelayedCall | None = None

    def put(self, one: T) -> None:
        """Keep it; who waits is woken soon."""
        self._kept.append(one)
        self._wake_soon()

    def end(self, failure: Failure | None = None) -> None:
        """Nothing more is to be taken but what is kept; then `take` raises the failure, if there is one."""
        self._is_over = True
        self._failure = self._failure or failure
        self._wake_soon()

    def take_now(self) -> list[T]:
        """Return all that is kept, without waiting."""
        taken, self._kept = self._kept, []
        return taken

    async def take(self) -> list[T]:
        """Return all that has come since the last time, at least one; nothing once it is over."""
        while not self._kept and not self._is_over:
            self._waiting = Deferred()
            try:
                await self._waiting
            finally:
                self._waiting = None
        if not self._kept and self._failure is not None:
            self._failure.raiseException()
        return self.take_now()

    def _wake_soon(self) -> None:
        # Not at once: a chunk from a device may hold a thousand readings.
        if self._waiting is not None and self._waking is None:
            self._waking = self._clock.callLater(0, self._wake)

    def _wake(self) -> None:
        self._waking = None
        if self._waiting is not None and not self._waiting.called:
            self._waiting.callback(None)
