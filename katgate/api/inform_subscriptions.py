"""What one browser wants to know of the informs of devices: each subscription, and all of them."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import msgspec
from msgspec import Raw

from katgate.api import wire_socket
from katgate.api.fitting import fitting_words
from katgate.api.nobody import never, nobody
from katgate.devices.inform_filter import InformFilter
from katgate.devices.informs import InformLog, LoggedInform, size_of
from katgate.katcp.pattern import Pattern
from katgate.katcp.patterns import Patterns

__all__ = ["InformSubscription", "InformSubscriptions", "InformWish"]

#: What waits for a browser that does not keep up; beyond it the oldest are dropped, and counted.
_MOST: Final = 1000
_MOST_BYTES: Final = 1024 * 1024
#: What goes out in one message, in bytes: a browser must not be seen to stop over it.
_PAGE_BYTES: Final = 64 * 1024

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class InformWish:
    """Informs of devices whose name is meant, and not hidden."""

    device: Pattern
    informs: InformFilter
    hidden: Patterns

    def matches(self, inform: LoggedInform) -> bool:
        """Return whether that inform is meant."""
        is_meant = self.device.matches(inform.device) and not self.hidden.match(inform.device)
        return is_meant and self.informs.match(inform.message)


class InformSubscription:
    """One browser's. `seq` is the number up to which it has been told all there was to tell."""

    def __init__(self, sub: int, wish: InformWish, seq: int) -> None:
        self.sub = sub
        self.wish = wish
        self.seq = seq
        #: How many were dropped in all.
        self.dropped = 0
        self._untold = 0
        self._seen = seq
        self._waiting: deque[LoggedInform] = deque()
        self._bytes = 0

    def __len__(self) -> int:
        """How many wait for the browser."""
        return len(self._waiting)

    def take(self, informs: Iterable[LoggedInform]) -> None:
        """Keep those that are meant, in order; the oldest make room for them."""
        for inform in informs:
            if inform.number <= self._seen:  # it came before, and has only just been told to all
                continue
            self._seen = inform.number
            if self.wish.matches(inform):
                self._waiting.append(inform)
                self._bytes += size_of(inform.message)
        while len(self._waiting) > _MOST or (self._bytes > _MOST_BYTES and len(self._waiting) > 1):
            self._bytes -= size_of(self._waiting.popleft().message)
            self.dropped += 1
            self._untold += 1

    def next_page(self) -> wire_socket.Informs | None:
        """Return what to tell next, or None if there is nothing."""
        if not self._waiting:
            self.seq = self._seen
            return None
        page: list[Raw] = []
        size = 0
        while self._waiting:
            inform = self._waiting[0]
            row = _encode([inform.device, inform.received, *fitting_words(inform.message)])
            size += len(row) + 1
            if page and size > _PAGE_BYTES:
                break
            page.append(Raw(row))
            self._bytes -= size_of(inform.message)
            self._waiting.popleft()
            self.seq = inform.number
        if not self._waiting:
            self.seq = self._seen
        dropped, self._untold = self._untold, 0
        return wire_socket.Informs(self.sub, self.seq, page, dropped)


class InformSubscriptions:
    """All of one browser's. `send` is called with what it is to be told, `may_send` asked before."""

    def __init__(
        self,
        log: InformLog,
        next_sub: Callable[[], int],
        *,
        send: Callable[[wire_socket.Informs], None],
        may_send: Callable[[], bool],
    ) -> None:
        self._log = log
        self._next_sub = next_sub
        self._send = send
        self._may_send = may_send
        self._by_sub: dict[int, InformSubscription] = {}
        # How many were dropped of those that have ended.
        self._dropped = 0
        self._unlisten: Callable[[], None] | None = None

    def __len__(self) -> int:
        return len(self._by_sub)

    def __iter__(self) -> Iterator[InformSubscription]:
        return iter(self._by_sub.values())

    @property
    def dropped(self) -> int:
        """How many informs were dropped, in all subscriptions that there ever were."""
        return self._dropped + sum(known.dropped for known in self)

    def find(self, wish: InformWish) -> InformSubscription | None:
        """Return the subscription of a wish, or None."""
        return next((known for known in self if known.wish == wish), None)

    def begin(self, wish: InformWish, since: int | None) -> tuple[InformSubscription, bool]:
        """Return a subscription that stands at the number `since`, and True; or, if what came after is not known
        any more or none is given, one that stands at the present. Call `tell` once the browser knows.

        The same wish twice is one subscription, which begins again.
        """
        missed = None if since is None else self._log.after(since)
        if self._unlisten is None:
            self._unlisten = self._log.listen(self._take)
        known = self.find(wish)
        sub = self._next_sub() if known is None else known.sub
        self._dropped += 0 if known is None else known.dropped
        seq = self._log.count if missed is None or since is None else since
        self._by_sub[sub] = begun = InformSubscription(sub, wish, seq)
        begun.take(missed or ())
        return begun, missed is not None

    def end(self, sub: int) -> bool:
        """End a subscription. Returns False if there is none of that number."""
        ended = self._by_sub.pop(sub, None)
        if ended is None:
            return False
        self._dropped += ended.dropped
        self._listen_no_more()
        return True

    def tell(self) -> None:
        """Say what devices said. A browser that is slow gets the number of what it has missed."""
        for subscription in list(self):
            while self._may_send() and (page := subscription.next_page()):
                self._send(page)

    def close(self) -> None:
        """End all, and refer to nobody."""
        self._by_sub.clear()
        self._listen_no_more()
        self._send, self._may_send = nobody, never

    def _take(self, informs: list[LoggedInform]) -> None:
        for subscription in self:
            subscription.take(informs)
        self.tell()

    def _listen_no_more(self) -> None:
        if not self._by_sub and self._unlisten is not None:
            self._unlisten()
            self._unlisten = None
