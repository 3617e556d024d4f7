"""Visitors: which browsers are here, sockets and event streams alike, and what they all were sent.

It is for those who watch katgate. Nothing is counted here for a message: each browser counts its own, and is asked
when somebody wants to know.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from katgate.authority.caller import Caller
from katgate.errors import UnknownBrowser

__all__ = ["NOTHING", "Account", "Kind", "Sent", "Visit", "Visitor", "Visitors"]


class Kind(StrEnum):
    """How a browser follows."""

    WEBSOCKET = "websocket"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Sent:
    """What one browser was sent, or many: messages, their bytes, readings (without snapshots); and what it was not:
    readings replaced by newer ones, informs dropped.
    """

    messages: int = 0
    bytes: int = 0
    readings: int = 0
    conflated: int = 0
    dropped: int = 0

    def __add__(self, other: "Sent") -> "Sent":
        return Sent(
            self.messages + other.messages,
            self.bytes + other.bytes,
            self.readings + other.readings,
            self.conflated + other.conflated,
            self.dropped + other.dropped,
        )


class Account(NamedTuple):
    """One browser at one moment.

    `queued` bytes wait for it in this process; for `lag_s` seconds it has not come to the end of what is due to it;
    `subscriptions` are how many it has of each method.
    """

    sent: Sent
    queued: int
    lag_s: float
    subscriptions: Mapping[str, int]


#: That of one who is gone.
NOTHING: Final = Account(Sent(), 0, 0.0, {})


class Visitor(Protocol):
    """One browser, for who watches."""

    @property
    def kind(self) -> Kind:
        """How it follows."""
        ...

    @property
    def caller(self) -> Caller | None:
        """Who it is, or None: not logged in, or there are no logins."""
        ...

    @property
    def address(self) -> str:
        """Where it is, without a port."""
        ...

    @property
    def agent(self) -> str:
        """What it says that it is."""
        ...

    def account(self) -> Account:
        """Return how it is now."""
        ...

    def dismiss(self) -> None:
        """End its connection, and ask it not to come back."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser that is here, its number, and since when: UNIX seconds."""

    number: int
    visitor: Visitor
    since: float


class Visitors:
    """All that are here. Iterating gives each visit, the oldest first."""

    def __init__(self, wall_clock: Callable[[], float]) -> None:
        self._wall_clock = wall_clock
        self._here: dict[int, Visit] = {}
        self._last = 0
        #: What those were sent that are gone.
        self.gone: dict[Kind, Sent] = dict.fromkeys(Kind, Sent())
        #: How many have come, and how many were cut because they took nothing.
        self.joined: Counter[Kind] = Counter(dict.fromkeys(Kind, 0))
        self.cut: Counter[Kind] = Counter(dict.fromkeys(Kind, 0))

    def enter(self, visitor: Visitor) -> Callable[[], None]:
        """Let a browser in. Returns what lets it out; call that once, while it still knows what it was sent."""
        self._last += 1
        number, kind = self._last, visitor.kind
        self._here[number] = Visit(number, visitor, self._wall_clock())
        self.joined[kind] += 1

        def leave() -> None:
            del self._here[number]
            self.gone[kind] += visitor.account().sent

        return leave

    def __iter__(self) -> Iterator[Visit]:
        return iter(list(self._here.values()))

    def __getitem__(self, number: int) -> Visit:
        """Return one by its number. Raises UnknownBrowser."""
        try:
            return self._here[number]
        except KeyError:
            raise UnknownBrowser(number) from None
