"""What devices say by themselves: the recent informs of one device, and the log of all of them."""

from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple

from twisted.internet.interfaces import IDelayedCall, IReactorTime

from katgate.devices.inform_filter import InformFilter
from katgate.katcp.message import Message

__all__ = ["InformLog", "InformRing", "LoggedInform", "ReceivedInform", "size_of"]

#: What is kept of each device. A Python device's traceback is several kB, so bytes are bounded too.
_MOST_INFORMS: Final = 1000
_MOST_BYTES: Final = 1024 * 1024
#: What is kept of all devices, for a browser that returns.
_MOST_LOGGED: Final = 10_000
_MOST_LOGGED_BYTES: Final = 8 * 1024 * 1024
#: Who listens is told at most so often, of all that came in between: a device that chatters says hundreds at once.
_GATHER_S: Final = 0.02
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
        self._bytes += size_of(message)
        while len(self._informs) > _MOST_INFORMS or (self._bytes > _MOST_BYTES and len(self._informs) > 1):
            self._bytes -= size_of(self._informs.popleft().message)

    def after(self, number: int, wanted: InformFilter, limit: int) -> list[ReceivedInform]:
        """Return kept informs with a higher number that are meant: oldest first, at most `limit`."""
        meant = [
            inform for inform in self._informs if inform.number > number and wanted.match(inform.message)
        ]
        return meant[:limit]


class LoggedInform(NamedTuple):
    """An inform of any device, with its number among all (from 1) and the time it was received, UNIX seconds."""

    number: int
    device: str
    received: float
    message: Message


class InformLog:
    """The informs of all devices, in the order they came in. `count` is the number of the last."""

    def __init__(self, clock: IReactorTime) -> None:
        self.count = 0
        self._clock = clock
        self._informs: deque[LoggedInform] = deque()
        self._bytes = 0
        self._told = 0
        self._timer: IDelayedCall | None = None
        self._listeners: list[Callable[[list[LoggedInform]], None]] = []

    def add(self, device: str, received: float, message: Message) -> None:
        """Take an inform; the oldest make room for it, and who listens is told soon."""
        self.count += 1
        self._informs.append(LoggedInform(self.count, device, received, message))
        self._bytes += size_of(message)
        while len(self._informs) > _MOST_LOGGED or (
            self._bytes > _MOST_LOGGED_BYTES and len(self._informs) > 1
        ):
            self._bytes -= size_of(self._informs.popleft().message)
        if self._timer is None and self._listeners:
            self._timer = self._clock.callLater(_GATHER_S, self._tell)

    def after(self, number: int) -> list[LoggedInform] | None:
        """Return all that came after a number, oldest first; None if some of it is not kept any more, or that
        number never was.
        """
        if not 0 <= self.count - number <= len(self._informs):
            return None
        return [inform for inform in self._informs if inform.number > number]

    def listen(self, listener: Callable[[list[LoggedInform]], None]) -> Callable[[], None]:
        """Call `listener` with what comes in from now on, some at a time. Returns what ends that.

        What has come before, and has not been told yet, is told to the others first.
        """
        self._tell()
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def stop(self) -> None:
        """Leave no timer behind."""
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = None

    def _tell(self) -> None:
        self.stop()
        informs = self.after(self._told)
        if informs is None:  # more came at once than is kept
            informs = list(self._informs)
        self._told = self.count
        for listener in list(self._listeners) if informs else ():
            listener(informs)


def size_of(message: Message) -> int:
    """Return about how many bytes of memory a message takes."""
    # With what Python needs around them: a line of a million empty arguments is no small thing.
    return _OVERHEAD + sum(len(argument) + _OVERHEAD for argument in message.arguments)
