"""Present: who is connected, and when the last of them has gone."""

from collections.abc import Iterator
from typing import Generic, TypeVar

from twisted.internet.defer import Deferred, succeed

__all__ = ["Present"]

T = TypeVar("T")


class Present(Generic[T]):
    """A set that tells when it is empty. Iterating gives those who are there at that moment."""

    def __init__(self) -> None:
        self._there: set[T] = set()
        self._waiting: list[Deferred[None]] = []

    def add(self, one: T) -> None:
        """Let one in."""
        self._there.add(one)

    def discard(self, one: T) -> None:
        """Let one out, if it is there."""
        self._there.discard(one)
        if not self._there:
            waiting, self._waiting = self._waiting, []
            for told in waiting:
                told.callback(None)

    def __iter__(self) -> Iterator[T]:
        return iter(list(self._there))

    def __len__(self) -> int:
        return len(self._there)

    def gone(self) -> "Deferred[None]":
        """Fire when nobody is there."""
        if not self._there:
            return succeed(None)
        told: Deferred[None] = Deferred()
        self._waiting.append(told)
        return told
