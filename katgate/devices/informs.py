"""InformRing: the recent asynchronous informs of one device."""

from collections import deque
from collections.abc import Iterable
from typing import Final, NamedTuple

from katgate.katcp.message import Message
from katgate.katcp.pattern import Pattern

__all__ = ["InformRing", "ReceivedInform"]

#: What is kept of each device. A Python device's traceback is several kB, so bytes are bounded too.
_MOST_INFORMS: Final = 1000
_MOST_BYTES: Final = 1024 * 1024


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

    def after(self, number: int, names: Iterable[Pattern], limit: int) -> list[ReceivedInform]:
        """Return kept informs with a higher number whose name one of `names` means (all, if empty):
        oldest first, at most `limit`.
        """
        patterns = list(names)
        meant = [
            inform
            for inform in self._informs
            if inform.number > number
            and (not patterns or any(pattern.matches(inform.message.name) for pattern in patterns))
        ]
        return meant[:limit]


def _size(message: Message) -> int:
    return len(message.name) + sum(map(len, message.arguments))
