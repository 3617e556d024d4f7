"""InformRing: the recent asynchronous informs of one device."""

from collections import deque
from typing import Final, NamedTuple

from katgate.hub.selection import Patterns
from katgate.katcp.message import Message

__all__ = ["InformRing", "ReceivedInform"]

#: What is kept of each device. A Python device's traceback is several kB, so bytes are bounded too.
_MOST_INFORMS: Final = 1000
_MOST_BYTES: Final = 1024 * 1024
#: Bytes of memory that an object takes besides what it holds.
_OVERHEAD: Final = 50


class ReceivedInform(NamedTuple):
    """An inform with its number (from 1, per device) and the time it was received, UNIX seconds."""

    number: int
    received: float
    message: Message


class InformRing:
    """Keeps the newest informs, and counts all."""

    def __init__(self) -> None:
        self._informs: deque[ReceivedInform] = deque()
        self._bytes = 0
        self.count = 0

    def add(self, received: float, message: Message) -> None:
        """Keep an inform; the oldest make room for it."""
        self.count += 1
        self._informs.append(ReceivedInform(self.count, received, message))
        self._bytes += _size(message)
        while len(self._informs) > _MOST_INFORMS or (self._bytes > _MOST_BYTES and len(self._informs) > 1):
            self._bytes -= _size(self._informs.popleft().message)

    def after(self, number: int, names: Patterns, limit: int) -> list[ReceivedInform]:
        """Return kept informs with a higher number whose name is meant (all, if no names are given):
        oldest first, at most `limit`.
        """
        meant = [
            inform
            for inform in self._informs
            if inform.number > number and (not names or names.match(inform.message.name))
        ]
        return meant[:limit]


def _size(message: Message) -> int:
    # With what Python needs around them: a line of a million empty arguments is no small thing.
    return _OVERHEAD + sum(len(argument) + _OVERHEAD for argument in message.arguments)
