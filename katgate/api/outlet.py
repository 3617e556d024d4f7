"""Outlet: what goes out to one browser, and in which order, however slowly the browser takes it.

Streams keep their places in the hub while the browser has enough, so they cost nothing. Answers are held
here, each until the streams have come to where they stood when it was given: an answer never overtakes a
reading that came before it. They are few (requests in flight are bounded); what they may hold in all is
bounded too, and a browser that lets more than that pile up is cut.

Messages of the browser wait while it has enough, so that its answers cannot pile up; at each breath at least
one is taken, so that even a browser that never keeps up can unsubscribe. They also wait once they have taken more
than a browser's share of the time: one that asks for everything again and again slows down itself alone.
"""

from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple, Protocol

from twisted.logger import Logger

from katgate.api.congestion import Congestion
from katgate.api.nobody import nobody
from katgate.hub.deadlines import Clock, Timer
from katgate.hub.outbox import Outbox
from katgate.hub.stream import Stream

__all__ = ["BrowserSocket", "Outlet"]

#: What may be held for a browser, in bytes: a device's long list among its answers takes a few hundred kB.
_MOST_HELD: Final = 8 * 1024 * 1024
#: What a browser may say in advance, in bytes, before it is not listened to for a while.
_MOST_UNREAD: Final = 1024 * 1024


#: The part of the time in which a browser's messages are taken, and what it may take at once, in seconds: a large
#: subscription takes 20 ms.
_SHARE: Final = 0.1
_AT_ONCE_S: Final = 0.005


class BrowserSocket(Protocol):
    """What a session needs of its socket."""

    @property
    def browser(self) -> str:
        """Who this is, for logs."""
        ...

    @property
    def address(self) -> str:
        """Where it is, without a port."""
        ...

    def send_text(self, payload: bytes) -> None:
        """Send a message."""

    def pause_reading(self) -> None:
        """Let the browser wait with what it wants to say."""

    def resume_reading(self) -> None:
        """Listen again."""

    def cut(self) -> None:
        """End the connection at once."""

    def let_in(self) -> None:
        """The browser has said who it is: it may say as much as others."""

    def close_unknown(self) -> None:
        """End the connection of a browser that has not said in time who it is."""

    def close_slow(self) -> None:
        """End the connection of a browser that takes nothing: say so if it still can be said, else cut."""

    def close_at_shutdown(self) -> None:
        """End the connection: katgate ends, and the browser may come back to the next one."""


class _Held(NamedTuple):
    """An answer that waits, and how far each stream must have come before it may go."""

    payload: bytes
    places: dict[int, int]


class Outlet:
    """The sending side of one browser's session. `take` is called with each message of the browser."""

    log = Logger()

    def __init__(
        self,
        socket: BrowserSocket,
        take: Callable[[bytes, bool], None],
        congestion: Congestion,
        clock: Clock,
    ) -> None:
        self._socket = socket
        self._clock = clock
        # When the browser will have waited for all that it has asked for, and the end of its rest until then.
        self._owes_until = 0.0
        self._rest: Timer | None = None
        self._take = take
        self._congestion = congestion
        self.is_paused = False
        self._is_closed = False
        self._is_reading = True
        #: The subscribed streams, and the browser's place in each.
        self.streams: dict[int, tuple[Stream, Outbox]] = {}
        self._held: deque[_Held] = deque()
        self._held_bytes = 0
        self._said: Callable[[], None] | None = None
        self._unread: deque[tuple[bytes, bool]] = deque()
        self._unread_bytes = 0

    # What outboxes and the session send.

    def send(self, payload: bytes) -> None:
        """Send now: a message of a stream, or the answer to the message that is being taken."""
        self._socket.send_text(payload)

    def fell_behind(self) -> None:
        """A stream is about to send the newest readings in place of all."""
        self._congestion.fell_behind()

    def send_in_turn(self, payload: bytes) -> None:
        """Send what a device's reply or inform led to, or a notification, after what is due before it."""
        if self._is_closed:
            return
        held = _Held(payload, {sub: stream.head for sub, (stream, _) in self.streams.items()})
        if not self.is_paused and not self._held and self._may_go(held):
            self._socket.send_text(payload)
            return
        self._held.append(held)
        self._held_bytes += len(payload)
        if self._held_bytes > _MOST_HELD:
            self.log.warn(
                "! browser {who} does not read: {count} bytes of answers wait, cutting it off",
                who=self._socket.browser,
                count=self._held_bytes,
            )
            self._socket.cut()
            self.close()

    def when_said(self, then: Callable[[], None]) -> None:
        """Call `then` once nothing is held any more: now, mostly."""
        self._said = then
        self._release()

    @property
    def held_bytes(self) -> int:
        """How much is held of answers and notifications, in bytes."""
        return self._held_bytes

    @property
    def lag_s(self) -> float:
        """For how long the browser has not come to the end of what is due to it, in seconds."""
        return self._congestion.lag_s

    # From the socket.

    def received(self, payload: bytes, *, is_binary: bool) -> None:
        """Take a message of the browser: now, or when it has taken what it was sent."""
        self._unread.append((payload, is_binary))
        self._unread_bytes += len(payload)
        self._read_on()
        if self._unread_bytes > _MOST_UNREAD and self._is_reading:
            self._is_reading = False
            self._socket.pause_reading()

    def paused(self) -> None:
        """The browser has enough for now."""
        self.is_paused = True
        self._congestion.paused()

    def resumed(self) -> None:
        """The browser has taken everything: go on, with each of what waits in turn."""
        self.is_paused = False
        self._congestion.resumed()
        self._release()
        if self._unread and not self.is_paused and self._rest is None:
            self._read_one()
        for sub in list(self.streams):
            if sub in self.streams and not self.is_paused:
                # The one that was served goes to the end, so that none waits for ever behind another.
                self.streams[sub] = self.streams.pop(sub)
                self.streams[sub][1].pump()
        self._release()
        self._read_on()
        if not self.is_paused:
            self._congestion.caught_up()

    def close(self) -> None:
        """Send and take nothing more, and refer to nobody."""
        self._is_closed = True
        self._take = nobody
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None
        self._congestion.close()
        self._held.clear()
        self._said = None
        self._unread.clear()

    # Details.

    def _release(self) -> None:
        """Send the answers whose time has come, in order: also to a browser that has just been given enough,
        or a stream that is always ahead would keep them for ever.
        """
        while self._held and self._may_go(self._held[0]):
            payload = self._held.popleft().payload
            self._held_bytes -= len(payload)
            self._socket.send_text(payload)
        if self._said is not None and not self._held:
            said, self._said = self._said, None
            said()

    def _may_go(self, held: _Held) -> bool:
        return all(
            self.streams[sub][1].has_reached(place)
            for sub, place in held.places.items()
            if sub in self.streams
        )

    def _read_on(self) -> None:
        while self._unread and not self.is_paused and self._rest is None:
            self._read_one()
        if not self._is_reading and not self._unread and not self._is_closed:
            self._is_reading = True
            self._socket.resume_reading()

    def _read_one(self) -> None:
        payload, is_binary = self._unread.popleft()
        self._unread_bytes -= len(payload)
        began = self._clock.seconds()
        self._take(payload, is_binary)
        now = self._clock.seconds()
        self._owes_until = max(self._owes_until, began) + (now - began) / _SHARE
        wait = self._owes_until - now - _AT_ONCE_S / _SHARE
        if wait > 0 and not self._is_closed:
            self._rest = self._clock.callLater(wait, self._rested)

    def _rested(self) -> None:
        self._rest = None
        self._read_on()
