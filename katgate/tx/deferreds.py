"""Small things that Twisted leaves to its users: an outcome many may wait for, a Deferred of whatever can be
awaited, and the default reactor.
"""

from collections.abc import Awaitable
from types import CoroutineType
from typing import Any, Generic, TypeVar, cast

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

__all__ = ["Once", "deferred_of", "global_reactor"]

T = TypeVar("T")


class Once(Generic[T]):
    """Something that happens once. Any number may wait for it, before or after, each on a Deferred of its own.

    A failure that nobody waits for is no error: who does not ask does not want to know.
    """

    def __init__(self) -> None:
        self._waiting: list[Deferred[T]] = []
        self._outcome: T | Failure | None = None
        self.has_fired = False

    def wait(self) -> "Deferred[T]":
        """Return a Deferred of the outcome."""
        waiting: Deferred[T] = Deferred(self._forget)
        if self.has_fired:
            waiting.callback(cast(Any, self._outcome))
        else:
            self._waiting.append(waiting)
        return waiting

    def fire(self, outcome: "T | Failure") -> None:
        """It has happened: tell all who wait. Only the first call counts."""
        if self.has_fired:
            return
        self.has_fired = True
        self._outcome = outcome
        waiting, self._waiting = self._waiting, []
        for deferred in waiting:
            if not deferred.called:  # cancelled by one that was told before it
                deferred.callback(cast(Any, outcome))

    def _forget(self, waiting: "Deferred[T]") -> None:
        if waiting in self._waiting:
            self._waiting.remove(waiting)


def deferred_of(result: Any) -> "Deferred[Any] | None":
    """Return a Deferred of what awaiting `result` gives, or None if it is no awaitable but a result."""
    if isinstance(result, Deferred):
        return result
    if isinstance(result, CoroutineType):
        return Deferred.fromCoroutine(result)
    return Deferred.fromCoroutine(_awaiting(result)) if isinstance(result, Awaitable) else None


async def _awaiting(awaitable: Awaitable[Any]) -> Any:
    return await awaitable


def global_reactor() -> Any:
    """Return the reactor of this process; imported here, so that importing katgate.tx installs none."""
    from twisted.internet import reactor

    return reactor
