"""PendingRequests: which reply belongs to which request, with message ids and without.

Pure bookkeeping: it writes nothing and has no clock. `client.py` uses it.

Without ids (no flag I) a device's messages are matched by name, in order, so at most one request of a name
is in flight; the others wait. One that timed out keeps its place until its late reply has come and been
swallowed: otherwise that reply would be given to the next of its name (katcp.md section 11, row 7).
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall

from katgate.katcp.message import Message, MessageType

__all__ = ["PendingRequest", "PendingRequests", "ReplyResult"]

_MAX_MID: Final = 2**31 - 1

#: So many requests that nobody waits for any more are remembered: some devices never answer any.
_MOST_GIVEN_UP: Final = 1000

#: Requests that are never slow by themselves: only behind others. (Values are asked for every few seconds of sensors
#: that are not sampled; a device that hangs would else be taken for busy with that.)
_NEVER_SLOW: Final = ("watchdog", "sensor-value")

#: Bytes of memory that an object takes besides what it holds.
_OVERHEAD: Final = 50
_MESSAGE_OVERHEAD: Final = 200

#: The informs of a request, in order, and its reply.
ReplyResult = tuple[list[Message], Message]


@dataclass(eq=False, slots=True)
class PendingRequest:
    """One request that has no reply yet. `is_abandoned`: timed out or cancelled, its reply is swallowed."""

    message: Message
    result: "Deferred[ReplyResult]"
    on_inform: Callable[[Message], None] | None = None
    informs: list[Message] = field(default_factory=list)
    timer: IDelayedCall | None = None
    keeps_informs: bool = True
    started: float = 0.0
    #: When it was written, if it was.
    sent_at: float | None = None
    is_abandoned: bool = False
    #: What the informs take, roughly: their arguments, and what Python needs around each.
    informs_bytes: int = 0

    @property
    def is_sent(self) -> bool:
        """Whether it was written."""
        return self.sent_at is not None


class PendingRequests:
    """The requests of one connection that have no reply yet."""

    def __init__(self) -> None:
        self._by_mid: dict[int, PendingRequest] = {}
        self._by_name: dict[str, deque[PendingRequest]] = {}
        #: Of those with an id that are abandoned and not answered: when each was written.
        self._given_up: dict[int, float] = {}
        self._next_mid = 1
        #: What all their informs take, roughly.
        self.informs_bytes = 0

    def __len__(self) -> int:
        return len(self._by_mid) + sum(len(queue) for queue in self._by_name.values())

    def add(self, pending: PendingRequest, *, with_mid: bool) -> bool:
        """Register a request, giving it an id if asked to. Returns whether it may be written now."""
        if with_mid:
            pending.message.mid = mid = self._free_mid()
            self._by_mid[mid] = pending
            return True
        queue = self._by_name.setdefault(pending.message.name, deque())
        queue.append(pending)
        return len(queue) == 1

    def find(self, msg: Message) -> PendingRequest | None:
        """Return the request that an inform or reply belongs to, or None."""
        if msg.mid is not None:
            if msg.mtype is MessageType.REPLY:
                self._given_up.pop(msg.mid, None)
            return self._by_mid.get(msg.mid)
        queue = self._by_name.get(msg.name)
        return queue[0] if queue and queue[0].is_sent else None

    def add_inform(self, pending: PendingRequest, msg: Message) -> None:
        """Take an inform that belongs to a request."""
        if pending.is_abandoned:
            return
        if pending.keeps_informs:
            pending.informs.append(msg)
            size = _MESSAGE_OVERHEAD + sum(len(argument) + _OVERHEAD for argument in msg.arguments)
            pending.informs_bytes += size
            self.informs_bytes += size
        if pending.on_inform is not None:
            pending.on_inform(msg)

    def finish(self, pending: PendingRequest) -> PendingRequest | None:
        """Forget a request whose reply has come. Returns the next of its name, which may be written now."""
        self._let_go_of_informs(pending)
        if pending.message.mid is not None:
            self._by_mid.pop(pending.message.mid, None)
            return None
        queue = self._by_name[pending.message.name]
        queue.popleft()
        if queue:
            return queue[0]
        del self._by_name[pending.message.name]
        return None

    def abandon(self, pending: PendingRequest) -> None:
        """Nobody waits for this request any more. What was not written yet is not written at all."""
        pending.is_abandoned = True
        self._let_go_of_informs(pending)
        pending.informs = []  # its reply, for which it keeps its place, may never come
        if pending.message.mid is not None:
            self._by_mid.pop(pending.message.mid, None)  # a late reply is known by its unknown id
            self._remember(pending.message.mid, pending)
        elif not pending.is_sent and pending in self._by_name.get(pending.message.name, ()):
            self._by_name[pending.message.name].remove(pending)

    def clear(self) -> list[PendingRequest]:
        """Forget and return all that somebody still waits for."""
        everything = [*self._by_mid.values(), *(p for queue in self._by_name.values() for p in queue)]
        self._by_mid.clear()
        self._by_name.clear()
        self._given_up.clear()
        self.informs_bytes = 0
        return [pending for pending in everything if not pending.is_abandoned]

    def busy_since(self, heard_at: float) -> float | None:
        """Return when the request was written that a device may be busy with which was last heard at `heard_at`;
        None if it has answered all.

        That is the first one since then: those behind it make it no busier. Or else the last one before.
        """
        waiting = [*self._by_mid.values(), *(queue[0] for queue in self._by_name.values())]
        written = list(self._given_up.values())
        written += [
            pending.sent_at
            for pending in waiting
            if pending.sent_at is not None and pending.message.name not in _NEVER_SLOW
        ]
        since = [at for at in written if at >= heard_at]
        return min(since) if since else max(written, default=None)

    def _remember(self, mid: int, pending: PendingRequest) -> None:
        if pending.sent_at is not None and pending.message.name not in _NEVER_SLOW:
            self._given_up[mid] = pending.sent_at
            if len(self._given_up) > _MOST_GIVEN_UP:
                del self._given_up[next(iter(self._given_up))]

    def _let_go_of_informs(self, pending: PendingRequest) -> None:
        self.informs_bytes -= pending.informs_bytes
        pending.informs_bytes = 0

    def _free_mid(self) -> int:
        # No id is used again while a request that has it is outstanding (katcp.md section 11).
        while self._next_mid in self._by_mid:
            self._next_mid = self._next_mid % _MAX_MID + 1
        mid = self._next_mid
        self._next_mid = mid % _MAX_MID + 1
        return mid
