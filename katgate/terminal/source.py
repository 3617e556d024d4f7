"""Source: one device, as the commands see it, whichever way it is reached.

`straight.py` has a connection of its own to the device; `via.py` asks a katgate. What happens on the way is told to a
`Mailbox` as events, in order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from katgate.katcp.message import Message
from katgate.katcp.reading import Reading, SensorDescription
from katgate.katcp.sampling import Strategy
from katgate.terminal.mailbox import Mailbox

__all__ = [
    "STATUS",
    "Answer",
    "AnyStrategy",
    "Away",
    "Event",
    "Here",
    "Informed",
    "Listed",
    "Noticed",
    "Presence",
    "Read",
    "Request",
    "Source",
]

#: A word of katgate's own beside KATCP's strategies: a reading when its status is another.
STATUS: Final = "status"
AnyStrategy = Strategy | Literal["status"]


@dataclass(frozen=True, slots=True)
class Here:
    """The device is connected, and what follows is current."""


@dataclass(frozen=True, slots=True)
class Away:
    """There is no connection to the device, or to the katgate before it; `why` in words."""

    why: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Sensors that are meant have come, or gone. One that is described anew is in both."""

    added: tuple[SensorDescription, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """A reading of a sensor that has been listed. While the device is away its status is `unreachable`."""

    sensor: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class Informed:
    """The device said something by itself, at `received` (UNIX seconds)."""

    received: float
    message: Message


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something that is no news of the device, but that its watcher should know."""

    text: str


Event = Here | Away | Listed | Read | Informed | Noticed


@dataclass(frozen=True, slots=True)
class Answer:
    """What a device replied, whatever it says, and how long that took."""

    reply: Message
    duration_s: float


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask a device. It may take `timeout_s` seconds, the usual time if None. `is_confirmed` says yes to what
    a katgate calls dangerous.
    """

    name: str
    arguments: Sequence[bytes] = ()
    timeout_s: float | None = None
    is_confirmed: bool = False


class Source(Protocol):
    """One device. Whatever cannot be done is raised as a KatgateError."""

    #: What to call the device.
    device: str

    async def call(self, request: Request, on_inform: Callable[[Message], None]) -> Answer:
        """Send a request; `on_inform` is called with each of its informs as it comes."""
        ...

    async def watch(self, patterns: Sequence[str], strategy: AnyStrategy, mailbox: Mailbox[Event]) -> None:
        """Tell which sensors are meant, and their readings from now on, over reconnects too.

        `patterns` are names, globs and regular expressions. Returns when the present has been told; with the
        strategy `none` that is all. Raises if there is no connection to begin with, and StrategyError for one that
        is not for this way.
        """
        ...

    async def follow(self, mailbox: Mailbox[Event]) -> None:
        """Tell what the device says by itself from now on, over reconnects too. Returns when that has begun."""
        ...

    async def close(self) -> None:
        """Leave the device alone."""
        ...


class Presence:
    """Tells whether the device is there: once each time that this, or the reason, is another."""

    def __init__(self, mailbox: Mailbox[Event]) -> None:
        self._mailbox = mailbox
        self._last: Here | Away | None = None

    def here(self) -> None:
        """It is."""
        self._tell(Here())

    def away(self, why: str) -> None:
        """It is not."""
        self._tell(Away(why))

    def _tell(self, news: Here | Away) -> None:
        if news != self._last:
            self._last = news
            self._mailbox.put(news)
